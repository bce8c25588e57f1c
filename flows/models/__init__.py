"""What is stored. The truth about an execution is its command log, its effect log and its chunks of trace.

| model | one row is |
|---|---|
| `Topology`, `TopologyVersion` | what somebody drew, and each document it has had |
| `Execution` | one run of a version: how far it is, what is asked of it, who works on it |
| `Command` | something somebody did, at an instant the server assigned once |
| `Effect` | how an impure handler's invocation ended |
| `TraceChunk`, `Body` | up to 4096 records in the bytes every browser gets; a long text, once |
| `Truncation` | a generation that ended: what of the trace survived it |
| `Viewing` | one open websocket, and whether it drives |
| `Checkpoint` | a cache, in a database of its own: any may be deleted |

There is never a row per record.
"""

from __future__ import annotations

from flows.models.body import Body
from flows.models.checkpoint import Checkpoint
from flows.models.command import Command, CommandStatus
from flows.models.effect import Effect
from flows.models.execution import DemandKind, Execution, ExecutionState
from flows.models.owned import Owned, Visibility
from flows.models.topology import Topology, TopologyVersion
from flows.models.trace_chunk import TraceChunk
from flows.models.truncation import Truncation
from flows.models.viewing import Viewing

__all__ = [
    "Body",
    "Checkpoint",
    "Command",
    "CommandStatus",
    "DemandKind",
    "Effect",
    "Execution",
    "ExecutionState",
    "Owned",
    "Topology",
    "TopologyVersion",
    "TraceChunk",
    "Truncation",
    "Viewing",
    "Visibility",
]
