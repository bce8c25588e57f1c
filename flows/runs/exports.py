"""An execution's tables as files that stream: Parquet, CSV, JSON Lines.

Theory of operation. `flows.traces.tables` makes rows a chunk at a time, reading the database 64 chunks at a time; a format turns
each batch into bytes that go out before the next is made. So a million messages take no more memory than their subjects. What
is exported is the run up to its head at the beginning; a truncation meanwhile ends the file before its end (`CutOff`), rather
than to put together two pasts.

A CSV file is opened with a spreadsheet, and what people sent must not be a formula there. So texts are always quoted, whatever a
locale takes for the separator, and one that begins like a formula gets an apostrophe before it (OWASP, "CSV Injection"); a text
that is a number stays one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from flows.runs import reading, simulations
from flows.services.kinds import KINDS
from flows.traces.chunk import decode
from flows.traces.tables import TABLES, Row, Run, Table

if TYPE_CHECKING:
    from flows.engine.segment import Segment
    from flows.models import Execution

CHUNKS_PER_READ = 64
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a text begins with that a spreadsheet takes for a formula; full width, too."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class CutOff(Exception):
    """The run was truncated while it was exported."""


@dataclass(frozen=True, slots=True)
class Format:
    ending: str
    media_type: str
    write: Callable[[Table, Iterable[list[Row]]], Iterator[bytes]]


def export(execution: Execution, table: str, form: str) -> Iterator[bytes]:
    """The file, a piece at a time; no piece is empty."""
    wanted = TABLES[table]
    pieces = FORMATS[form].write(wanted, wanted.batches(_run(execution)))
    return (piece for piece in pieces if piece)


def file_name(execution: Execution, table: str, form: str) -> str:
    return f"{table}-{execution.pk.hex[:8]}.{FORMATS[form].ending}"


def _run(execution: Execution) -> Run:
    topology = simulations.compiled(execution.topology_version_id)
    return Run(
        kinds=KINDS,
        nodes=[node.id for node in topology.nodes],
        names=[node.name for node in topology.nodes],
        links=[(link.source, link.target) for link in topology.links],
        dead_letter_queues=[node.index for node in topology.nodes if node.is_dead_letter_queue],
        seed=execution.seed,
        epoch=datetime.fromisoformat(execution.epoch),
        chunks=lambda: _chunks(execution),
        texts=lambda numbers: reading.bodies(execution.pk, [number for number in numbers if number]),
    )


def _chunks(execution: Execution) -> Iterator[Segment]:
    after = 0
    while after < execution.head:
        found = reading.chunks_after(execution.pk, after, CHUNKS_PER_READ)
        if not found or reading.status(execution.pk).generation != execution.generation:
            raise CutOff
        for first, last, _, frame in found:
            if first != after + 1:
                raise CutOff
            after = last
            yield decode(frame)
            if after >= execution.head:
                return


def _json_lines(table: Table, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    names = list(table.columns)
    for rows in batches:
        yield b"".join(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in rows)


def _csv(table: Table, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    yield _lines([tuple(table.columns)])
    for rows in batches:
        yield _lines([tuple(map(_defused, _flat(row))) for row in rows])


def _lines(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _defused(value: Any) -> Any:
    is_formula = isinstance(value, str) and value.startswith(FORMULAS) and not NUMBER.fullmatch(value)
    return f"'{value}" if is_formula else value


def _flat(row: Row) -> Row:
    return tuple(orjson.dumps(value).decode() if isinstance(value, dict) else value for value in row)


def _parquet(table: Table, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """A row group per batch; the directory comes last, so nothing written has to be touched again."""
    import pyarrow as pa
    from pyarrow import parquet

    types = {int: pa.int64(), str: pa.string(), dict: pa.string()}
    schema = pa.schema([(name, types[kind]) for name, kind in table.columns.items()])
    sink = _Outlet()
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in batches:
            columns: Any = zip(*map(_flat, rows), strict=True) if rows else [()] * len(schema)
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


class _Outlet(io.RawIOBase):
    """A file that is only ever written on, and whose bytes are taken away."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()
        self._taken = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._held += piece
        return len(piece)

    def tell(self) -> int:
        return self._taken + len(self._held)

    def take(self) -> bytes:
        piece, self._held = bytes(self._held), bytearray()
        self._taken += len(piece)
        return piece


FORMATS = {
    "parquet": Format("parquet", "application/vnd.apache.parquet", _parquet),
    "csv": Format("csv", "text/csv; charset=utf-8", _csv),
    "jsonl": Format("jsonl", "application/x-ndjson", _json_lines),
}
