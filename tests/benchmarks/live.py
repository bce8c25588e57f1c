"""`python -m tests.benchmarks.live`: live records to ten viewers, our fan-out against `group_send` of the same.

Both sides begin with blocks of fifty records as a slice leaves them, both go over the same channel layer, both end where a websocket's
`send` would be called with what it is to send. *Ours*: the block is encoded once as a chunk, the doorbell rings, the watch reads, the
viewers send the stored bytes. *`group_send`*: the block is sent as JSON to the group, each consumer takes it off its own channel
and sends it. The layer is Channels' in memory, with room for everything, so that nothing is lost and no other process's time
is missed. CPU time of the process; deliveries are records × viewers.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from tests.benchmarks.measuring import Measured, Row, apart

if TYPE_CHECKING:
    from flows.engine.segment import Segment

VIEWERS = 10
BLOCK = 50
RECORDS = 50_000
BAR = 4


def rows(records: int, runs: int) -> list[Row]:
    found = {name: [apart("tests.benchmarks.live", name, str(records)) for _ in range(runs)] for name in CANDIDATES}
    best = {name: min((Measured(**each) for each in many), key=lambda it: it.seconds) for name, many in found.items()}
    note = f"{best['ours'].rate:,.0f} and {best['group_send'].rate:,.0f} deliveries/s, none lost"
    return [
        Row(
            "live records to ten viewers, times group_send",
            best["ours"].rate / best["group_send"].rate,
            BAR,
            True,
            note,
        )
    ]


def blocks(records: int) -> list[Segment]:
    from flows.traces import chunk
    from tests.benchmarks.stored import slices

    segments = list(slices(records // 3, '{"order": "one of many"}'))
    return list(chunk.cut(chunk.join(segments), BLOCK))[: records // BLOCK]


class Sink:
    """A websocket that counts."""

    def __init__(self) -> None:
        self.frames = 0

    async def send(self, text_data: str | None = None, bytes_data: bytes | None = None, close: bool = False) -> None:
        self.frames += bytes_data is not None or text_data is not None

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        raise ConnectionError(f"closed with {code}, {reason}")


async def ours(given: list[Segment]) -> None:
    from channels.layers import get_channel_layer

    from dashboard import frames
    from dashboard.fanout.hub import Hub
    from dashboard.fanout.viewer import Viewer
    from dashboard.fanout.window import Chunk
    from flows.traces import chunk
    from tests.dashboard.fakes import EXECUTION, FakeSource, FakeSurroundings, FakeWheel

    source = FakeSource()
    hub = Hub(source, FakeWheel(), FakeSurroundings())
    viewers = [Viewer(str(number), "viewer", Sink()) for number in range(VIEWERS)]
    watches = [await hub.join(EXECUTION, viewer, frames.Hello()) for viewer in viewers]
    layer: Any = get_channel_layer()
    for block in given:
        source.chunks = [Chunk(block.first, block.last, 1, chunk.encode(block, str(EXECUTION), 1))]
        source.stand(head=block.last)
        await layer.group_send(f"execution.{EXECUTION.hex}", {"type": "doorbell"})
        while any(viewer.cursor < block.last for viewer in viewers):
            for viewer in viewers:
                viewer.got(viewer.cursor)
            await asyncio.sleep(0)
    for watch, viewer in zip(watches, viewers, strict=True):
        assert watch
        await hub.leave(watch, viewer)


async def group_send(given: list[Segment]) -> None:
    from channels.layers import get_channel_layer

    from flows.services.kinds import KINDS
    from flows.traces.reading import Reading

    layer: Any = get_channel_layer()
    sinks = [Sink() for _ in range(VIEWERS)]
    channels = [await layer.new_channel() for _ in sinks]
    for channel in channels:
        await layer.group_add("records", channel)

    async def consume(channel: str, sink: Sink) -> None:
        while True:
            message = await layer.receive(channel)
            await sink.send(text_data=json.dumps(message["records"]))

    tasks = [asyncio.create_task(consume(*each)) for each in zip(channels, sinks, strict=True)]
    for number, block in enumerate(given, 1):
        reading = Reading(KINDS, [block])
        told = [reading.record(index) for index in range(reading.count)]
        records = [
            {
                name: getattr(record, name)
                for name in ("sequence", "at", "node", "subject", "request", "cause", "attempt", "fields")
            }
            | {"kind": record.kind.name}
            for record in told
        ]
        await layer.group_send("records", {"type": "records", "records": records})
        while any(sink.frames < number for sink in sinks):  # noqa: ASYNC110 - what it waits for is in this loop
            await asyncio.sleep(0)
    for task in tasks:
        task.cancel()


CANDIDATES = {"ours": ours, "group_send": group_send}


def measure(name: str, records: int) -> Measured:
    """In this process, where Django has not been set up yet."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(
            CHANNEL_LAYERS={
                "default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10**6}}
            }
        )
    given = blocks(records)
    began = time.process_time()
    asyncio.run(CANDIDATES[name](given))
    return Measured(sum(block.count for block in given) * VIEWERS, time.process_time() - began)


def main() -> None:
    import sys
    from dataclasses import asdict

    if len(sys.argv) > 2:
        print(json.dumps(asdict(measure(sys.argv[1], int(sys.argv[2])))))
    else:
        print("\n".join(map(str, rows(RECORDS, 3))))


if __name__ == "__main__":
    main()
