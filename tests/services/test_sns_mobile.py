"""Mobile push and text messages: applications, their installations, the account's settings."""

from __future__ import annotations

import pytest

from tests.builders import ACCOUNT, REGION
from tests.services.sns_cast import EVENTS, an_account, with_topic

APP = f"arn:aws:sns:{REGION}:{ACCOUNT}:app/GCM/shop"
SECRET = {"PlatformCredential": "secret"}


def with_app():
    run = an_account()
    run.ok("sns:CreatePlatformApplication", Name="shop", Platform="GCM", Attributes=SECRET)
    return run


def an_endpoint(run, token: str = "token", **params) -> str:
    return run.ok("sns:CreatePlatformEndpoint", PlatformApplicationArn=APP, Token=token, **params)["EndpointArn"]


def test_an_application_keeps_its_secrets():
    run = with_app()
    assert run.ok("sns:GetPlatformApplicationAttributes", PlatformApplicationArn=APP) == {
        "Attributes": {"Enabled": "true"}
    }
    run.ok(
        "sns:SetPlatformApplicationAttributes",
        PlatformApplicationArn=APP,
        Attributes={"SuccessFeedbackSampleRate": "50"},
    )
    assert run.ok("sns:ListPlatformApplications") == {
        "PlatformApplications": [
            {"PlatformApplicationArn": APP, "Attributes": {"Enabled": "true", "SuccessFeedbackSampleRate": "50"}}
        ]
    }
    run.ok("sns:DeletePlatformApplication", PlatformApplicationArn=APP)
    assert run.no("sns:GetPlatformApplicationAttributes", PlatformApplicationArn=APP) == (
        "NotFound",
        "PlatformApplication does not exist",
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"Name": "a", "Platform": "AAA", "Attributes": SECRET}, "Invalid parameter: Platform Reason: AAA is not supported"),
        ({"Name": "a", "Platform": "ADM", "Attributes": SECRET}, "Invalid parameter: Attributes Reason: PlatformCredential attribute provided without PlatformPrincipal"),
        ({"Name": "a", "Platform": "ADM", "Attributes": {"PlatformPrincipal": "p"}}, "Invalid parameter: Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential"),
        ({"Name": "a", "Platform": "GCM", "Attributes": {}}, "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null"),
        ({"Name": "a b", "Platform": "GCM", "Attributes": SECRET}, "Invalid parameter: a b Reason: must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"),
    ],
)  # fmt: skip
def test_what_is_no_application(params, message):
    assert an_account().no("sns:CreatePlatformApplication", **params)[1] == message


def test_a_token_has_one_endpoint():
    run = with_app()
    made = an_endpoint(run, CustomUserData="alice")
    assert an_endpoint(run) == an_endpoint(run, CustomUserData="alice") == made
    again = {"PlatformApplicationArn": APP, "Token": "token", "CustomUserData": "bob"}
    assert run.no("sns:CreatePlatformEndpoint", **again)[1] == (
        f"Invalid parameter: Token Reason: Endpoint {made} already exists with the same Token, but different attributes."
    )
    attributes = {"Enabled": "true", "Token": "token", "CustomUserData": "alice"}
    assert run.ok("sns:GetEndpointAttributes", EndpointArn=made) == {"Attributes": attributes}
    assert run.ok("sns:ListEndpointsByPlatformApplication", PlatformApplicationArn=APP) == {
        "Endpoints": [{"EndpointArn": made, "Attributes": attributes}]
    }


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"PlatformPrincipal": "p"}, "Invalid attribute name: PlatformPrincipal"),
        ({"CustomUserData": "x" * 2049}, "Invalid value for attribute: CustomUserData: must be at most 2048 bytes long in UTF-8 encoding"),
    ],
)  # fmt: skip
def test_what_an_endpoint_cannot_have(attributes, message):
    run = with_app()
    made = an_endpoint(run)
    found = run.no("sns:SetEndpointAttributes", EndpointArn=made, Attributes=attributes)
    assert found == ("InvalidParameter", f"Invalid parameter: Attributes Reason: {message}")


def test_a_message_goes_to_one_installation_in_its_platforms_text_until_it_is_disabled():
    run = with_app()
    made = an_endpoint(run)
    run.ok("sns:Publish", TargetArn=made, Message='{"GCM": "hello"}', MessageStructure="json")
    (reached,) = [row for row in run.records() if row["kind"] == "StubReached"]
    environment = run.simulation.environment
    assert environment.bodies.text(environment.subjects.body[reached["subject"]]) == "hello"
    run.ok("sns:SetEndpointAttributes", EndpointArn=made, Attributes={"Enabled": "false"})
    assert run.no("sns:Publish", TargetArn=made, Message="x") == ("EndpointDisabled", "Endpoint is disabled")
    run.ok("sns:DeleteEndpoint", EndpointArn=made)
    assert run.no("sns:GetEndpointAttributes", EndpointArn=made) == ("NotFound", "Endpoint does not exist")


def test_an_installation_can_be_subscribed():
    run = with_app()
    run.ok("sns:CreateTopic", Name="events")
    params = {"TopicArn": EVENTS, "Protocol": "application", "Endpoint": an_endpoint(run)}
    assert run.ok("sns:Subscribe", **params)["SubscriptionArn"].startswith(f"{EVENTS}:")


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        ("GetEndpointAttributes", {"EndpointArn": APP}, "Invalid parameter: EndpointArn Reason: Wrong number of slashes in relative portion of the ARN."),
        ("GetPlatformApplicationAttributes", {"PlatformApplicationArn": "x"}, "Invalid parameter: PlatformApplicationArn Reason: An ARN must have at least 6 elements, not 1"),
        ("SetPlatformApplicationAttributes", {"PlatformApplicationArn": APP}, "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null"),
        ("SetSMSAttributes", {"attributes": {"DefaultSMSType": "Funny"}}, "DefaultSMSType is invalid"),
        ("SetSMSAttributes", {"attributes": {"DefaultSendID": "x"}}, "DefaultSendID is not a valid attribute"),
        ("OptInPhoneNumber", {"phoneNumber": "none"}, "Invalid parameter: PhoneNumber Reason: input incorrectly formatted"),
        ("VerifySMSSandboxPhoneNumber", {"PhoneNumber": "+431", "OneTimePassword": "12345"}, "Phone number does not exist"),
    ],
)  # fmt: skip
def test_what_is_refused(operation, params, message):
    assert with_topic().no(f"sns:{operation}", **params)[1] == message


def test_settings_of_text_messages():
    run = an_account()
    assert run.ok("sns:GetSMSAttributes") == {"attributes": {"MonthlySpendLimit": "1"}}
    run.ok("sns:SetSMSAttributes", attributes={"DefaultSMSType": "Transactional", "DefaultSenderID": "Shop"})
    assert run.ok("sns:GetSMSAttributes", attributes=["DefaultSenderID"]) == {"attributes": {"DefaultSenderID": "Shop"}}
    assert run.ok("sns:CheckIfPhoneNumberIsOptedOut", phoneNumber="+4312345") == {"isOptedOut": False}
    assert run.ok("sns:ListPhoneNumbersOptedOut") == {"phoneNumbers": []}


def test_the_sandbox_of_text_messages():
    run = an_account()
    assert run.ok("sns:GetSMSSandboxAccountStatus") == {"IsInSandbox": False}
    run.ok("sns:CreateSMSSandboxPhoneNumber", PhoneNumber="+4312345")
    run.ok("sns:VerifySMSSandboxPhoneNumber", PhoneNumber="+4312345", OneTimePassword="12345")
    assert run.ok("sns:ListSMSSandboxPhoneNumbers") == {
        "PhoneNumbers": [{"PhoneNumber": "+4312345", "Status": "Verified"}]
    }
    run.ok("sns:DeleteSMSSandboxPhoneNumber", PhoneNumber="+4312345")
    assert run.ok("sns:ListSMSSandboxPhoneNumbers") == {"PhoneNumbers": []}
