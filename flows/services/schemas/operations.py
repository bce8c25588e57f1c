"""The schema registry's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from flows.services.ports import operations
from flows.services.schemas import asking, code_operations, discoverers, registries, schema_operations

OPERATIONS = operations(
    *registries.ROWS, *discoverers.ROWS, *schema_operations.ROWS, *asking.ROWS, *code_operations.ROWS
)
