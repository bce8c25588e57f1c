"""An upload or a paste becomes a topology, or a list of everything that is in the way.

Two kinds of thing arrive: CloudFormation or SAM (one template and the files it refers to), and our own document, which an
export of another installation is. What they have in common is the answer: `Imported`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import orjson

from dashboard import library
from dashboard.limits import UPLOAD_BYTES, UPLOAD_FILES
from flows.importers.cloudformation import import_template
from flows.topology import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from flows.models import Topology, TopologyVersion
    from flows.models.owned import Viewer

VERDICTS = ("modelled", "approximated", "ignored", "not drawn", "missing")
PASTED = "template.yaml"
USUAL_NAMES = ("template.yaml", "template.yml", "template.json")


@dataclass(frozen=True, slots=True)
class Upload:
    files: dict[str, bytes]
    parameters: dict[str, str] = field(default_factory=dict)
    name: str = ""
    alike: tuple[str, ...] = ()
    """Names that more than one file had: all but the last of those are lost."""


def upload_of(files: Sequence[UploadedFile], parameters: str = "", *, name: str = "", text: str = "") -> Upload:
    """What a form brought; a paste counts only where no file was chosen. Of a path only the last part arrives (Django cuts it)."""
    names = [file.name or f"file-{number}" for number, file in enumerate(files)]
    alike = sorted(found for found, times in Counter(names).items() if times > 1)
    contents = {found: file.read() for found, file in zip(names, files, strict=True)} or {PASTED: text.encode()}
    return Upload(contents, parse_parameters(parameters), name, tuple(alike))


@dataclass(frozen=True, slots=True)
class Imported:
    version: TopologyVersion | None
    problems: list[Problem]
    report: list[dict[str, Any]]

    @property
    def topology(self) -> Topology | None:
        return self.version.topology if self.version else None

    @property
    def url(self) -> str:
        return f"/topologies/{self.topology.pk}/" if self.topology else ""

    @property
    def verdicts(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The report's lines by verdict, the good news first."""
        lines = defaultdict(list)
        for line in self.report:
            lines[line["verdict"]].append(line)
        return [(verdict, lines[verdict]) for verdict in VERDICTS if verdict in lines]


@dataclass(frozen=True, slots=True)
class Read:
    """What an upload says; `document` is None when its problems are in the way."""

    document: dict[str, Any] | None
    problems: list[Problem]
    report: list[dict[str, Any]]


def import_upload(upload: Upload, viewer: Viewer) -> Imported:
    return keep(read_upload(upload, viewer), viewer)


def read_upload(upload: Upload, viewer: Viewer) -> Read:
    """Takes as long as it is large, and asks the database for nothing."""
    library.may_import(viewer)  # first: whoever may not is not to keep us busy with reading
    if problems := _too_much(upload):
        return Read(None, problems, [])
    main = _main(upload.files)
    if document := _own_document(upload.files[main]):
        return Read(document, [], _lines(document.get("report")))
    result = import_template(upload.files, main, upload.parameters, name=upload.name)
    report = [line.as_json() for line in result.report]
    if result.document is None or any(problem.severity == "error" for problem in result.problems):
        return Read(None, list(result.problems), report)
    return Read(result.document, list(result.problems), report)


def keep(read: Read, viewer: Viewer) -> Imported:
    """As a topology, if it can be drawn."""
    if read.document is None:
        return Imported(None, read.problems, read.report)
    saved = library.save(read.document, viewer, report=read.report)
    return Imported(saved.version, _distinct([*read.problems, *saved.problems]), read.report)


def parse_parameters(text: str) -> dict[str, str]:
    """`Name=value`, one a line."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _too_much(upload: Upload) -> list[Problem]:
    if not any(content.strip() for content in upload.files.values()):
        return [Problem("UploadEmpty", "", "There is nothing to import.", "Choose a template, or paste one.")]
    if upload.alike:
        said = ", ".join(upload.alike)
        hint = "Only the last part of a file's path counts: give them different names, and refer to them by these."
        return [Problem("UploadSameName", "", f"More than one file is called {said}.", hint)]
    if len(upload.files) > UPLOAD_FILES:
        return [
            Problem(
                "UploadTooManyFiles",
                "",
                f"More than {UPLOAD_FILES} files were sent.",
                "Send what the template refers to.",
            )
        ]
    if sum(map(len, upload.files.values())) > UPLOAD_BYTES:
        hint = "Leave out what the template does not refer to."
        return [Problem("UploadTooLarge", "", f"The files are larger than {UPLOAD_BYTES // 2**20} MB together.", hint)]
    return []


def _main(files: dict[str, bytes]) -> str:
    """Which of the files is the template: by its usual name, else the first that has resources, else the first."""
    usual = [name for name in files if PurePosixPath(name).name in USUAL_NAMES]
    telling = [name for name, content in files.items() if b"Resources" in content or b'"resources"' in content]
    return min(usual, key=len) if usual else (telling or list(files))[0]


def _own_document(content: bytes) -> dict[str, Any] | None:
    if not content.lstrip().startswith(b"{"):
        return None
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return document if "format" in document and "resources" in document else None


def _lines(report: Any) -> list[dict[str, Any]]:
    """Of a report that somebody may have written by hand, what is one."""
    lines = report if isinstance(report, list) else []
    return [line for line in lines if isinstance(line, dict) and line.get("verdict") in VERDICTS]


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))
