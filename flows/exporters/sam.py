"""A topology document as a SAM template.

Theory of operation. Every resource of the document becomes one of the template, under its own logical id where CloudFormation takes it,
so that links, which are named after resources, come back under the same names. Its properties stay what they are, with references in
place of ARNs (`references.py`). Functions and APIs are written in SAM's words, which say more in fewer lines; the rest in
CloudFormation's. Stubs are no resources: they stand in the metadata, and those that were parameters become parameters with
a default.

Kept out: `origin` and the report, which tell where a topology came from and not what it is.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from flows.exporters.functions import SAM, is_sam, plain_function, sam_function
from flows.exporters.identifiers import free, template_ids
from flows.exporters.left_out import take_out, undrawn
from flows.exporters.permissions import Permissions
from flows.exporters.references import References
from flows.exporters.required import complete
from flows.exporters.yaml_text import dump
from flows.topology.catalogue import Catalogue, Resource
from flows.topology.document import ACCOUNT, REGION, Document, normalise
from flows.topology.links import derive_links
from flows.topology.links.draft import get
from flows.topology.types import STUB

FUNCTION, API_DESTINATION, CONNECTOR = (
    "AWS::Lambda::Function",
    "AWS::Events::ApiDestination",
    "AWS::Serverless::Connector",
)
APIS = {"AWS::ApiGateway::RestApi": "AWS::Serverless::Api", "AWS::ApiGatewayV2::Api": "AWS::Serverless::HttpApi"}
SAM_PARTS = ("Body", "Target", "RouteKey", "ProtocolType", "CredentialsArn", "BodyS3Location")
"""Properties of an API that SAM spells otherwise, or does not know."""
TRANSFORM = "AWS::Serverless-2016-10-31"


def export_sam(document: dict[str, Any]) -> str:
    """The template as YAML. The document must have no error problems (`validate`)."""
    return dump(sam_template(document))


def sam_template(document: dict[str, Any]) -> dict[str, Any]:
    return _Export(normalise(document)).template()


class _Export:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = Document.model_validate(document)
        self.catalogue = Catalogue(self.document)
        own = {id_ for id_, resource in self.document.resources.items() if resource.Type != STUB}
        self.ids = template_ids(own)
        self.undrawn = undrawn(self.document.report)
        self.taken = set(self.ids.values())
        self.references = References(self.catalogue, self.ids)
        self.drafts = derive_links(self.catalogue)
        self.permissions = Permissions(self.references, self.drafts, self.taken)
        self.resources: dict[str, dict[str, Any]] = {}

    def template(self) -> dict[str, Any]:
        for id_ in self.document.resources:
            if id_ in self.ids:
                self._resource(self.catalogue.resources[id_])
        self.permissions.write()
        for id_ in sorted(self.references.named):
            self._name(self.catalogue.resources[id_])
        resources = {**self.resources, **self.permissions.resources}
        serverless = any(resource["Type"].startswith("AWS::Serverless::") for resource in resources.values())
        return {
            "AWSTemplateFormatVersion": "2010-09-09",
            **({"Transform": TRANSFORM} if serverless else {}),
            "Description": self.document.name.replace("${", "$ {") or "Topology",
            "Metadata": {"Redrive": _literal(self._metadata())},
            **self._parameters(),
            "Resources": resources,
        }

    def _resource(self, resource: Resource) -> None:
        given = copy.deepcopy(dict(resource.properties))
        kept = take_out(given, self.undrawn)
        type_, properties, added = self._written(resource, given)
        added += self.permissions.give_role(resource, properties)
        said = {**({"Id": resource.id} if self.ids[resource.id] != resource.id else {}), **_playground(resource)}
        said |= {"Kept": kept} if kept else {}
        said |= {"Added": added} if added else {}
        metadata = {"Metadata": {"Redrive": said}} if said else {}
        written = {"Type": type_, **metadata, **({"Properties": properties} if properties else {})}
        self.resources[self.ids[resource.id]] = written

    def _written(self, resource: Resource, given: dict[str, Any]) -> tuple[str, dict[str, Any], list[str]]:
        """(type, properties, pointers of what was made up)"""
        if resource.type == FUNCTION:
            if is_sam(resource):
                return SAM, *sam_function(resource, given, self.drafts, self.references)
            return FUNCTION, *plain_function(resource, given, self.references)
        if resource.type in APIS and self._is_sam_api(resource):
            return APIS[resource.type], *self._api(resource, given)
        properties = self._properties(resource, given)
        if resource.type == CONNECTOR:
            properties = _by_template_ids(properties, self.ids)
        added = complete(resource.type, resource.name or resource.id, properties)
        if resource.type == API_DESTINATION and "ConnectionArn" not in properties:
            properties["ConnectionArn"] = self._connection(resource)
            added.append("/ConnectionArn")
        return resource.type, properties, added

    def _properties(self, resource: Resource, given: dict[str, Any]) -> dict[str, Any]:
        """With references; a resource's own name stays a name."""
        name = resource.row.name if resource.row is not None else ""
        found: dict[str, Any] = self.references.value(resource.id, given)
        return {**found, **({name: given[name]} if name and name in given else {})}

    # ── APIs ──

    def _is_sam_api(self, api: Resource) -> bool:
        """SAM takes an API as a whole: as an OpenAPI document, without routes and stages of their own."""
        body = api.properties.get("Body")
        others = [name for name in SAM_PARTS if name in api.properties and name != "Body"]
        parts = (each for each in self.catalogue.resources.values() if each.row is None)
        owned = any(
            self.catalogue.end(each.properties.get("RestApiId") or each.properties.get("ApiId"), "api").id == api.id
            for each in parts
        )
        return isinstance(body, dict) and isinstance(body.get("paths"), dict) and not others and not owned

    def _api(self, api: Resource, given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        body = given.pop("Body")
        shorthand = get(api.playground.origin, "Properties")
        kept = {name: value for name, value in (shorthand or {}).items() if not name.startswith("Definition")}
        properties = self._properties(api, {**kept, **given})
        added = []
        for name, value in (("openapi", "3.0.1"), ("info", {"title": api.id, "version": "1.0"})):
            if name not in body and not (name == "openapi" and "swagger" in body):
                body[name] = value
                added.append(f"/DefinitionBody/{name}")
        if api.type == "AWS::ApiGateway::RestApi" and "StageName" not in properties:
            properties["StageName"] = "prod"
            added.append("/StageName")
        properties["DefinitionBody"] = self.references.value(api.id, body)
        return properties, added

    # ── what belongs to no one resource ──

    def _connection(self, destination: Resource) -> dict[str, Any]:
        """How an API destination signs its requests is not drawn; it must say so all the same."""
        id_ = free(f"{self.ids[destination.id]}Connection", self.taken)
        key = {"ApiKeyName": "x-api-key", "ApiKeyValue": "replace-me"}
        properties = {"AuthorizationType": "API_KEY", "AuthParameters": {"ApiKeyAuthParameters": key}}
        self.permissions.resources[id_] = {"Type": "AWS::Events::Connection", "Properties": properties}
        return {"Fn::GetAtt": [id_, "Arn"]}

    def _name(self, resource: Resource) -> None:
        """Its name is written out somewhere, so it must not be made up at deployment."""
        given = self.resources[self.ids[resource.id]]
        properties = given.setdefault("Properties", {})
        name = resource.row.name if resource.row is not None else ""
        if name and name not in properties:
            properties[name] = resource.name
            given.setdefault("Metadata", {}).setdefault("Redrive", {}).setdefault("Added", []).append(f"/{name}")

    def _parameters(self) -> dict[str, Any]:
        found = {
            name: {"Type": "String", "Default": default, "Description": "It lies outside the drawing."}
            for name, default in sorted(self.references.parameters.items())
        }
        return {"Parameters": found} if found else {}

    def _metadata(self) -> dict[str, Any]:
        document = self.document
        stubs = {
            id_: _null_as_text(given.Properties) for id_, given in document.resources.items() if given.Type == STUB
        }
        links = {
            id_: _null_as_text(given.model_dump(mode="json", exclude_unset=True))
            for id_, given in document.playground.links.items()
        }
        said: dict[str, Any] = {"Name": document.name}
        said |= {"Region": document.region} if document.region != REGION else {}
        said |= {"Account": document.account} if document.account != ACCOUNT else {}
        said |= {"Links": links} if links else {}
        said |= {"Stubs": stubs} if stubs else {}
        ends = (end for draft in self.drafts for end in (draft.source, draft.target))
        loose = sorted({end.value for end in ends if not end.id and end.value})
        return said | ({"Loose": loose} if loose else {})


def _playground(resource: Resource) -> dict[str, Any]:
    """Its playground block, without what can be computed again and where it came from."""
    given = resource.playground.model_dump(mode="json", exclude_unset=True, exclude={"origin"})
    found = {name: value for name, value in given.items() if value not in (None, [], "")}
    behaviour = found.get("behaviour")
    if isinstance(behaviour, dict):
        found["behaviour"] = {name: _short(value) for name, value in behaviour.items() if value is not None}
    if resource.type == FUNCTION:
        found.setdefault("behaviour", None)
        found.setdefault("calls", [])
    return {name: _literal(_null_as_text(value)) for name, value in found.items()}


def _null_as_text(value: Any) -> Any:
    """CloudFormation refuses null, wherever it stands: what has one is told as JSON in a text."""
    return json.dumps(value, ensure_ascii=False) if _has_null(value) else value


def _literal(value: Any) -> Any:
    """A `${…}` of ours is no reference."""
    if isinstance(value, dict):
        return {name: _literal(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_literal(inner) for inner in value]
    return {"Fn::Sub": value.replace("${", "${!")} if isinstance(value, str) and "${" in value else value


def _has_null(value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(_has_null(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return value is None


def _short(value: Any) -> Any:
    return {name: inner for name, inner in value.items() if name != "quantiles"} if isinstance(value, dict) else value


def _by_template_ids(properties: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    def end(given: Any) -> Any:
        if isinstance(given, list):
            return [end(each) for each in given]
        return (
            {**given, "Id": ids.get(given["Id"], given["Id"])} if isinstance(given, dict) and "Id" in given else given
        )

    return {name: end(value) if name in {"Source", "Destination"} else value for name, value in properties.items()}
