"""JSON Web Tokens as an authorizer reads them: what one says of itself, held against what is wanted. Signatures are not looked at.

Source: "Control access to HTTP APIs with JWT authorizers": issuer, audience (or client id), validity, scopes.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from flows.services.ports import Json

PARTS, BEARER = 3, "bearer "


def claims_of(text: str) -> Json | None:
    """What a token says; None if it is none."""
    token = text[len(BEARER) :] if text.lower().startswith(BEARER) else text
    parts = token.split(".")
    if len(parts) != PARTS:
        return None
    try:
        found = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def wrong_with(claims: Json, issuer: str, audience: tuple[str, ...], now_s: int) -> str:
    """Why a token is not good here; "" if it is."""
    if issuer and claims.get("iss") != issuer:
        return "its issuer is another"
    named = claims.get("aud", claims.get("client_id"))
    if audience and not set(_texts(named)) & set(audience):
        return "it is for another audience"
    for name, early in (("exp", False), ("nbf", True), ("iat", True)):
        at = claims.get(name)
        if isinstance(at, int | float) and ((at > now_s) if early else (at < now_s)):
            return "it is not valid yet" if early else "it has expired"
    return ""


def scopes_of(claims: Json) -> list[str]:
    said = claims.get("scope", claims.get("scp", ""))
    return said.split() if isinstance(said, str) else _texts(said)


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
