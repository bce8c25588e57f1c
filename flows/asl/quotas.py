"""What Step Functions allows an execution (Developer Guide, "Step Functions service quotas"), and what we allow it.

A hostile definition meets AWS's quota where AWS has one, and otherwise one of ours, which are marked.
"""

from __future__ import annotations

HISTORY_EVENTS = 25_000
"""Events of a Standard execution; the one that says so is the last of them."""

EXPRESS_EVENTS = 250_000
"""Ours: events of an Express execution, for which AWS knows no limit."""

STATE_DATA_BYTES = 262_144
"""Input or result of a state, and what one Assign assigns, as UTF-8 JSON."""

VARIABLES_BYTES = 10_485_760
"""All variables of an execution."""

EXPRESS_US = 300_000_000
"""The longest an Express execution runs."""

TASK_SECONDS = 99_999_999
"""A task's TimeoutSeconds when the state says none."""

INLINE_CONCURRENCY = 40
"""Iterations of an inline Map that run at once, whatever MaxConcurrency says."""

MAP_RUN_CONCURRENCY = 10_000
"""Child executions of a map run that run at once, whatever MaxConcurrency says."""

DEFINITION_BYTES = 1_048_576
"""A definition's text."""

DEFINITION_DEPTH = 64
"""Ours: how deep Maps and Parallels nest in a definition."""

NESTING = 254
"""Ours: how deep a value nests; deeper ones count as too large, because not everything that carries them could."""

STEPS = 256
"""Ours: states an execution goes through, more or less, before it lets others have a turn."""

EXPRESSION_STEPS = 300_000
"""Ours: what the expressions of one turn may cost, in steps of JSONata and nodes visited by paths, before it ends."""

SHARE = 64
"""Ours: states of one line, before the lines beside it in the same execution get theirs."""

BATCH_BYTES = 262_144
"""An ItemBatcher's batch, whatever MaxInputBytesPerBatch says."""
