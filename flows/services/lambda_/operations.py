"""Lambda's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from flows.services.lambda_ import (
    async_operations,
    function_operations,
    mapping_operations,
    settings_operations,
    url_operations,
    version_operations,
)
from flows.services.lambda_.constraints import checked
from flows.services.lambda_.invoke import invoke
from flows.services.lambda_.lookups import on_function
from flows.services.ports import Operation, operations

ROWS = (
    Operation("Invoke", on_function(invoke), may_wait=True),
    *function_operations.ROWS,
    *settings_operations.ROWS,
    *version_operations.ROWS,
    *async_operations.ROWS,
    *url_operations.ROWS,
    *mapping_operations.ROWS,
)
OPERATIONS = operations(*(checked(row) for row in ROWS))
