"""What only Map states have: how their items are read, batched and written, and how their iterations run.

Sources: the developer guide's "Map state", "Distributed mode" and the pages on ItemReader, ItemBatcher and ResultWriter; the page on
Label for the characters it may not have.
"""

from __future__ import annotations

import re
from typing import Any

from flows.asl.lint import resources
from flows.asl.lint.diagnostics import Place
from flows.asl.lint.fields import Field, Fields, Group, fields, look_at
from flows.asl.lint.values import (
    JSONATA,
    JSONPATH,
    REFERENCE,
    TEMPLATE,
    TEXT,
    TEXTS,
    Setting,
    Value,
    a_text,
    an_object,
    integer,
    one_of,
)

LONGEST_LABEL = 40
NOT_IN_LABELS = re.compile(r"[\s?*<>{}\[\]:;,\\|^~$#%&`\"/\x00-\x1f\x7f-\x9f]")
INLINE, DISTRIBUTED = "INLINE", "DISTRIBUTED"
STANDARD, EXPRESS = "STANDARD", "EXPRESS"
DISTRIBUTED_FIELDS = (
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
    "Label",
)
LARGEST_BATCH_BYTES = 262_144

ARGUMENTS = (Field("Parameters", TEMPLATE, (JSONPATH,)), Field("Arguments", TEMPLATE, (JSONATA,)))
READER_CONFIG = fields(
    Field("InputType", one_of("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")),
    Field("CSVHeaderLocation", one_of("FIRST_ROW", "GIVEN")),
    Field("CSVHeaders", TEXTS),
    Field("CSVDelimiter", one_of("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")),
    Field("MaxItems", integer(0, None)),
    Field("MaxItemsPath", REFERENCE, (JSONPATH,)),
    Field("ManifestType", one_of("ATHENA_DATA", "S3_INVENTORY")),
    Field("Transformation", one_of("NONE", "LOAD_AND_FLATTEN")),
    Field("ItemsPointer", TEXT),
)
WRITER_CONFIG = fields(
    Field("Transformation", one_of("NONE", "COMPACT", "FLATTEN")), Field("OutputType", one_of("JSON", "JSONL"))
)
BATCHER = fields(
    Field("MaxItemsPerBatch", integer(1, None)),
    Field("MaxItemsPerBatchPath", REFERENCE, (JSONPATH,)),
    Field("MaxInputBytesPerBatch", integer(1, LARGEST_BATCH_BYTES)),
    Field("MaxInputBytesPerBatchPath", REFERENCE, (JSONPATH,)),
    Field("BatchInput", TEMPLATE),
)
BATCHER_GROUPS = (
    Group(("MaxItemsPerBatch", "MaxItemsPerBatchPath")),
    Group(("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath")),
)
CONFIG = fields(Field("Mode", one_of(INLINE, DISTRIBUTED)), Field("ExecutionType", one_of(STANDARD, EXPRESS)))


def _object_of(rows: Fields, words: str, groups: tuple[Group, ...] = ()) -> Value:
    def check(value: Any, place: Place, setting: Setting) -> None:
        if an_object(value, place, setting):
            look_at(value, place, setting, rows, groups)

    return Value(words, check)


def _processor_config(value: Any, place: Place, setting: Setting) -> None:
    if not an_object(value, place, setting):
        return
    look_at(value, place, setting, CONFIG)
    if value.get("Mode") == DISTRIBUTED and "ExecutionType" not in value:
        setting.findings.schema("These fields are required: [ExecutionType]", place)


def _label(value: Any, place: Place, setting: Setting) -> None:
    if not a_text(value, place, setting):
        return
    found = NOT_IN_LABELS.search(value)
    if not value:
        setting.findings.say("INVALID_LABEL_NAME", "Label cannot be empty", place)
    elif len(value) > LONGEST_LABEL:
        setting.findings.say("INVALID_LABEL_NAME", f"Label cannot exceed {LONGEST_LABEL} characters", place)
    elif found is not None:
        setting.findings.say("INVALID_LABEL_NAME", f"Label contains invalid character: {found.group()!r}", place)


PROCESSOR_CONFIG = Value("how iterations run", _processor_config)
LABEL = Value(f"text of 1 to {LONGEST_LABEL} characters that may stand in an ARN", _label)
READER_FIELDS = fields(
    Field("Resource", resources.READER, required=True),
    Field("ReaderConfig", _object_of(READER_CONFIG, "how the object is read", (Group(("MaxItems", "MaxItemsPath")),))),
    *ARGUMENTS,
)
WRITER_FIELDS = fields(
    Field("Resource", resources.WRITER),
    Field("WriterConfig", _object_of(WRITER_CONFIG, "how results are written")),
    *ARGUMENTS,
)
ITEM_READER = _object_of(READER_FIELDS, "where the items are read from")
RESULT_WRITER = _object_of(WRITER_FIELDS, "where the results are written to")
ITEM_BATCHER = _object_of(BATCHER, "how items are put together", BATCHER_GROUPS)


def is_distributed(state: dict[str, Any]) -> bool:
    return _config(state).get("Mode") == DISTRIBUTED


def runs_express(state: dict[str, Any], *, express: bool) -> bool:
    """Whether the iterations of a Map are Express workflows: a distributed Map says so itself."""
    return _config(state).get("ExecutionType") == EXPRESS if is_distributed(state) else express


def look_at_map(state: dict[str, Any], place: Place, setting: Setting) -> None:
    """What the fields of a Map say to each other."""
    if is_distributed(state):
        if setting.express:
            message = "Express state machine does not support distributed Map"
            setting.findings.schema(message, place / "ItemProcessor" / "ProcessorConfig" / "Mode")
        return
    for name in DISTRIBUTED_FIELDS:
        if name in state:
            message = f"'{name}' has no effect unless the mode of the Map is DISTRIBUTED"
            setting.findings.say("DISTRIBUTED_ONLY", message, place / name)


def _config(state: dict[str, Any]) -> dict[str, Any]:
    processor = state.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    return config if isinstance(config, dict) else {}
