"""Mobile push: platform applications and the endpoints of their installations. What is sent to an endpoint goes to a stub."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.engine.identifiers import message_id
from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import arns, refusals
from flows.services.sns.account import Account, Application, Endpoint, account_of
from flows.services.sns.listing import page
from flows.services.sns.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.world import World

PLATFORMS = frozenset(
    {
        "ADM",
        "APNS",
        "APNS_SANDBOX",
        "APNS_VOIP",
        "APNS_VOIP_SANDBOX",
        "BAIDU",
        "GCM",
        "MACOS",
        "MACOS_SANDBOX",
        "MPNS",
        "WNS",
    }
)
WITHOUT_PRINCIPAL = frozenset({"GCM"})
"""Platforms that know an app by one secret alone."""
PRINCIPAL, CREDENTIAL, ENABLED = "PlatformPrincipal", "PlatformCredential", "Enabled"
SECRETS = frozenset({PRINCIPAL, CREDENTIAL})
"""Taken, and never answered."""
APPLICATION_ATTRIBUTES = frozenset(
    {
        PRINCIPAL,
        CREDENTIAL,
        ENABLED,
        "EventEndpointCreated",
        "EventEndpointDeleted",
        "EventEndpointUpdated",
        "EventDeliveryFailure",
        "SuccessFeedbackRoleArn",
        "FailureFeedbackRoleArn",
        "SuccessFeedbackSampleRate",
        "ApplePlatformTeamID",
        "ApplePlatformBundleID",
        "AppleCertificateExpirationDate",
    }
)
USER_DATA, TOKEN = "CustomUserData", "Token"
ENDPOINT_ATTRIBUTES = frozenset({USER_DATA, ENABLED, TOKEN})
NAME = re.compile(r"[A-Za-z0-9._-]{1,256}")
ENDPOINT_HANDLES = 2 << 30
"""Endpoints' ids are made like message ids, of handles that no message has."""


def create_platform_application(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name, platform, given = str(params.get("Name") or ""), str(params.get("Platform") or ""), _texts(params)
    refusal = _wrong_application(name, platform, given)
    if refusal is not None:
        return refusal
    arn = f"arn:aws:sns:{caller.region}:{caller.account}:app/{platform}/{name}"
    applications = account_of(world).applications
    there = applications.get(arn)
    if there is not None and not given.items() <= there.attributes.items():
        return refusals.because("Attributes", "Platform application already exists with different attributes")
    if there is None:
        applications[arn] = Application(arn, platform, name, {ENABLED: "true", **given})
    return {"PlatformApplicationArn": arn}


def _wrong_application(name: str, platform: str, given: Mapping[str, str]) -> Refusal | None:
    if not given:
        return refusals.missing("Attributes")
    if not NAME.fullmatch(name):
        return _wrong_name(name)
    if platform not in PLATFORMS:
        return refusals.because("Platform", f"{platform} is not supported")
    refusal = _unknown(given, APPLICATION_ATTRIBUTES)
    if refusal is not None:
        return refusal
    principal, credential = PRINCIPAL in given, CREDENTIAL in given
    if principal and not credential:
        return refusals.because("Attributes", f"{PRINCIPAL} attribute provided without {CREDENTIAL}")
    if credential and not principal and platform not in WITHOUT_PRINCIPAL:
        return refusals.because("Attributes", f"{CREDENTIAL} attribute provided without {PRINCIPAL}")
    return None if credential else refusals.because("Attributes", f"{CREDENTIAL} attribute is missing")


def _wrong_name(name: str) -> Refusal:
    if not name:
        return refusals.because(name, "cannot be empty")
    if len(name) > 256:
        return refusals.because(name, "must be at most 256 characters long")
    return refusals.because(name, "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")


def delete_platform_application(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """It goes with its endpoints; one that is not there is no error."""
    arn = arns.slashed(params, "PlatformApplicationArn", 2)
    if isinstance(arn, Refusal):
        return arn
    account = account_of(world)
    account.applications.pop(arn.text, None)
    for endpoint in [each for each in account.endpoints.values() if each.application == arn.text]:
        del account.endpoints[endpoint.arn]
    return {}


def get_platform_application_attributes(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _application(world, params)
    return found if isinstance(found, Refusal) else {"Attributes": _shown(found.attributes)}


def set_platform_application_attributes(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    given = _texts(params)
    if not given:
        return refusals.missing("Attributes")
    found = _application(world, params)
    if isinstance(found, Refusal):
        return found
    refusal = _unknown(given, APPLICATION_ATTRIBUTES)
    if refusal is not None:
        return refusal
    found.attributes |= given
    return {}


def list_platform_applications(world: World, caller: Caller, params: Json) -> Json | Refusal:
    here = [each for each in account_of(world).applications.values() if f":{caller.region}:" in each.arn]
    rows = [{"PlatformApplicationArn": each.arn, "Attributes": _shown(each.attributes)} for each in here]
    return page(params, "PlatformApplications", rows)


# ── endpoints ───────────────────────────────────────────────────────────────────────────────────────────────────────


def create_platform_endpoint(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """An endpoint for a token; the one there is, if nothing that is said of it differs."""
    application, token = _application(world, params), params.get("Token")
    if isinstance(application, Refusal):
        return application
    if token is None:
        return refusals.missing("Token")
    given = _texts(params)
    if params.get(USER_DATA) is not None:
        given[USER_DATA] = str(params[USER_DATA])
    refusal = _wrong_endpoint(given)
    if refusal is not None:
        return refusal
    account = account_of(world)
    attributes = {ENABLED: "true", TOKEN: str(token), **given}
    for each in account.endpoints.values():
        if each.application == application.arn and each.attributes[TOKEN] == str(token):
            if given.items() <= each.attributes.items():
                return {"EndpointArn": each.arn}
            said = f"Endpoint {each.arn} already exists with the same Token, but different attributes."
            return refusals.because("Token", said)
    return {"EndpointArn": _installed(world, account, application, attributes)}


def _installed(world: World, account: Account, application: Application, attributes: dict[str, str]) -> str:
    id_ = message_id(world.environment.seed, ENDPOINT_HANDLES + account.numbered())
    start = application.arn.split(":app/", maxsplit=1)[0]
    arn = f"{start}:endpoint/{application.platform}/{application.name}/{id_}"
    account.endpoints[arn] = Endpoint(arn, application.arn, attributes)
    return arn


def delete_endpoint(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """One that is not there is no error; subscriptions of it stay."""
    arn = arns.slashed(params, "EndpointArn", 3)
    if isinstance(arn, Refusal):
        return arn
    account_of(world).endpoints.pop(arn.text, None)
    return {}


def get_endpoint_attributes(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    found = _endpoint(world, params)
    return found if isinstance(found, Refusal) else {"Attributes": dict(found.attributes)}


def set_endpoint_attributes(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    given = _texts(params)
    if not given:
        return refusals.missing("Attributes")
    found = _endpoint(world, params)
    if isinstance(found, Refusal):
        return found
    refusal = _wrong_endpoint(given)
    if refusal is not None:
        return refusal
    found.attributes |= given
    return {}


def list_endpoints_by_platform_application(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    application = _application(world, params)
    if isinstance(application, Refusal):
        return application
    here = [each for each in account_of(world).endpoints.values() if each.application == application.arn]
    rows = [{"EndpointArn": each.arn, "Attributes": dict(each.attributes)} for each in here]
    return page(params, "Endpoints", rows)


def _wrong_endpoint(given: Mapping[str, str]) -> Refusal | None:
    refusal = _unknown(given, ENDPOINT_ATTRIBUTES)
    if refusal is not None:
        return refusal
    if len(given.get(USER_DATA, "").encode()) > QUOTAS.user_data_bytes:
        said = f"must be at most {QUOTAS.user_data_bytes} bytes long in UTF-8 encoding"
        return refusals.because("Attributes", f"Invalid value for attribute: {USER_DATA}: {said}")
    if given.get(ENABLED, "true").lower() not in {"true", "false"}:
        return refusals.because("Attributes", f"Invalid value for attribute: {ENABLED}: must be true or false")
    return None


def _unknown(given: Mapping[str, str], known: frozenset[str]) -> Refusal | None:
    odd = next((name for name in given if name not in known), None)
    return None if odd is None else refusals.because("Attributes", f"Invalid attribute name: {odd}")


def _application(world: World, params: Json) -> Application | Refusal:
    arn = arns.slashed(params, "PlatformApplicationArn", 2)
    if isinstance(arn, Refusal):
        return arn
    return account_of(world).applications.get(arn.text) or refusals.not_found("PlatformApplication")


def _endpoint(world: World, params: Json) -> Endpoint | Refusal:
    arn = arns.slashed(params, "EndpointArn", 3)
    if isinstance(arn, Refusal):
        return arn
    return account_of(world).endpoints.get(arn.text) or refusals.not_found("Endpoint")


def _shown(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name not in SECRETS}


def _texts(params: Json) -> dict[str, str]:
    given = params.get("Attributes")
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
