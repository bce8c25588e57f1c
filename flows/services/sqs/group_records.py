"""What a queue with message groups may write in the trace: 122–129 of SQS's numbers.

A record with a field `group` and a state puts its message into that message group: lanes are drawn from it. The last GroupBlocked or
GroupFreed of a group holds.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

SENT_TO_GROUP, DELAYED_IN_GROUP, GROUP_BLOCKED, GROUP_FREED, DEDUPLICATED = 122, 123, 124, 125, 126
DEAD_LETTER_JOINED, REDRIVEN_JOINED, FAILURE_JOINED = 127, 128, 129

LINK = Field("link", FieldType.LINK)
VISIBLE_AT = Field("visible_at", FieldType.INSTANT)
SOURCE = Field("source", FieldType.NODE)
GROUP = Field("group", FieldType.STRING)

KINDS = (
    Kind(
        SENT_TO_GROUP,
        "sqs",
        "MessageSentToGroup",
        (LINK, GROUP),
        "sent to {node} in group {group}; visible at once",
        to="visible",
        motion="forward",
        rate=True,
    ),
    Kind(
        DELAYED_IN_GROUP,
        "sqs",
        "MessageDelayedInGroup",
        (LINK, GROUP, Field("delivers_at", FieldType.INSTANT)),
        "sent to {node} in group {group}; delayed until {delivers_at}",
        to="delayed",
        motion="forward",
        rate=True,
    ),
    Kind(
        GROUP_BLOCKED,
        "sqs",
        "GroupBlocked",
        (GROUP, VISIBLE_AT),
        "group {group} is blocked by {subject}, in flight until {visible_at}",
    ),
    Kind(GROUP_FREED, "sqs", "GroupFreed", (GROUP,), "group {group} is no longer blocked by {subject}"),
    Kind(
        DEDUPLICATED,
        "sqs",
        "MessageDeduplicated",
        (LINK, GROUP, Field("first", FieldType.SUBJECT), Field("age", FieldType.LENGTH)),
        "taken as a duplicate of {first}, sent {age} before: accepted, and not delivered again",
        motion="forward",
        rate=True,
    ),
    Kind(
        DEAD_LETTER_JOINED,
        "sqs",
        "DeadLetterJoinedGroup",
        (SOURCE, GROUP),
        "arrived in group {group} as a dead letter from {source}, received {attempt} times there",
        to="visible",
        outcome="lost",
    ),
    Kind(
        REDRIVEN_JOINED,
        "sqs",
        "RedrivenMessageJoinedGroup",
        (SOURCE, LINK, GROUP),
        "arrived in group {group} as a redriven message from {source}, with a new id and no receives",
        to="visible",
        motion="backward",
        rate=True,
    ),
    Kind(
        FAILURE_JOINED,
        "sqs",
        "FailureJoinedGroup",
        (SOURCE, LINK, GROUP),
        "arrived in group {group} as a dead letter: {source} gave up on it after {attempt} attempts",
        to="visible",
        outcome="lost",
        motion="forward",
    ),
)
