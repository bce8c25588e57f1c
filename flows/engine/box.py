"""The box: a simulation's whole state as bytes, without its definitions.

`pack` pickles an object graph (calendar, nouns, tables). Definitions (the compiled topology, configuration, the table of
kinds) never enter the box: they are referred to by key and given again when the box is opened. A definition is recognised by
identity, so a configuration that was replaced while running is state and is packed. Big tables are `array`s and cost a copy
each. Opening a box builds only what simulators are made of; a box is a cache private to an installation all the same.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterable, Mapping
from typing import Any

import zstandard

BUILDERS = {
    ("array", "_array_reconstructor"),
    ("array", "array"),
    ("builtins", "bytearray"),
    ("builtins", "frozenset"),
    ("builtins", "getattr"),
    ("builtins", "set"),
    ("collections", "Counter"),
    ("collections", "OrderedDict"),
    ("collections", "defaultdict"),
    ("collections", "deque"),
    ("copyreg", "__newobj__"),
    ("copyreg", "_reconstructor"),
    ("builtins", "object"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
}
"""What a box may call besides the classes of this house."""
HOUSE = ("flows", "tests")


class BoxProblem(Exception):
    """The box cannot be opened here: it is damaged, or refers to a definition that was not given."""


def pack(state: object, definitions: Iterable[Any] | Mapping[str, Any] = ()) -> bytes:
    """The state in a box. Definitions are objects with a `definition_key`, or a mapping key → object."""
    buffer = io.BytesIO()
    _Packer(buffer, _by_key(definitions)).dump(state)
    return zstandard.ZstdCompressor(level=1).compress(buffer.getvalue())


def unpack(blob: bytes, definitions: Iterable[Any] | Mapping[str, Any] = ()) -> Any:
    """What was packed, joined to the definitions given now."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(blob)
        return _Unpacker(io.BytesIO(raw), _by_key(definitions)).load()
    except (zstandard.ZstdError, pickle.UnpicklingError, EOFError) as error:
        raise BoxProblem(str(error)) from error


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, definitions: Mapping[str, Any]) -> None:
        super().__init__(file, protocol=5)
        # Nothing of what others register for all pickles of a process: Twisted does for bound methods, and no box may call it.
        self.dispatch_table = {}
        self._keys = {id(definition): key for key, definition in definitions.items()}

    def persistent_id(self, obj: Any) -> str | None:
        return self._keys.get(id(obj))


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, definitions: Mapping[str, Any]) -> None:
        super().__init__(file)
        self._definitions = definitions

    def persistent_load(self, pid: Any) -> Any:
        if pid not in self._definitions:
            raise BoxProblem(f"the box refers to {pid!r}, which was not given")
        return self._definitions[pid]

    def find_class(self, module: str, name: str, /) -> Any:
        if module.partition(".")[0] not in HOUSE and (module, name) not in BUILDERS:
            raise BoxProblem(f"a box holds no {module}.{name}")
        return super().find_class(module, name)


def _by_key(definitions: Iterable[Any] | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(definitions, Mapping):
        return definitions
    objects: Iterable[Any] = definitions
    return {definition.definition_key: definition for definition in objects}
