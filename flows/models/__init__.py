"""What is stored. The truth about an execution is its command log, its effect log and its chunks of trace.

| model | one row is |
|---|---|
| `Topology`, `TopologyVersion` | what somebody drew, and each document it has had |
| `Execution` | one run of a version: how far it is, what is asked of it, who works on it |
| `Command` | something somebody did, at an instant the server assigned once |
| `Effect` | how an impure handler's invocation ended |
| `TraceChunk` | up to 4096 records, in the bytes every browser gets |
| `Keyframe` | where everyone was after a record, every 64 chunks: a cache |
| `BodyBlock` | a few hundred texts that records refer to, each once |
| `Truncation` | a generation that ended: what of the trace survived it |
| `Viewing` | one open websocket, and whether it drives |
| `Answered` | what a request with a key was answered |
| `Checkpoint` | a cache, in a database of its own: any may be deleted |

There is never a row per record, nor per text.
"""

from __future__ import annotations

from flows.models.answered import Answered
from flows.models.body_block import BodyBlock
from flows.models.checkpoint import Checkpoint
from flows.models.command import Command, CommandStatus
from flows.models.effect import Effect
from flows.models.execution import DemandKind, Execution, ExecutionState
from flows.models.keyframe import Keyframe
from flows.models.owned import Owned, Visibility
from flows.models.topology import Topology, TopologyVersion
from flows.models.trace_chunk import TraceChunk
from flows.models.truncation import Truncation
from flows.models.viewing import Viewing

__all__ = [
    "Answered",
    "BodyBlock",
    "Checkpoint",
    "Command",
    "CommandStatus",
    "DemandKind",
    "Effect",
    "Execution",
    "ExecutionState",
    "Keyframe",
    "Owned",
    "Topology",
    "TopologyVersion",
    "TraceChunk",
    "Truncation",
    "Viewing",
    "Visibility",
]
