"""`python -m tests.benchmarks.ready`: how long the playground takes to be ready, and a click to come back as records.

The real product, as its user starts it, with a home that was prepared before; the clock runs from the start of the process to its ready
line. A click is a command on the websocket of a run that is open, and lasts until its first records are there; the first, which finds
a worker that has not seen the run, is told apart. Wall clock: here everything waits for something.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measuring import Row

STARTS, CLICKS = 3, 30


def rows() -> list[Row]:
    from tests.load.product import Product

    with tempfile.TemporaryDirectory(prefix="rd-") as home:
        Product(Path(home)).end()
        starts = []
        for _ in range(STARTS - 1):
            began = time.monotonic()
            product = Product(Path(home))
            starts.append(time.monotonic() - began - prepared_s(product))
            product.end()
        product = Product(Path(home))
        try:
            first, *others = asyncio.run(clicks(product))
        finally:
            product.end()
    middle = sorted(others)[len(others) // 2]
    note = f"first {1000 * first:.0f} ms, worst of {len(others)} after it {1000 * max(others):.0f} ms"
    return [
        Row("playground ready, seconds", min(starts), 3, more=False),
        Row("from a click to its first records, ms", 1000 * middle, 100, more=False, note=note),
    ]


def prepared_s(product: object) -> float:
    """What `prepare` takes when there is nothing to do: it is part of making a `Product`, not of starting one."""
    environ = product.environ  # type: ignore[attr-defined]
    began = time.monotonic()
    subprocess.run([sys.executable, "manage.py", "prepare"], env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


async def clicks(product: object) -> list[float]:
    from tests.load.streaming import A_MESSAGE, audience, begun, waited

    found = []
    async with audience(product.port, begun(product), [0.0]) as (page,):  # type: ignore[attr-defined,arg-type]
        for number in range(CLICKS):
            head, began = page.store.head, time.monotonic()
            page.say(
                type="command",
                key=str(number),
                at=page.progress["frontier_at"],
                operation="sqs:SendMessage",
                params=A_MESSAGE,
            )
            await waited(lambda head=head: page.store.head > head, [page])
            found.append(page.store.arrived_s - began)
    return found


def main() -> None:
    print("\n".join(map(str, rows())))


if __name__ == "__main__":
    main()
