"""What real AWS answered, played against the simulator: in process, in virtual time, written nowhere.

A *case* is one line of a JSON Lines file: what was asked and what was answered. Its format is recognised by its keys
(`formats.py`), so any file of these formats can be given. A format's runner answers *verdicts*: one per thing compared. What
needs a service that is not simulated yet is excluded, counted, and says what it needs.
"""
