"""What the schema registry refuses (API reference: the errors of its operations)."""

from __future__ import annotations

from flows.services.ports import Refusal


def bad_request(message: str) -> Refusal:
    return Refusal("BadRequestException", message, 400)


def no_registry(name: object) -> Refusal:
    return Refusal("NotFoundException", f"Registry with name {name} does not exist.", 404)


def no_schema(name: object) -> Refusal:
    return Refusal("NotFoundException", f"Schema with name {name} does not exist.", 404)


def no_version(version: object) -> Refusal:
    return Refusal("NotFoundException", f"Schema version {version} does not exist.", 404)


def no_discoverer(name: object) -> Refusal:
    return Refusal("NotFoundException", f"Discoverer {name} does not exist.", 404)


def no_binding(language: object) -> Refusal:
    return Refusal("NotFoundException", f"Code binding for language {language} does not exist.", 404)


def no_resource(arn: object) -> Refusal:
    return Refusal("NotFoundException", f"Resource {arn} does not exist.", 404)


def exists(what: str, name: object) -> Refusal:
    return Refusal("ConflictException", f"{what} with name {name} already exists.", 409)


def not_empty(name: object) -> Refusal:
    return bad_request(f"Registry {name} is not empty: delete its schemas first.")


def reserved(name: object) -> Refusal:
    return Refusal("ForbiddenException", f"Registry {name} belongs to AWS and cannot be changed.", 403)


NOT_UTF8 = bad_request("The request is not valid UTF-8.")
BAD_TOKEN = bad_request("Invalid NextToken.")
TOO_MANY_TAGS = bad_request("A resource has at most 50 tags.")
