"""What a request lacks, or names that is not there: every operation says so in SNS's words."""

from __future__ import annotations

import pytest

from tests.fanout import topic_arn
from tests.services.sns_cast import EVENTS, with_topic
from tests.services.test_sns_mobile import APP, with_app

NULL = "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null"
NOWHERE = topic_arn("nowhere")
ENDPOINT = APP.replace(":app/", ":endpoint/") + "/1"


@pytest.mark.parametrize(
    ("operation", "params", "code", "message"),
    [
        ("Publish", {"TopicArn": EVENTS}, "ValidationError", NULL.format("message")),
        ("Publish", {"TopicArn": EVENTS, "Message": "\ud800"}, "InvalidParameter", "Invalid parameter: Message contains invalid characters"),
        ("Publish", {"TopicArn": EVENTS, "Message": "x", "MessageStructure": "xml"}, "InvalidParameter", "Invalid parameter: MessageStructure"),
        ("Publish", {"TopicArn": EVENTS, "Message": "x", "MessageGroupId": "two words"}, "InvalidParameter", "Invalid parameter: MessageGroupId Reason: it can only include alphanumeric and punctuation characters, 1 to 128 of them"),
        ("Publish", {"TopicArn": EVENTS, "Message": "x", "MessageAttributes": []}, "SerializationException", "MessageAttributes must be an object."),
        ("Publish", {"TopicArn": EVENTS, "Message": "x", "MessageAttributes": {"": {}}}, "ParameterValueInvalid", "Message attribute name can not be empty."),
        ("Publish", {"TopicArn": EVENTS, "Message": "x", "MessageAttributes": {"a": {"DataType": "String", "StringValue": "\ud800"}}}, "ParameterValueInvalid", "The message attribute 'a' contains invalid characters."),
        ("Publish", {"TopicArn": EVENTS, "Message": "x", "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "%%"}}}, "ParameterValueInvalid", "The message attribute 'a' is no base64 text."),
        ("PublishBatch", {"TopicArn": EVENTS, "PublishBatchRequestEntries": [{"Message": "x"}]}, "ValidationError", NULL.format("publishBatchRequestEntries.1.member.id")),
        ("PublishBatch", {"TopicArn": EVENTS, "PublishBatchRequestEntries": [{"Id": "1", "Message": "x" * 262_145}]}, "BatchRequestTooLong", "The length of all the messages put together is more than the limit."),
        ("SetTopicAttributes", {"TopicArn": EVENTS}, "ValidationError", NULL.format("attributeName")),
        ("SetTopicAttributes", {"TopicArn": EVENTS, "AttributeName": "FifoTopic", "AttributeValue": "true"}, "InvalidParameter", "Invalid parameter: AttributeName"),
        ("SetTopicAttributes", {"TopicArn": EVENTS, "AttributeName": "SQSSuccessFeedbackSampleRate", "AttributeValue": "101"}, "InvalidParameter", "Invalid parameter: SQSSuccessFeedbackSampleRate: Invalid value [101]. Must be between 0 and 100."),
        ("SetTopicAttributes", {"TopicArn": EVENTS, "AttributeName": "DisplayName", "AttributeValue": "x" * 101}, "InvalidParameter", "Invalid parameter: DisplayName: must be at most 100 characters long"),
        ("SetTopicAttributes", {"TopicArn": EVENTS, "AttributeName": "DeliveryPolicy", "AttributeValue": "{}"}, "InvalidParameter", "Invalid parameter: DeliveryPolicy: http must be specified"),
        ("AddPermission", {"TopicArn": EVENTS}, "ValidationError", NULL.format("label")),
        ("AddPermission", {"TopicArn": EVENTS, "Label": "a", "AWSAccountId": ["bob"], "ActionName": ["Publish"]}, "InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound"),
        ("RemovePermission", {"TopicArn": EVENTS}, "ValidationError", NULL.format("label")),
        ("Subscribe", {"TopicArn": EVENTS}, "ValidationError", NULL.format("protocol")),
        ("Subscribe", {"TopicArn": EVENTS, "Protocol": "sqs"}, "NotFound", "Endpoint not specified in subscription"),
        ("Subscribe", {"TopicArn": NOWHERE, "Protocol": "sqs", "Endpoint": "x"}, "NotFound", "Topic does not exist"),
        ("ConfirmSubscription", {"Token": "x"}, "InvalidParameter", "Invalid parameter: TopicArn Reason: no value for required parameter"),
        ("ConfirmSubscription", {"TopicArn": EVENTS}, "ValidationError", NULL.format("token")),
        ("Unsubscribe", {}, "InvalidParameter", "Invalid parameter: SubscriptionArn Reason: no value for required parameter"),
        ("DeleteTopic", {}, "InvalidParameter", "Invalid parameter: TopicArn Reason: no value for required parameter"),
        ("TagResource", {"ResourceArn": EVENTS, "Tags": [{"Value": "1"}]}, "InvalidParameter", "Invalid parameter: Tags"),
        ("TagResource", {"ResourceArn": NOWHERE, "Tags": []}, "ResourceNotFound", "Resource does not exist"),
        ("TagResource", {"ResourceArn": "x", "Tags": []}, "InvalidParameter", "Invalid parameter: ResourceArn Reason: An ARN must have at least 6 elements, not 1"),
        ("UntagResource", {"ResourceArn": NOWHERE, "TagKeys": []}, "ResourceNotFound", "Resource does not exist"),
        ("GetDataProtectionPolicy", {"ResourceArn": NOWHERE}, "NotFound", "Topic does not exist"),
        ("PutDataProtectionPolicy", {"ResourceArn": EVENTS}, "ValidationError", NULL.format("dataProtectionPolicy")),
        ("PutDataProtectionPolicy", {"ResourceArn": "x"}, "InvalidParameter", "Invalid parameter: ResourceArn Reason: An ARN must have at least 6 elements, not 1"),
        ("SetSMSAttributes", {}, "ValidationError", NULL.format("attributes")),
        ("SetSMSAttributes", {"attributes": {"DeliveryStatusSuccessSamplingRate": "many"}}, "InvalidParameter", "DeliveryStatusSuccessSamplingRate is invalid"),
        ("SetSMSAttributes", {"attributes": {"MonthlySpendLimit": "-1"}}, "InvalidParameter", "MonthlySpendLimit is invalid"),
        ("CheckIfPhoneNumberIsOptedOut", {}, "ValidationError", NULL.format("phoneNumber")),
        ("CreateSMSSandboxPhoneNumber", {"PhoneNumber": "x"}, "InvalidParameter", "Invalid parameter: PhoneNumber Reason: input incorrectly formatted"),
        ("DeleteSMSSandboxPhoneNumber", {"PhoneNumber": "+431"}, "ResourceNotFound", "Phone number does not exist"),
        ("CreatePlatformApplication", {"Name": "", "Platform": "GCM", "Attributes": {"PlatformCredential": "x"}}, "InvalidParameter", "Invalid parameter:  Reason: cannot be empty"),
        ("CreatePlatformApplication", {"Name": "n" * 257, "Platform": "GCM", "Attributes": {"PlatformCredential": "x"}}, "InvalidParameter", f"Invalid parameter: {'n' * 257} Reason: must be at most 256 characters long"),
        ("CreatePlatformApplication", {"Name": "n", "Platform": "GCM", "Attributes": {"Colour": "x"}}, "InvalidParameter", "Invalid parameter: Attributes Reason: Invalid attribute name: Colour"),
        ("CreatePlatformApplication", {"Name": "shop", "Platform": "GCM", "Attributes": {"PlatformCredential": "other"}}, "InvalidParameter", "Invalid parameter: Attributes Reason: Platform application already exists with different attributes"),
        ("DeletePlatformApplication", {"PlatformApplicationArn": "x"}, "InvalidParameter", "Invalid parameter: PlatformApplicationArn Reason: An ARN must have at least 6 elements, not 1"),
        ("SetPlatformApplicationAttributes", {"PlatformApplicationArn": APP, "Attributes": {"Colour": "x"}}, "InvalidParameter", "Invalid parameter: Attributes Reason: Invalid attribute name: Colour"),
        ("CreatePlatformEndpoint", {"PlatformApplicationArn": APP}, "ValidationError", NULL.format("token")),
        ("CreatePlatformEndpoint", {"PlatformApplicationArn": f"{APP}s", "Token": "t"}, "NotFound", "PlatformApplication does not exist"),
        ("CreatePlatformEndpoint", {"PlatformApplicationArn": APP, "Token": "t", "Attributes": {"Enabled": "?"}}, "InvalidParameter", "Invalid parameter: Attributes Reason: Invalid value for attribute: Enabled: must be true or false"),
        ("ListEndpointsByPlatformApplication", {"PlatformApplicationArn": f"{APP}s"}, "NotFound", "PlatformApplication does not exist"),
        ("DeleteEndpoint", {"EndpointArn": "x"}, "InvalidParameter", "Invalid parameter: EndpointArn Reason: An ARN must have at least 6 elements, not 1"),
        ("SetEndpointAttributes", {"EndpointArn": ENDPOINT}, "ValidationError", NULL.format("attributes")),
        ("SetEndpointAttributes", {"EndpointArn": ENDPOINT, "Attributes": {"Enabled": "true"}}, "NotFound", "Endpoint does not exist"),
        ("GetEndpointAttributes", {"EndpointArn": "x"}, "InvalidParameter", "Invalid parameter: EndpointArn Reason: An ARN must have at least 6 elements, not 1"),
    ],
)  # fmt: skip
def test_what_a_request_lacks_is_said(operation, params, code, message):
    run = with_app()
    run.ok("sns:CreateTopic", Name="events")
    assert run.no(f"sns:{operation}", **params) == (code, message)


def test_what_is_not_there_can_be_deleted():
    run = with_topic()
    assert run.ok("sns:DeletePlatformApplication", PlatformApplicationArn=APP) == {}
    assert run.ok("sns:DeleteEndpoint", EndpointArn=ENDPOINT) == {}
    assert run.ok("sns:RemovePermission", TopicArn=EVENTS, Label="nobody") == {}
    assert run.ok("sns:OptInPhoneNumber", phoneNumber="+4312345") == {}
    assert run.ok("sns:ListOriginationNumbers") == {"PhoneNumbers": []}


def test_an_application_takes_its_installations_along():
    run = with_app()
    made = run.ok("sns:CreatePlatformEndpoint", PlatformApplicationArn=APP, Token="t")["EndpointArn"]
    run.ok("sns:DeletePlatformApplication", PlatformApplicationArn=APP)
    assert run.no("sns:GetEndpointAttributes", EndpointArn=made)[0] == "NotFound"


def test_a_data_protection_policy_is_kept():
    run = with_topic()
    assert run.ok("sns:GetDataProtectionPolicy", ResourceArn=EVENTS) == {"DataProtectionPolicy": ""}
    run.ok("sns:PutDataProtectionPolicy", ResourceArn=EVENTS, DataProtectionPolicy="{}")
    assert run.ok("sns:GetDataProtectionPolicy", ResourceArn=EVENTS) == {"DataProtectionPolicy": "{}"}
    run.ok("sns:CreateTopic", Name="other", DataProtectionPolicy='{"a": 1}')
    found = run.ok("sns:GetDataProtectionPolicy", ResourceArn=topic_arn("other"))
    assert found == {"DataProtectionPolicy": '{"a": 1}'}


def test_tags_are_fifty_at_most():
    run = with_topic()
    run.ok("sns:TagResource", ResourceArn=EVENTS, Tags=[{"Key": str(n)} for n in range(50)])
    assert run.no("sns:TagResource", ResourceArn=EVENTS, Tags=[{"Key": "more"}])[0] == "TagLimitExceeded"
