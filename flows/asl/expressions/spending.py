"""What expressions have cost this thread: steps of JSONata and nodes visited by paths, one number that only grows.

Theory of operation. One evaluation is bounded, but a machine may ask for thousands in one turn. Whoever takes turns looks at this
number before and after: the difference depends on the expressions and their inputs only, not on the machine they run on, so a turn
may end because of it. What was stopped from outside counts as a whole evaluation.

A state may hold thousands of expressions too (a Choice with that many rules): who lets it work sets a `ceiling`, above which no
further evaluation begins.
"""

from __future__ import annotations

import threading
from typing import Final

NO_CEILING: Final = 1 << 62


class Spending(threading.local):
    """One count per thread."""

    steps: int = 0
    ceiling: int = NO_CEILING


SPENT: Final = Spending()
