"""The trace: its bytes (`chunk.py`) and what can be read from it (`projections/`)."""
