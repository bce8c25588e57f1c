"""What a message may be: its text, subject, attributes, and whom it is for."""

from __future__ import annotations

import pytest

from flows.services.ports import Delivery
from tests.builders import arn
from tests.services.sns_cast import EVENTS, LINE, an_account, bodies, outage, subscribed, with_line, with_topic

NAMES = "Can only include alphanumeric characters, hyphens, underscores, or dots."
EMPTY = "The message attribute 'a' must contain non-empty message attribute value for message attribute type '{}'."


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"a": {"DataType": "String", "StringValue": ""}}, EMPTY.format("String")),
        ({"a": {"DataType": "String"}}, EMPTY.format("String")),
        ({"a": {"DataType": "Binary", "BinaryValue": ""}}, EMPTY.format("Binary")),
        ({"a": {"DataType": "Number", "BinaryValue": "AgME"}}, "The message attribute 'a' with type 'Number' must use field 'String'."),
        ({"a": {"DataType": "Binary.png", "StringValue": "x"}}, "The message attribute 'a' with type 'Binary.png' must use field 'Binary'."),
        ({"a": {"DataType": "Colour", "StringValue": "x"}}, "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."),
        ({"a": {"DataType": "Number.", "StringValue": "1"}}, "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."),
        ({"a": {"DataType": "Number", "StringValue": "many"}}, "Could not cast message attribute 'a' value to number."),
        ({"a" * 257: {"DataType": "String", "StringValue": "x"}}, "Length of message attribute name must be less than 256 bytes."),
        ({"a^": {"DataType": "String", "StringValue": "x"}}, f"Invalid non-alphanumeric character '#x5E' was found in the message attribute name. {NAMES}"),
        ({".a": {"DataType": "String", "StringValue": "x"}}, "Invalid message attribute name starting with character '.' was found."),
        ({"a.": {"DataType": "String", "StringValue": "x"}}, "Invalid message attribute name ending with character '.' was found."),
        ({"a..b": {"DataType": "String", "StringValue": "x"}}, "Message attribute name can not have successive '.' character."),
    ],
)  # fmt: skip
def test_attributes_that_are_wrong_refuse_a_message_and_a_whole_batch(attributes, message):
    run = with_topic()
    found = run.no("sns:Publish", TopicArn=EVENTS, Message="x", MessageAttributes=attributes)
    assert found == ("ParameterValueInvalid", message)
    entries = [{"Id": "1", "Message": "x"}, {"Id": "2", "Message": "x", "MessageAttributes": attributes}]
    assert run.no("sns:PublishBatch", TopicArn=EVENTS, PublishBatchRequestEntries=entries) == found


def test_an_attribute_without_a_type_is_named_with_its_place():
    run = with_topic()
    attributes = {"a": {"StringValue": "x"}}
    said = "1 validation error detected: Value null at '{}messageAttributes.a.member.dataType' failed to satisfy constraint: Member must not be null"
    assert run.no("sns:Publish", TopicArn=EVENTS, Message="x", MessageAttributes=attributes)[1] == said.format("")
    entries = [{"Id": "1", "Message": "x", "MessageAttributes": attributes}]
    assert run.no("sns:PublishBatch", TopicArn=EVENTS, PublishBatchRequestEntries=entries)[1] == said.format(
        "publishBatchRequestEntries.1.member."
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"Message": "x"}, "TopicArn or TargetArn Reason: no value for required parameter"),
        ({"Message": "x", "TopicArn": "one:two"}, "TopicArn Reason: An ARN must have at least 6 elements, not 2"),
        ({"Message": "x", "TopicArn": EVENTS, "Subject": ""}, "Subject"),
        ({"Message": "x", "TopicArn": EVENTS, "Subject": "s" * 101}, "Subject"),
        ({"Message": "x" * 262_145, "TopicArn": EVENTS}, "Message too long"),
        ({"Message": "{} }", "TopicArn": EVENTS, "MessageStructure": "json"}, "Message Structure - JSON message body failed to parse"),
        ({"Message": '{"default": {}}', "TopicArn": EVENTS, "MessageStructure": "json"}, "Message Structure - No default entry in JSON message body"),
        ({"Message": "x", "PhoneNumber": "NAA+1555"}, "PhoneNumber Reason: NAA+1555 is not valid to publish to"),
        ({"Message": "x", "TargetArn": f"{EVENTS.removesuffix('events')}endpoint/GCM/app/1"}, "TargetArn Reason: No endpoint found for the target arn specified"),
    ],
)  # fmt: skip
def test_what_cannot_be_published(params, message):
    assert with_topic().no("sns:Publish", **params) == ("InvalidParameter", f"Invalid parameter: {message}")


def test_names_types_and_values_of_attributes_count_as_part_of_the_message():
    run = with_topic()
    attributes = {"a": {"DataType": "Number", "StringValue": "1"}}
    run.ok("sns:Publish", TopicArn=EVENTS, Message="x" * (262_144 - 8), MessageAttributes=attributes)
    assert run.no("sns:Publish", TopicArn=EVENTS, Message="x" * (262_144 - 7), MessageAttributes=attributes)[1] == (
        "Invalid parameter: Message too long"
    )


def test_a_topic_may_be_named_as_a_target():
    run = with_topic()
    subscribed(run, RawMessageDelivery="true")
    run.ok("sns:Publish", TargetArn=EVENTS, Message="x")
    assert bodies(run) == ["x"]


def test_raw_delivery_hands_on_attributes_and_no_more_than_ten():
    run = with_topic()
    subscribed(run, RawMessageDelivery="true", RedrivePolicy={"deadLetterTargetArn": arn("letters")})
    ten = {f"a{n}": {"DataType": "String", "StringValue": "x"} for n in range(10)}
    run.ok("sns:Publish", TopicArn=EVENTS, Message="ten", MessageAttributes=ten)
    run.ok("sns:Publish", TopicArn=EVENTS, Message="eleven", MessageAttributes=ten | {"b": {"DataType": "Binary", "BinaryValue": "AgME"}})  # fmt: skip
    (message,) = run.receive(MessageAttributeNames=["All"])
    assert (message["Body"], message["MessageAttributes"]) == ("ten", ten)
    assert bodies(run, "letters") == ["eleven"]


def test_a_phone_gets_a_message_without_a_topic():
    run = an_account()
    assert "MessageId" in run.ok("sns:Publish", PhoneNumber="+4312345", Message="hello")
    (reached,) = [row for row in run.records() if row["kind"] == "StubReached"]
    environment = run.simulation.environment
    assert environment.bodies.text(environment.subjects.body[reached["subject"]]) == "hello"


def test_the_signature_version_of_the_topic_stands_in_the_envelope():
    run = an_account()
    run.ok("sns:CreateTopic", Name="events", Attributes={"SignatureVersion": "2"})
    subscribed(run)
    run.ok("sns:Publish", TopicArn=EVENTS, Message="x")
    assert '"SignatureVersion":"2"' in bodies(run)[0]


@pytest.mark.parametrize(
    ("id_", "problem"),
    [("a.b", "contains an impermissible character: a.b"), ("a" * 81, f"is too long: {'a' * 81}")],
)
def test_a_batchs_ids_are_checked_first(id_, problem):
    run = with_topic()
    found = run.no("sns:PublishBatch", TopicArn=EVENTS, PublishBatchRequestEntries=[{"Id": id_, "Message": ""}])
    assert found == ("InvalidBatchEntryId", f"The Id of a batch entry in the batch request {problem}")


def test_what_a_service_publishes_is_checked_like_a_message():
    """A service hands over a text: too long a one, or one without a group for a FIFO topic, is refused."""
    run = with_line()
    run.ok("sns:CreateTopic", Name="events")
    world = run.simulation.world
    events, line = (world.nouns[world.topology.by_arn[each].index] for each in (EVENTS, LINE))
    long, short = (world.environment.bodies.number(text) for text in ("x" * 262_145, "x"))
    assert events.deliver(Delivery(long, 0)).message == "Invalid parameter: Message too long"
    assert line.deliver(Delivery(short, 0)).message == (
        "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    )
    first = line.deliver(Delivery(short, 0, system={"MessageGroupId": "a"}))
    assert line.deliver(Delivery(short, 0, system={"MessageGroupId": "a"})) == first


def test_a_dead_letter_queue_that_is_out_takes_nothing():
    run = with_topic()
    subscribed(run, "nowhere", RedrivePolicy={"deadLetterTargetArn": arn("letters")})
    outage(run, "Letters")
    run.ok("sns:Publish", TopicArn=EVENTS, Message="x")
    story = [row["kind"] for row in run.records() if row["kind"].startswith("Notification")]
    assert story == ["NotificationPending", "NotificationFailed", "NotificationDiscarded"]
