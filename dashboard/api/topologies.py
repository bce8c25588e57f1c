from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from ninja import File, Form, Router, Status
from ninja.decorators import decorate_view
from ninja.files import UploadedFile

from dashboard import library
from dashboard.access import name_of, viewer_of
from dashboard.api.idempotent import begin_deed, idempotent
from dashboard.api.refusals import BAD_INPUT, REFUSALS, Refusal
from dashboard.api.schemas import (
    CreatedOut,
    DocumentIn,
    ExecutionIn,
    ImportedOut,
    ImportIn,
    TopologyDetailOut,
    TopologyOut,
    VersionOut,
)
from dashboard.imports import Upload, keep, read_upload, upload_of
from flows.exporters.forms import FORMS, export
from flows.models import Topology, TopologyVersion

if TYPE_CHECKING:
    from flows.models.owned import Viewer

router = Router(tags=["Topologies"])


@router.get("", response={200: list[TopologyOut], **REFUSALS}, summary="Your own and the examples")
def list_topologies(request: HttpRequest) -> list[dict[str, Any]]:
    viewer = viewer_of(request)
    return [
        _json(topology, version, viewer)
        for topology in Topology.objects.listed_for(viewer).prefetch_related("versions")
        if (version := topology.latest)
    ]


@router.post("/import", response={201: ImportedOut, **REFUSALS}, summary="Import a template from its text")
@decorate_view(idempotent)
def import_text(request: HttpRequest, body: ImportIn) -> Status[dict[str, Any]]:
    """CloudFormation or SAM in YAML or JSON, or a topology document. The same text twice is two topologies, unless the key is the same."""
    upload = Upload({body.filename: body.text.encode()}, body.parameters, body.name)
    return _imported(request, upload)


@router.post("/import/files", response={201: ImportedOut, **REFUSALS}, summary="Import a template with its files")
@decorate_view(idempotent)
def import_files(
    request: HttpRequest, files: Annotated[list[UploadedFile], File()], parameters: Annotated[str, Form()] = ""
) -> Status[dict[str, Any]]:
    """Multipart: the template and what it refers to. `parameters` is `Name=value`, one a line."""
    return _imported(request, upload_of(files, parameters))


@router.get(
    "/{uuid:topology_id}", response={200: TopologyDetailOut, **REFUSALS}, summary="One topology, with its document"
)
def get_topology(request: HttpRequest, topology_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    topology = library.topology_for(viewer, topology_id)
    return _detail(topology, viewer)


@router.get(
    "/{uuid:topology_id}/versions", response={200: list[VersionOut], **REFUSALS}, summary="Versions, newest first"
)
def get_versions(request: HttpRequest, topology_id: UUID) -> list[TopologyVersion]:
    topology = library.topology_for(viewer_of(request), topology_id)
    return list(topology.versions.order_by("-number"))


@router.get(
    "/{uuid:topology_id}/export",
    response={200: None, **REFUSALS},
    summary="A topology as a SAM template, as Mermaid or as JSON",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file",
                "content": {form.media_type: {"schema": {"type": form.type}} for form in FORMS.values()},
            }
        }
    },
)
def get_export(
    request: HttpRequest, topology_id: UUID, format: Literal["sam", "mermaid", "json"] = "sam"
) -> HttpResponse:
    """Its newest version. The template imports as the same topology; what AWS has no word for stands under `Metadata: Redrive:`."""
    topology = library.topology_for(viewer_of(request), topology_id)
    version = topology.latest
    if version is None:
        raise Refusal(404, "NotFound", "This topology has no document yet.", "Write one with PUT.")
    form = FORMS[format]
    response = HttpResponse(export(version.document, format), content_type=f"{form.media_type}; charset=utf-8")
    name = f"{slugify(topology.name) or 'topology'}.{form.ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.put("/{uuid:topology_id}", response={200: TopologyDetailOut, **REFUSALS}, summary="Write the next version")
def put_topology(request: HttpRequest, topology_id: UUID, body: DocumentIn) -> dict[str, Any]:
    """An unchanged document is no new version. Executions keep the version they began with."""
    viewer = viewer_of(request)
    topology = library.topology_for(viewer, topology_id, change=True)
    saved = library.save(body.document, viewer, topology=topology)
    if saved.version is None:
        raise Refusal(422, *BAD_INPUT, problems=[problem.as_json() for problem in saved.problems])
    return _detail(saved.version.topology, viewer)


@router.delete("/{uuid:topology_id}", response={204: None, **REFUSALS}, summary="Delete a topology")
def delete_topology(request: HttpRequest, topology_id: UUID) -> Status[None]:
    """With its versions and every execution of them. Examples belong to the installation and stay."""
    library.delete_topology(library.topology_for(viewer_of(request), topology_id, change=True))
    return Status(204, None)


@router.post("/{uuid:topology_id}/executions", response={201: CreatedOut, **REFUSALS}, summary="Begin an execution")
@decorate_view(idempotent)
def create_execution(
    request: HttpRequest, topology_id: UUID, body: ExecutionIn | None = None
) -> Status[dict[str, Any]]:
    begin_deed(request)
    viewer = viewer_of(request)
    topology = library.topology_for(viewer, topology_id)
    given = body or ExecutionIn()
    execution = library.begin_execution(topology, viewer, actor=name_of(viewer), name=given.name, seed=given.seed)
    return Status(201, {"id": execution.pk, "url": f"/executions/{execution.pk}/"})


def _imported(request: HttpRequest, upload: Upload) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    read = read_upload(upload, viewer)
    begin_deed(request)
    imported = keep(read, viewer)
    problems = [problem.as_json() for problem in imported.problems]
    if imported.version is None:
        raise Refusal(422, *BAD_INPUT, problems=problems)
    version = imported.version
    topology = _json(version.topology, version, viewer)
    return Status(
        201, {"topology": topology, "version": version.number, "report": imported.report, "problems": problems}
    )


def _json(topology: Topology, version: TopologyVersion, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": topology.pk,
        "name": topology.name,
        "description": topology.description,
        "is_example": topology.is_example,
        "version": version.number,
        "digest": version.digest,
        "url": f"/topologies/{topology.pk}/",
        "may_change": topology.may_be_changed_by(viewer),
        "updated_at": topology.updated_at,
    }


def _detail(topology: Topology, viewer: Viewer) -> dict[str, Any]:
    version = topology.latest
    if version is None:
        raise Refusal(404, "NotFound", "This topology has no document yet.", "Write one with PUT.")
    return {
        **_json(topology, version, viewer),
        "document": version.document,
        "compiled": library.compiled(version).as_json(),
        "report": version.report,
        "problems": version.problems,
    }
