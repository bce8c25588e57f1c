"""Who guards an API's routes: authorizers out of OpenAPI's security schemes, SAM's `Auth`, and resources of their own.

Three ways of writing become one, as with routes. A route names its authorizer (`security`, `AuthorizerId`), or has the API's default one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flows.topology.links.api import FUNCTION_URI
from flows.topology.links.draft import get, members
from flows.topology.resources.api import JWT, REQUEST, TOKEN, AuthorizerConfig
from flows.topology.words import whole

if TYPE_CHECKING:
    from flows.topology.catalogue import Catalogue, Resource
    from flows.topology.configure import Numbering

V2 = "AWS::ApiGatewayV2::Api"
SECOND_US = 1_000_000
REST_TTL_S, HTTP_TTL_S = 300, 0
"""What holds where nothing is said."""
LONGEST_TTL_S = 3600
PLACES = {"header": "header", "querystring": "query", "stagevariables": "stage", "context": "context"}
USUAL_IDENTITY = (("header", "Authorization"),)
NONE = "NONE"
EXTENSION = "x-amazon-apigateway-authorizer"


def authorizers_of(api: Resource, numbering: Numbering) -> tuple[AuthorizerConfig, ...]:
    http = api.type == V2
    found = {each.name: each for each in _declared(api, numbering.catalogue, numbering, http=http)}
    return tuple(found.values())


def _declared(api: Resource, catalogue: Catalogue, numbering: Numbering, *, http: bool) -> Iterator[AuthorizerConfig]:
    schemes = get(api.properties, "Body", "components", "securitySchemes")
    for given in (schemes, get(api.properties, "Body", "securityDefinitions")):
        for name, scheme in given.items() if isinstance(given, dict) else ():
            said = get(scheme, EXTENSION)
            if isinstance(said, dict):
                place, where = get(scheme, "name"), str(get(scheme, "in") or "header")
                usual = ((where, str(place)),) if place and place != "Unused" else ()
                yield _made(str(name), _small(said), usual, numbering, http=http)
    authorizers = get(api.properties, "Auth", "Authorizers")
    for name, said in authorizers.items() if isinstance(authorizers, dict) else ():
        if isinstance(said, dict):
            yield _of_sam(str(name), said, numbering, http=http)
    type_, owner = ("AWS::ApiGatewayV2::Authorizer", "ApiId") if http else ("AWS::ApiGateway::Authorizer", "RestApiId")
    for resource in catalogue.of_type(type_):
        if catalogue.end(resource.properties.get(owner), "api").id == api.id:
            yield _made(resource.id, _small(resource.properties), (), numbering, http=http)


def _small(given: Any) -> dict[str, Any]:
    """CloudFormation's words written as OpenAPI's."""
    said = {str(name)[:1].lower() + str(name)[1:]: value for name, value in given.items()}
    jwt = said.get("jwtConfiguration")
    if isinstance(jwt, dict):
        said["jwtConfiguration"] = {str(name).lower(): value for name, value in jwt.items()}
    return said | {"type": said.get("type") or said.get("authorizerType")}


def _made(
    name: str, said: dict[str, Any], usual: tuple[tuple[str, str], ...], numbering: Numbering, *, http: bool
) -> AuthorizerConfig:
    kind = str(said.get("type") or TOKEN).upper()
    kind = JWT if kind in (JWT, "COGNITO_USER_POOLS") else REQUEST if kind == REQUEST or http else TOKEN
    uri = FUNCTION_URI.search(str(said.get("authorizerUri") or ""))
    arn = uri[1] if uri else ""
    ttl = said.get("authorizerResultTtlInSeconds")
    jwt = said.get("jwtConfiguration")
    return AuthorizerConfig(
        name,
        kind,
        _node(numbering, arn),
        arn,
        identity_of(said.get("identitySource")) or usual or (() if kind == REQUEST else USUAL_IDENTITY),
        _ttl_us(ttl, http=http),
        str(said.get("authorizerPayloadFormatVersion") or ("2.0" if http else "1.0")),
        simple=str(said.get("enableSimpleResponses")).lower() == "true",
        pattern=str(said.get("identityValidationExpression") or ""),
        issuer=str(get(jwt, "issuer") or ""),
        audience=tuple(str(each) for each in members(get(jwt, "audience"))),
    )


def _of_sam(name: str, said: dict[str, Any], numbering: Numbering, *, http: bool) -> AuthorizerConfig:
    identity = said.get("Identity") if isinstance(said.get("Identity"), dict) else {}
    assert isinstance(identity, dict)
    jwt, ttl = said.get("JwtConfiguration"), identity.get("ReauthorizeEvery")
    sources = [
        *((("header", str(each))) for each in members(identity.get("Headers"))),
        *((("query", str(each))) for each in members(identity.get("QueryStrings"))),
        *((("stage", str(each))) for each in members(identity.get("StageVariables"))),
        *((("context", str(each))) for each in members(identity.get("Context"))),
    ]
    if identity.get("Header"):
        sources.append(("header", str(identity["Header"])))
    function = said.get("FunctionArn")
    arn = numbering.arn(function, "function") if function else ""
    sam_kind = str(said.get("FunctionPayloadType") or (REQUEST if http else TOKEN)).upper()
    kind = sam_kind if function else JWT
    return AuthorizerConfig(
        name,
        kind,
        _node(numbering, arn),
        arn,
        tuple(sources) or identity_of(said.get("IdentitySource")) or USUAL_IDENTITY,
        _ttl_us(ttl, http=http),
        str(said.get("AuthorizerPayloadFormatVersion") or ("2.0" if http else "1.0")),
        simple=str(said.get("EnableSimpleResponses")).lower() == "true",
        pattern=str(identity.get("ValidationExpression") or ""),
        issuer=str(get(jwt, "issuer") or get(jwt, "Issuer") or ""),
        audience=tuple(str(each) for each in members(get(jwt, "audience") or get(jwt, "Audience"))),
    )


def _ttl_us(value: object, *, http: bool) -> int:
    return whole(value, HTTP_TTL_S if http else REST_TTL_S, 0, LONGEST_TTL_S) * SECOND_US


def _node(numbering: Numbering, arn: str) -> int:
    found = numbering.of(arn, "function") if arn else None
    return -1 if found is None else found


def identity_of(given: object) -> tuple[tuple[str, str], ...]:
    """`method.request.header.Authorization`, `$request.header.Authorization`, several of them in a list or with commas."""
    texts = given.split(",") if isinstance(given, str) else [str(each) for each in members(given)]
    found = []
    for text in texts:
        parts = text.strip().lstrip("$").removeprefix("method.").removeprefix("request.").split(".", 1)
        if len(parts) == 2 and parts[0].lower() in PLACES:
            found.append((PLACES[parts[0].lower()], parts[1]))
    return tuple(found)


def guard_of(api: Resource, operation: object) -> tuple[str, tuple[str, ...]]:
    """(authorizer, scopes) of a route out of an OpenAPI body."""
    security = get(operation, "security")
    if security is None:
        security = get(api.properties, "Body", "security")
    if security is None:
        default = get(api.properties, "Auth", "DefaultAuthorizer")
        return (default if isinstance(default, str) else "", ())
    for each in members(security):
        for name, scopes in each.items() if isinstance(each, dict) else ():
            return ("" if name in (NONE, "api_key") else str(name), tuple(str(scope) for scope in members(scopes)))
    return "", ()


def guard_in(given: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """(authorizer, scopes) of a method's or a route's own properties."""
    if str(given.get("AuthorizationType") or NONE).upper() in (NONE, "AWS_IAM"):
        return "", ()
    return str(given.get("AuthorizerId") or ""), tuple(str(each) for each in members(given.get("AuthorizationScopes")))
