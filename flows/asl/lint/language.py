"""The Amazon States Language as a table: which state has which fields, in which query language, and what each may hold.

This table is the lint's schema, the editor's completion and the reference page.

Sources: the Amazon States Language specification (states-language.net), the developer guide's page per state type, and the recorded
definitions that AWS accepted or refused.
"""

from __future__ import annotations

from flows.asl.lint import choices, handlers, maps, resources
from flows.asl.lint.fields import Field, Fields, Group, fields
from flows.asl.lint.values import (
    ANYTHING,
    BOOLEAN,
    ITEMS,
    JSONATA,
    JSONPATH,
    LANGUAGES,
    MACHINE_INSIDE,
    MACHINES_INSIDE,
    PATH,
    PATH_OR_CALL,
    REFERENCE,
    RESULT_PATH,
    SHOWN_TEXT,
    STATES_INSIDE,
    TEMPLATE,
    TEXT,
    TIMESTAMP,
    VARIABLES,
    integer,
    number,
    one_of,
)

STATE_TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
"""In the order of AWS's message."""

TYPE = Field("Type", one_of(*STATE_TYPES), required=True)
COMMON = (TYPE, Field("Comment", TEXT), Field("QueryLanguage", one_of(*LANGUAGES)))
NEXT_OR_END = (Field("Next", TEXT), Field("End", BOOLEAN))
INPUT_AND_OUTPUT = (
    Field("InputPath", PATH, (JSONPATH,)),
    Field("OutputPath", PATH, (JSONPATH,)),
    Field("Output", TEMPLATE, (JSONATA,)),
)
ASSIGN = Field("Assign", VARIABLES)
RESULT = (Field("ResultPath", RESULT_PATH, (JSONPATH,)), Field("ResultSelector", TEMPLATE, (JSONPATH,)))
ARGUMENTS = (Field("Parameters", TEMPLATE, (JSONPATH,)), Field("Arguments", TEMPLATE, (JSONATA,)))
HANDLERS = (Field("Retry", handlers.RETRY), Field("Catch", handlers.CATCH))

MACHINE = fields(
    Field("States", STATES_INSIDE, required=True),
    Field("StartAt", TEXT, required=True),
    Field("Comment", TEXT),
    Field("Version", TEXT),
    Field("TimeoutSeconds", integer(1, expression=False)),
    Field("QueryLanguage", one_of(*LANGUAGES)),
)
BRANCH = fields(
    Field("States", STATES_INSIDE, required=True), Field("StartAt", TEXT, required=True), Field("Comment", TEXT)
)
PROCESSOR = {**BRANCH, **fields(Field("ProcessorConfig", maps.PROCESSOR_CONFIG))}

STATES: dict[str, dict[str, Field]] = {
    "Task": fields(
        *COMMON,
        Field("Resource", resources.TASK, required=True),
        *INPUT_AND_OUTPUT,
        *ARGUMENTS,
        *RESULT,
        ASSIGN,
        Field("TimeoutSeconds", integer(1)),
        Field("TimeoutSecondsPath", REFERENCE, (JSONPATH,)),
        Field("HeartbeatSeconds", integer(1)),
        Field("HeartbeatSecondsPath", REFERENCE, (JSONPATH,)),
        Field("Credentials", resources.CREDENTIALS),
        *HANDLERS,
        *NEXT_OR_END,
    ),
    "Wait": fields(
        *COMMON,
        *INPUT_AND_OUTPUT,
        ASSIGN,
        Field("Seconds", integer(0)),
        Field("SecondsPath", REFERENCE, (JSONPATH,)),
        Field("Timestamp", TIMESTAMP),
        Field("TimestampPath", REFERENCE, (JSONPATH,)),
        *NEXT_OR_END,
    ),
    "Pass": fields(
        *COMMON,
        *INPUT_AND_OUTPUT,
        ASSIGN,
        Field("Result", ANYTHING, (JSONPATH,)),
        Field("ResultPath", RESULT_PATH, (JSONPATH,)),
        Field("Parameters", TEMPLATE, (JSONPATH,)),
        *NEXT_OR_END,
    ),
    "Succeed": fields(*COMMON, *INPUT_AND_OUTPUT),
    "Fail": fields(
        *COMMON,
        Field("Error", SHOWN_TEXT),
        Field("ErrorPath", PATH_OR_CALL, (JSONPATH,)),
        Field("Cause", SHOWN_TEXT),
        Field("CausePath", PATH_OR_CALL, (JSONPATH,)),
    ),
    "Choice": fields(
        *COMMON, *INPUT_AND_OUTPUT, ASSIGN, Field("Choices", choices.CHOICES, required=True), Field("Default", TEXT)
    ),
    "Parallel": fields(
        *COMMON,
        Field("Branches", MACHINES_INSIDE, required=True),
        *INPUT_AND_OUTPUT,
        *ARGUMENTS,
        *RESULT,
        ASSIGN,
        *HANDLERS,
        *NEXT_OR_END,
    ),
    "Map": fields(
        *COMMON,
        Field("ItemProcessor", MACHINE_INSIDE),
        Field("Iterator", MACHINE_INSIDE),
        *INPUT_AND_OUTPUT,
        Field("ItemsPath", PATH, (JSONPATH,)),
        Field("Items", ITEMS, (JSONATA,)),
        Field("ItemSelector", TEMPLATE),
        Field("Parameters", TEMPLATE, (JSONPATH,)),
        *RESULT,
        ASSIGN,
        Field("MaxConcurrency", integer(0, None)),
        Field("MaxConcurrencyPath", REFERENCE, (JSONPATH,)),
        Field("ItemReader", maps.ITEM_READER),
        Field("ItemBatcher", maps.ITEM_BATCHER),
        Field("ResultWriter", maps.RESULT_WRITER),
        Field("ToleratedFailureCount", integer(0, None)),
        Field("ToleratedFailureCountPath", REFERENCE, (JSONPATH,)),
        Field("ToleratedFailurePercentage", number(0, 100)),
        Field("ToleratedFailurePercentagePath", REFERENCE, (JSONPATH,)),
        Field("Label", maps.LABEL),
        *HANDLERS,
        *NEXT_OR_END,
    ),
}


GROUPS: dict[str, tuple[Group, ...]] = {
    "Task": (
        Group(("Next", "End"), required=True),
        Group(("TimeoutSeconds", "TimeoutSecondsPath")),
        Group(("HeartbeatSeconds", "HeartbeatSecondsPath")),
    ),
    "Wait": (
        Group(("Next", "End"), required=True),
        Group(("Seconds", "SecondsPath", "Timestamp", "TimestampPath"), required=True),
    ),
    "Pass": (Group(("Next", "End"), required=True),),
    "Fail": (Group(("Error", "ErrorPath")), Group(("Cause", "CausePath"))),
    "Parallel": (Group(("Next", "End"), required=True),),
    "Map": (
        Group(("Next", "End"), required=True),
        Group(("ItemProcessor", "Iterator"), required=True),
        Group(("ItemSelector", "Parameters")),
        Group(("MaxConcurrency", "MaxConcurrencyPath")),
        Group(("ToleratedFailureCount", "ToleratedFailureCountPath")),
        Group(("ToleratedFailurePercentage", "ToleratedFailurePercentagePath")),
    ),
}

OBJECTS: dict[str, Fields] = {
    "": MACHINE,
    **STATES,
    "Branch": BRANCH,
    "ItemProcessor": PROCESSOR,
    "ProcessorConfig": maps.CONFIG,
    "ItemReader": maps.READER_FIELDS,
    "ReaderConfig": maps.READER_CONFIG,
    "ItemBatcher": maps.BATCHER,
    "ResultWriter": maps.WRITER_FIELDS,
    "WriterConfig": maps.WRITER_CONFIG,
    "Retrier": handlers.RETRIER,
    "Catcher": handlers.CATCHER,
    "Choice rule": choices.OUTER,
}
"""Every object of the language by what it is called; "" is the machine itself."""


def names_of(object_: str, language: str) -> list[str]:
    """The fields an object may have in a query language, in the order of the table."""
    return [row.name for row in OBJECTS[object_].values() if language in row.languages]
