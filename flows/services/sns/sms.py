"""Text messages: the account's settings, who opted out, and the sandbox (an account here has left it)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.services.ports import Caller, Json, Refusal
from flows.services.sns import refusals
from flows.services.sns.account import account_of
from flows.services.sns.listing import page

if TYPE_CHECKING:
    from flows.services.world import World

PHONE = re.compile(r"\+?[1-9]\d{1,14}")
"""E.164."""
DEFAULTS = {"MonthlySpendLimit": "1"}
NAMES = frozenset(
    {
        "MonthlySpendLimit",
        "DeliveryStatusIAMRole",
        "DeliveryStatusSuccessSamplingRate",
        "DefaultSenderID",
        "DefaultSMSType",
        "UsageReportS3Bucket",
    }
)
SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")
TYPES = ("Promotional", "Transactional")
PENDING, VERIFIED = "Pending", "Verified"
CODE = re.compile(r"\d{5,8}")


def set_sms_attributes(world: World, caller: Caller, params: Json) -> Json | Refusal:
    given = params.get("attributes")
    if not isinstance(given, dict):
        return refusals.missing("attributes")
    values = {str(name): str(value) for name, value in given.items()}
    for name, value in values.items():
        if name not in NAMES:
            return refusals.plainly(f"{name} is not a valid attribute")
        if not _is_valid(name, value):
            return refusals.plainly(f"{name} is invalid")
    account_of(world).sms.setdefault(caller.region, {}).update(values)
    return {}


def _is_valid(name: str, value: str) -> bool:
    if name == "DefaultSMSType":
        return value in TYPES
    if name == "DefaultSenderID":
        return not value or SENDER.fullmatch(value) is not None
    if name == "DeliveryStatusSuccessSamplingRate":
        return value.isascii() and value.isdigit() and int(value) <= 100
    return name != "MonthlySpendLimit" or (value.isascii() and value.isdigit())


def get_sms_attributes(world: World, caller: Caller, params: Json) -> Json | Refusal:
    known = DEFAULTS | account_of(world).sms.get(caller.region, {})
    asked = params.get("attributes")
    names = [str(name) for name in asked] if isinstance(asked, list) else []
    return {"attributes": {name: known[name] for name in names if name in known} if names else known}


def check_if_phone_number_is_opted_out(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    number = _phone(params)
    return number if isinstance(number, Refusal) else {"isOptedOut": number in account_of(world).opted_out}


def list_phone_numbers_opted_out(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    return page(params, "phoneNumbers", list(account_of(world).opted_out), "nextToken")


def opt_in_phone_number(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    number = _phone(params)
    if isinstance(number, Refusal):
        return number
    account_of(world).opted_out.pop(number, None)
    return {}


def _phone(params: Json, name: str = "phoneNumber") -> str | Refusal:
    value = params.get(name)
    if value is None:
        return refusals.missing(name)
    if not PHONE.fullmatch(str(value)):
        return refusals.because("PhoneNumber", "input incorrectly formatted")
    return str(value)


# ── the sandbox ─────────────────────────────────────────────────────────────────────────────────────────────────────


def get_sms_sandbox_account_status(_world: World, _caller: Caller, _params: Json) -> Json | Refusal:
    return {"IsInSandbox": False}


def create_sms_sandbox_phone_number(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    number = _phone(params, "PhoneNumber")
    if isinstance(number, Refusal):
        return number
    account_of(world).sandbox.setdefault(number, PENDING)
    return {}


def verify_sms_sandbox_phone_number(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Any code of the right form is the right one."""
    number, sandbox = _known(world, params), account_of(world).sandbox
    if isinstance(number, Refusal):
        return number
    if not CODE.fullmatch(str(params.get("OneTimePassword") or "")):
        return Refusal("VerificationException", "The one-time password (OTP) used for verification is invalid.")
    sandbox[number] = VERIFIED
    return {}


def delete_sms_sandbox_phone_number(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    number = _known(world, params)
    if isinstance(number, Refusal):
        return number
    del account_of(world).sandbox[number]
    return {}


def list_sms_sandbox_phone_numbers(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    rows = [{"PhoneNumber": number, "Status": status} for number, status in account_of(world).sandbox.items()]
    return page(params, "PhoneNumbers", rows)


def list_origination_numbers(_world: World, _caller: Caller, params: Json) -> Json | Refusal:
    return page(params, "PhoneNumbers", [])


def _known(world: World, params: Json) -> str | Refusal:
    number = _phone(params, "PhoneNumber")
    if isinstance(number, Refusal) or number in account_of(world).sandbox:
        return number
    return Refusal("ResourceNotFound", "Phone number does not exist", 404)
