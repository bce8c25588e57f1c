"""Parameters of another shape than AWS's are refused at the door, before a service reads them."""

from __future__ import annotations

import pytest

from flows.services.shapes import misshapen


@pytest.mark.parametrize(
    ("service", "operation", "params", "said"),
    [
        ("sqs", "SendMessage", {"MessageAttributes": {"x": 7}}, "MessageAttributes.x must be an object."),
        ("sqs", "CreateQueue", {"Attributes": {"DelaySeconds": 5}}, "Attributes.DelaySeconds must be a text."),
        ("sqs", "UntagQueue", {"TagKeys": "a"}, "TagKeys must be a list."),
        ("sqs", "TagQueue", {"Tags": [{"Key": "a", "Value": "b"}]}, "Tags must be an object."),
        ("sns", "CreateTopic", {"Tags": {"a": "b"}}, "Tags must be a list."),
        (
            "sns",
            "PublishBatch",
            {"PublishBatchRequestEntries": [7]},
            "PublishBatchRequestEntries[0] must be an object.",
        ),
        ("events", "PutEvents", {"Entries": {"Source": "a"}}, "Entries must be a list."),
        ("states", "CreateStateMachine", {"tags": [["a"]]}, "tags[0] must be an object."),
    ],
)
def test_a_list_that_is_none_and_a_map_that_is_none_are_refused_with_the_path(service, operation, params, said):
    refusal = misshapen(service, operation, params)
    assert refusal is not None
    assert (refusal.code, refusal.message) == ("SerializationException", said)


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("sqs", "SendMessage", {"QueueUrl": "u", "MessageBody": 7}),
        ("sqs", "SendMessage", {"MessageAttributes": None}),
        ("sqs", "RedriveMessages", {"Messages": "our own operation"}),
        ("lambda", "UpdateFunctionCode", {"Behaviour": ["our own parameter"]}),
        ("client", "StartTraffic", {"Variants": 7}),
        ("external", "Call", {"Attributes": 7}),
    ],
)
def test_scalars_nulls_and_what_aws_does_not_know_are_left_to_the_service(service, operation, params):
    assert misshapen(service, operation, params) is None
