"""Texts that name other resources, written as CloudFormation's references again.

Theory of operation. In a document a reference is a plain text: an ARN, a queue's URL, in some properties a bare name. Each node's texts
are known, so every text of a property is searched for them, the longest first, and only where the name ends there (`orders` is not in
`orders-dlq`). A text that is one reference becomes `!GetAtt` or `!Ref`, one that contains some becomes `!Sub`. Bare names are too common
words to be replaced anywhere but in the properties that hold names (`NAME_PROPERTIES`).

CloudFormation refuses circles. `Circles` keeps the references that were written, and says where one more would close a circle: there
the ARN is written out with the other's name, and the other is told to carry its name (`named`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.types import STUB

GETATT = {"AWS::SNS::Topic": "TopicArn", "AWS::RDS::DBCluster": "DBClusterArn", "AWS::RDS::DBInstance": "DBInstanceArn"}
"""The attribute that is the ARN, where it is not called Arn."""
REF_IS_ARN = {"AWS::ECS::TaskDefinition", "AWS::ECS::Service", "AWS::StepFunctions::StateMachine"}
WITHOUT_ARN = {"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::Events::Rule", "AWS::QLDB::Ledger"}
"""Types whose ARN no reference answers, or not as it is used."""
NAME_ATTRIBUTE = {
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::StepFunctions::StateMachine": "Name",
    "AWS::ECS::Service": "Name",
    "AWS::AppSync::GraphQLApi": "ApiId",
}
"""The attribute that is the name, where Ref is something else."""
NAME_PROPERTIES = frozenset(
    {
        "ApiId",
        "Bucket",
        "BucketName",
        "Cluster",
        "DBClusterIdentifier",
        "DbClusterIdentifier",
        "EventBusName",
        "FunctionName",
        "QueueName",
        "RestApiId",
        "StateMachineName",
        "StreamName",
        "TableName",
        "TopicName",
    }
)
"""Properties that hold a bare name; the ones of a resource itself are left alone."""
STREAM_TAIL = "/stream/2026-01-01T00:00:00.000"
ENDS = r"(?![\w.-])"


class Circles:
    """Which resource needs which, and whether one more need would close a circle."""

    def __init__(self) -> None:
        self._needs: dict[str, set[str]] = {}

    def closes(self, from_: str, to: str) -> bool:
        """Whether `from_` needing `to` is a circle; if it is none, it is so from now on."""
        seen, waiting = {to}, [to]
        while waiting:
            here = waiting.pop()
            if here == from_:
                return True
            further = self._needs.get(here, set()) - seen
            seen |= further
            waiting.extend(further)
        self._needs.setdefault(from_, set()).add(to)
        return False


class References:
    def __init__(self, catalogue: Catalogue, ids: Mapping[str, str]) -> None:
        self.catalogue, self.ids = catalogue, ids
        self.circles = Circles()
        self.named: set[str] = set()
        """Resources whose name is written out somewhere, so they must have it."""
        self.parameters: dict[str, str] = {}
        """Template parameter → its default: what lies outside and was a parameter."""
        self._texts: dict[str, tuple[Resource, str]] = {}
        for resource in catalogue.resources.values():
            if resource.row is not None and not resource.implicit:
                self._know(resource)
        known = sorted(self._texts, key=lambda text: (-len(text), text))
        self._pattern = re.compile("|".join(re.escape(text) for text in known) + ENDS) if known else None
        if known:
            self._pattern = re.compile("(?:" + "|".join(re.escape(text) for text in known) + ")" + ENDS)
        region, account = re.escape(catalogue.region), re.escape(catalogue.account)
        self._place = re.compile(rf"(?<=:){region}(?=:)|(?<=[:/]){account}(?=[:/])|(?<=\.){region}(?=\.amazonaws)")

    def _know(self, resource: Resource) -> None:
        if resource.type == STUB:
            name = resource.id.removeprefix("param:")
            if resource.id.startswith("param:") and name.isascii() and name.isalnum() and resource.arn:
                self._texts.setdefault(resource.arn, (resource, "parameter"))
            return
        if resource.arn and resource.type not in WITHOUT_ARN:
            self._texts.setdefault(resource.arn, (resource, "arn"))
        if resource.type.startswith("AWS::DynamoDB::"):
            self._texts.setdefault(resource.arn + STREAM_TAIL, (resource, "stream"))
        if resource.url:
            self._texts.setdefault(resource.url, (resource, "url"))

    def value(self, owner: str, given: Any, property_: str = "") -> Any:
        """A property with its references; `owner` is the resource that it belongs to."""
        if isinstance(given, dict):
            return {key: self.value(owner, inner, key) for key, inner in given.items()}
        if isinstance(given, list):
            return [self.value(owner, inner, property_) for inner in given]
        return self._text(owner, given, property_) if isinstance(given, str) else given

    def name(self, owner: str, resource: Resource) -> Any:
        """A bare name."""
        if self.circles.closes(owner, resource.id):
            self.named.add(resource.id)
            return resource.name
        id_ = self.ids[resource.id]
        attribute = NAME_ATTRIBUTE.get(resource.type)
        return {"Fn::GetAtt": [id_, attribute]} if attribute else {"Ref": id_}

    def arn(self, owner: str, resource: Resource) -> Any:
        return self.value(owner, resource.arn)

    def _text(self, owner: str, text: str, property_: str) -> Any:
        if property_ in NAME_PROPERTIES and ":" not in text:
            named = self._named(text, property_)
            return text if named is None or named.id == owner else self.name(owner, named)
        if self._pattern is None or ("arn:" not in text and "://" not in text and text not in self._texts):
            return text
        parts: list[Any] = []
        end = 0
        for found in self._pattern.finditer(text):
            parts += [text[end : found.start()], self._reference(owner, *self._texts[found[0]], found[0])]
            end = found.end()
        parts.append(text[end:])
        return self._joined([part for part in parts if part != ""])

    def _named(self, text: str, property_: str) -> Resource | None:
        kinds = {
            "ApiId": ("api", "graphql-api"),
            "RestApiId": ("api",),
            "Bucket": ("bucket",),
            "BucketName": ("bucket",),
            "Cluster": ("cluster",),
            "EventBusName": ("bus",),
            "FunctionName": ("function",),
            "QueueName": ("queue",),
            "StateMachineName": ("machine",),
            "StreamName": ("stream",),
            "TableName": ("table",),
            "TopicName": ("topic",),
        }.get(property_, ("database",))
        found = self.catalogue.find(text, *kinds)
        return found if found is not None and found.name == text and not found.implicit and found.type != STUB else None

    def _reference(self, owner: str, resource: Resource, what: str, text: str) -> Any:
        """An intrinsic, or the text itself where a reference would close a circle."""
        if what == "parameter":
            name = resource.id.removeprefix("param:")
            self.parameters[name] = resource.arn
            return {"Ref": name}
        if self.circles.closes(owner, resource.id):
            self.named.add(resource.id)
            return text
        id_ = self.ids[resource.id]
        if what == "url" or (what == "arn" and resource.type in REF_IS_ARN):
            return {"Ref": id_}
        return {"Fn::GetAtt": [id_, "StreamArn" if what == "stream" else GETATT.get(resource.type, "Arn")]}

    def _joined(self, parts: list[Any]) -> Any:
        if len(parts) == 1 and isinstance(parts[0], dict):
            return parts[0]
        whole = "".join(part if isinstance(part, str) else _in_sub(part) for part in map(self._placed, parts))
        plain = "".join(part for part in parts if isinstance(part, str))
        if all(isinstance(part, str) for part in parts) and self._place.search(plain) is None:
            return plain
        return {"Fn::Sub": whole}

    def _placed(self, part: Any) -> Any:
        """A literal stretch of a Sub, with the region and account that it is deployed in."""
        if not isinstance(part, str):
            return part
        escaped = part.replace("${", "${!")
        region = self.catalogue.region
        return self._place.sub(lambda found: "${AWS::Region}" if found[0] == region else "${AWS::AccountId}", escaped)


def _in_sub(reference: dict[str, Any]) -> str:
    if "Ref" in reference:
        return "${" + str(reference["Ref"]) + "}"
    id_, attribute = reference["Fn::GetAtt"]
    return "${" + f"{id_}.{attribute}" + "}"
