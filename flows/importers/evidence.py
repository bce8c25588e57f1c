"""What a template hints at about a function's calls, gathered: who is named to it, what it may do, what its code says.

One `Evidence` per function. Names are looked up in its own environment, in what it inherits from Globals, and behind the parameters of
the store and the secrets that it is given. Permissions are sorted by how much they say: a policy that names a resource, one that
is for everything of a service, one that the template does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from flows.importers.code import Code
from flows.importers.policies import ANYTHING, UNKNOWN, permissions, role_of
from flows.importers.sam import Raw
from flows.importers.stubs import Stubs
from flows.topology.catalogue import Catalogue, Resource
from flows.topology.links.draft import get, members

SERVICE: dict[str, str] = {
    "queue": "sqs",
    "topic": "sns",
    "bus": "events",
    "table": "dynamodb",
    "bucket": "s3",
    "stream": "kinesis",
    "machine": "states",
    "function": "lambda",
    "delivery-stream": "firehose",
    "database": "rds-data",
    "api": "execute-api",
    "graphql-api": "appsync",
    "container-task": "ecs",
}
"""Kind of a node → its service as policies call it."""
KINDS = {service: kind for kind, service in SERVICE.items()} | {"rds": "database", "rds-db": "database"}
NOT_CALLS = ("states:SendTask", "xray:", "logs:", "kms:")
"""A task's answer is routed by its token; the others are about no node."""
ANSWERING = ("states:SendTask", "states:*", "*")
CONNECTED: dict[str, dict[str, str]] = {
    "Read": {
        "table": "dynamodb:GetItem",
        "bucket": "s3:GetObject",
        "queue": "sqs:ReceiveMessage",
        "machine": "states:DescribeExecution",
    },
    "Write": {
        "table": "dynamodb:PutItem",
        "bucket": "s3:PutObject",
        "queue": "sqs:SendMessage",
        "topic": "sns:Publish",
        "bus": "events:PutEvents",
        "machine": "states:StartExecution",
        "function": "lambda:InvokeFunction",
    },
}
"""What a connector's Read and Write allow, as far as a call goes."""
ENDINGS = ("Name", "Arn", "ARN", "Url", "URL", "Id")
CONNECTOR = "AWS::Serverless::Connector"
PARAMETER, SECRET, ATTACHMENT = (
    "AWS::SSM::Parameter",
    "AWS::SecretsManager::Secret",
    "AWS::SecretsManager::SecretTargetAttachment",
)


@dataclass(slots=True)
class Evidence:
    function: Resource
    catalogue: Catalogue
    code: Code | None = None
    named: dict[str, bool] = field(default_factory=dict)
    """Target → whether the function's own properties name it (else Globals do)."""
    allowed: dict[str, list[str]] = field(default_factory=dict)
    """Target → the operations that a policy allows on it by name."""
    broadly: dict[str, list[str]] = field(default_factory=dict)
    """Kind → the operations that are allowed on whatever there is of it."""
    unseen: bool = False
    """Whether some of its policies are not in the template."""
    shares_role: bool = False
    answers: bool = False
    """Whether it may answer a task token."""
    connected: dict[str, list[str]] = field(default_factory=dict)
    """Target → what a connector to it allows."""
    kinds_named: set[str] = field(default_factory=set)
    """The kinds of the nodes that are named to it."""

    def targets(self) -> list[str]:
        return sorted({*self.named, *self.allowed, *self.connected})


def gather(
    catalogue: Catalogue, raws: dict[str, Raw], stubs: Stubs, code_of: Callable[[Raw], Code | None]
) -> dict[str, Evidence]:
    functions = list(catalogue.of_type("AWS::Lambda::Function"))
    roles = [role_of(raws[function.id]) for function in functions]
    connected = _connected(catalogue)
    behind = {id_: raw for id_, raw in raws.items() if raw.type in (PARAMETER, SECRET, ATTACHMENT)}
    found = {}
    for function, role in zip(functions, roles, strict=True):
        raw = raws[function.id]
        each = Evidence(function, catalogue, code_of(raw), shares_role=bool(role) and roles.count(role) > 1)
        for name, value in _variables(function):
            for target in _named(value, catalogue, behind, stubs):
                each.named[target] = each.named.get(target, False) or name not in raw.inherited
        each.kinds_named = {catalogue.resources[target].kind for target in each.named if target in catalogue.resources}
        _read_policies(each, raw, catalogue, raws, stubs)
        _same_outside(each, stubs)
        each.connected = connected.get(function.id, {})
        found[function.id] = each
    return found


def _variables(function: Resource) -> Iterator[tuple[str, str]]:
    given = get(dict(function.properties), "Environment", "Variables")
    return (
        ((name, value) for name, value in given.items() if isinstance(value, str))
        if isinstance(given, dict)
        else iter(())
    )


def _named(value: str, catalogue: Catalogue, behind: dict[str, Raw], stubs: Stubs, depth: int = 0) -> Iterator[str]:
    """What a variable names: a node, one inside a URL, what lies `behind` a stored parameter or secret, something outside."""
    resource = catalogue.find(value, *SERVICE)
    if resource is None and "://" in value:
        resource = _in_url(value, catalogue)
    if resource is not None:
        yield resource.id
        return
    if value in stubs.by_text:
        yield value
        return
    for raw in behind.values() if depth == 0 else ():
        if raw.type == PARAMETER and value in {raw.id, raw.properties.get("Name")}:
            stored = raw.properties.get("Value")
            yield from _named(stored, catalogue, behind, stubs, 1) if isinstance(stored, str) else ()
        elif raw.type == SECRET and raw.id in value.replace(":", " ").replace("/", " ").split():
            yield from _behind_secret(raw.id, catalogue, behind)


def _in_url(value: str, catalogue: Catalogue) -> Resource | None:
    host = value.split("://", 1)[1].split("/", 1)[0]
    first = host.split(".", 1)[0]
    if "execute-api" in host:
        return catalogue.find(first, "api")
    return catalogue.find(first, "bucket") if value.startswith("s3://") or ".s3" in host else None


def _behind_secret(secret: str, catalogue: Catalogue, behind: dict[str, Raw]) -> Iterator[str]:
    """The databases whose password it holds: attached to it, or made with it."""
    for raw in behind.values():
        if raw.type == ATTACHMENT and secret in str(raw.properties.get("SecretId")):
            found = catalogue.find(raw.properties.get("TargetId"), "database")
            yield from (found.id,) if found is not None else ()
    for database in catalogue.of_type("AWS::RDS::DBCluster"):
        if secret in str(database.properties.get("MasterUserPassword")):
            yield database.id


def _read_policies(each: Evidence, raw: Raw, catalogue: Catalogue, raws: dict[str, Raw], stubs: Stubs) -> None:
    for permission in permissions(raw, raws):
        operations = [said for said in permission.operations if not said.startswith(NOT_CALLS)]
        each.answers |= any(said.startswith(ANSWERING) for said in permission.operations)
        if permission.resource == UNKNOWN:
            each.unseen = True
        elif operations:
            found = list(_meant(permission.resource, permission.kind, catalogue, stubs))
            for target in found:
                _more(each.allowed, target, operations)
            if not found and ANYTHING in permission.resource:
                _read_broad(each, permission.resource, operations)


def _read_broad(each: Evidence, resource: str, operations: list[str]) -> None:
    """`*`, or all of a service's: what it allows, by the kind of node it is about."""
    parts = resource.split(":")
    within = KINDS.get(parts[2], "") if len(parts) > 2 else ""
    for operation in operations:
        service = operation.split(":", 1)[0]
        kinds = SERVICE if service == ANYTHING else (KINDS.get(service, ""),)
        for kind in kinds:
            if kind and within in {"", kind}:
                _more(each.broadly, kind, [operation])


def _meant(text: str, kind: str, catalogue: Catalogue, stubs: Stubs) -> Iterator[str]:
    """The nodes that a policy names: as a whole, with a tail, or by a pattern that few names fit."""
    if text == ANYTHING:
        return
    resource = catalogue.find(text, *((kind,) if kind else ())) or _pointed_at(text, catalogue)
    if resource is not None:
        yield resource.id
    elif text in stubs.by_text:
        yield text
    elif ANYTHING in text and text.replace("/", ":").rsplit(":", 1)[-1] != ANYTHING:
        near = {each.id: each.arn for each in catalogue.beginning(text.split(ANYTHING, 1)[0])}
        yield from sorted(id_ for id_, arn in near.items() if fnmatchcase(arn, text))


def _same_outside(each: Evidence, stubs: Stubs) -> None:
    """Outside the template one thing may go by two parameters, `BusName` for the code and `BusArn` for the policy."""
    for named in each.named:
        for allowed in list(each.allowed) if named in stubs.by_text else ():
            if allowed in stubs.by_text and allowed != named and _stem(allowed, stubs) == _stem(named, stubs):
                _more(each.allowed, named, each.allowed.pop(allowed))


def _stem(text: str, stubs: Stubs) -> str:
    name = stubs.by_text[text].name
    return next((name.removesuffix(end) for end in ENDINGS if name.endswith(end)), name)


def _pointed_at(text: str, catalogue: Catalogue) -> Resource | None:
    """A resource with a wildcard somewhere: its service's kind, and its name at the end."""
    parts = text.split(":")
    if len(parts) < 6 or parts[0] != "arn":
        return None
    if parts[2] == "execute-api":
        return catalogue.find(parts[5].split("/")[0], "api")
    kind = KINDS.get(parts[2])
    words = [part for part in ":".join(parts[5:]).replace("/", ":").split(":") if part and ANYTHING not in part]
    named = (catalogue.find(word, *((kind,) if kind else ())) for word in reversed(words))
    return next((found for found in named if found is not None), None)


def _connected(catalogue: Catalogue) -> dict[str, dict[str, list[str]]]:
    """Function → what connectors of the template connect it to, with what they allow."""
    found: dict[str, dict[str, list[str]]] = {}
    for connector in catalogue.of_type(CONNECTOR):
        source = _end(get(dict(connector.properties), "Source"), catalogue)
        for given in members(connector.properties.get("Destination")):
            target = _end(given, catalogue)
            if source is not None and target is not None and source.kind == "function":
                said = [
                    CONNECTED.get(str(word), {}).get(target.kind)
                    for word in members(connector.properties.get("Permissions"))
                ]
                _more(found.setdefault(source.id, {}), target.id, [each for each in said if each])
    return found


def _end(given: Any, catalogue: Catalogue) -> Resource | None:
    return catalogue.resources.get(str(get(given, "Id"))) or catalogue.find(get(given, "Arn"))


def _more(where: dict[str, list[str]], key: str, operations: list[str]) -> None:
    kept = where.setdefault(key, [])
    kept.extend(each for each in operations if each not in kept)
