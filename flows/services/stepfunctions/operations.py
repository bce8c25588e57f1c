"""Step Functions' operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from flows.services.ports import operations
from flows.services.stepfunctions import (
    execution_operations,
    machine_operations,
    map_run_operations,
    redriving,
    tagging,
    task_operations,
    testing,
    version_operations,
)

OPERATIONS = operations(
    *machine_operations.ROWS,
    *version_operations.ROWS,
    *execution_operations.ROWS,
    *redriving.ROWS,
    *task_operations.ROWS,
    *map_run_operations.ROWS,
    *tagging.ROWS,
    *testing.ROWS,
)
