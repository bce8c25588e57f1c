"""Scenarios: a topology, the commands given to it and what is expected of it, in one file that runs anywhere.

    read(text) → Scenario · run(scenario, document) → Verdict · exported(…) → the JSON of a run

`python3 manage.py simulate FILE` runs one; the studio exports one from an execution.
"""

from flows.scenarios.document import FORMAT, Problems, Scenario, read
from flows.scenarios.export import exported
from flows.scenarios.junit import junit
from flows.scenarios.running import Outcome, Verdict, run

__all__ = ["FORMAT", "Outcome", "Problems", "Scenario", "Verdict", "exported", "junit", "read", "run"]
