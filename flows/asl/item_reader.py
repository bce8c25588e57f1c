"""ItemReader: what the bytes of an S3 object say to a distributed Map.

Theory of operation. The state asks the host for an object (s3:getObject) or a listing (s3:listObjectsV2) and gets bytes or
a list back; what they mean is decided here by ReaderConfig's InputType. A manifest (an S3 inventory, or Athena's) names
data files in turn, which are asked for one at a time. Recorded: `MaxItems: 0` is no limit; fields of a CSV row beyond the
header are dropped and missing ones are empty; JSON that is no array (an object, even) fails with "Attempting to map over
non-iterable node."
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from flows.asl.dataflow import JSONATA, a_text, template
from flows.asl.expressions import Scope
from flows.asl.failures import ITEM_READER_FAILED, StateFailedError, an_object
from flows.asl.frames import MapRunWork
from flows.asl.numbers import number
from flows.asl.ports import Json, ReadRequest

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
NOT_ITERABLE = "Attempting to map over non-iterable node."
GZIP = b"\x1f\x8b"
LARGEST_UNPACKED = 64 * 2**20
"""Our bound, not AWS's."""


class ItemReader:
    """Resource, Parameters or Arguments, ReaderConfig."""

    def __init__(self, definition: Mapping[str, Json], language: str) -> None:
        self.resource = a_text(definition["Resource"], "ItemReader/Resource")
        field = "Arguments" if language == JSONATA else "Parameters"
        self._location = f"ItemReader/{field}"
        self._parameters = template(definition, field, language, self._location)
        config: Mapping[str, Json] = definition.get("ReaderConfig", {})
        self._type: str = config.get("InputType", "")
        self._manifest: str = config.get("ManifestType", "S3_INVENTORY" if self._type == "MANIFEST" else "")
        self._headers: list[str] | None = (
            config.get("CSVHeaders") if config.get("CSVHeaderLocation") == "GIVEN" else None
        )
        self._delimiter = DELIMITERS.get(config.get("CSVDelimiter", "COMMA"), ",")
        self._pointer: str = config.get("ItemsPointer", "")
        self._max_items = number(config, "MaxItems", language, "ItemReader/ReaderConfig/MaxItems")

    def limit(self, scope: Scope, work: MapRunWork) -> None:
        """Evaluate MaxItems."""
        work.max_items = 0 if self._max_items is None else int(self._max_items(scope))
        if work.max_items < 0:
            raise StateFailedError(ITEM_READER_FAILED, "field MaxItems must be positive")

    def request(self, state: str, scope: Scope, member: str = "") -> ReadRequest:
        """What to ask the host for; `member` is a data file a manifest named."""
        parameters = an_object({} if self._parameters is None else self._parameters.evaluate(scope), self._location)
        return ReadRequest(state, self.resource, parameters, member)

    def read(self, work: MapRunWork, data: bytes | list[Json]) -> str:
        """Take what the host fetched into `work.items`; answers the next data file to fetch, "" when all is there."""
        if isinstance(data, list):
            self._take(work, data)
            return ""
        if self._manifest and work.files is None:
            work.files, work.headers = _manifest(data, self._manifest)
        else:
            self._take(work, self._items(data, work.headers))
        if not work.files or (work.max_items and len(work.items) >= work.max_items):
            return ""
        return work.files.pop(0)

    def _take(self, work: MapRunWork, items: Iterable[Json]) -> None:
        room = work.max_items - len(work.items) if work.max_items else None
        work.items.extend(islice(items, room))

    def _items(self, data: bytes, headers: list[str] | None) -> Iterable[Json]:
        if self._manifest == "S3_INVENTORY":
            return _csv(_text(data), ",", headers)
        try:
            return READERS[self._type](self, _text(data))
        except KeyError:
            raise StateFailedError(ITEM_READER_FAILED, f"The InputType {self._type} cannot be read.") from None

    def csv(self, text: str) -> Iterator[Json]:
        """A row is an object of its fields by the header."""
        return _csv(text, self._delimiter, self._headers)

    def json(self, text: str) -> Iterable[Json]:
        """An array's elements; the array may stand deeper, at ItemsPointer."""
        value = _json(text)
        for step in self._pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, list):
            raise StateFailedError(ITEM_READER_FAILED, NOT_ITERABLE)
        return value

    def json_lines(self, text: str) -> Iterator[Json]:
        """A value per line."""
        return (_json(line) for line in text.splitlines() if line.strip())


READERS: dict[str, Callable[[ItemReader, str], Iterable[Json]]] = {
    "CSV": ItemReader.csv,
    "JSON": ItemReader.json,
    "JSONL": ItemReader.json_lines,
}
"""InputType → how its text is read."""


def _csv(text: str, delimiter: str, headers: list[str] | None) -> Iterator[Json]:
    rows = (row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row)
    names = headers if headers is not None else next(rows, [])
    for row in rows:
        yield {name: row[column] if column < len(row) else "" for column, name in enumerate(names)}


def _manifest(data: bytes, kind: str) -> tuple[list[str], list[str] | None]:
    """The data files of a manifest, and the columns it says they have."""
    if kind == "ATHENA_DATA":
        return [line.strip().strip('"').split("/", 3)[-1] for line in _text(data).splitlines() if line.strip()], None
    manifest = _json(_text(data))
    try:
        columns = [column.strip() for column in manifest["fileSchema"].split(",")]
        return [each["key"] for each in manifest["files"]], columns
    except (KeyError, TypeError, AttributeError):
        raise StateFailedError(ITEM_READER_FAILED, "The manifest is not an S3 inventory's.") from None


def _text(data: bytes) -> str:
    try:
        return (_unpacked(data) if data[:2] == GZIP else data).decode("utf-8-sig")
    except (UnicodeDecodeError, OSError, EOFError, zlib.error):
        raise StateFailedError(ITEM_READER_FAILED, "The file is not encoded in UTF-8.") from None


def _unpacked(data: bytes) -> bytes:
    """A few megabytes of a file may be gigabytes packed: nobody is to fill a worker's memory with one."""
    with gzip.open(io.BytesIO(data)) as file:
        unpacked = file.read(LARGEST_UNPACKED + 1)
    if len(unpacked) > LARGEST_UNPACKED:
        raise StateFailedError(ITEM_READER_FAILED, f"The file is larger than {LARGEST_UNPACKED // 2**20} MB unpacked.")
    return unpacked


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise StateFailedError(ITEM_READER_FAILED, "The file is not valid JSON.") from None
