"""Folds over the trace: what is where, what happened to one message, what died and why, how much of it when.

Each is a pure function of records and the table of kinds (`Kind.to`, `outcome`, `motion`, `rate`); none knows a service. The
browser folds the same way (`static/src/studio/store`). `positions.py` is the fold that keeps state between chunks; the others
read a `Reading` (records up to an instant) and answer plain JSON-like values, described in their docstrings.
"""
