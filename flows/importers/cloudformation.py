"""From uploaded files to a topology document and a report of what became of everything in them.

    files ─ loader → tree ─ stack (resolver, SAM) → resources ─ definitions, calls, stubs → document
                                                              └ report: modelled · approximated · ignored · …

Nothing a file contains makes this raise. What keeps a template from being read is a problem (`problems.py`) with a line
and a path; everything else is worked around and said in the report.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import Any

from flows.importers import own
from flows.importers.calls import add_calls
from flows.importers.code import Code, code_of
from flows.importers.companions import Companions
from flows.importers.definitions import bring_in
from flows.importers.limits import LIMITS
from flows.importers.lone_machine import as_template
from flows.importers.outside import add_stubs
from flows.importers.problems import Refused, import_problem
from flows.importers.report import ReportLine
from flows.importers.sam import Raw
from flows.importers.stack import Stack, Upload
from flows.importers.stubs import Stubs
from flows.importers.titles import title_of
from flows.importers.tree import Mapping
from flows.importers.verdicts import mend, report_on
from flows.topology.behaviour import STAND_IN
from flows.topology.document import ACCOUNT, FORMAT, REGION, normalise
from flows.topology.problems import Problem
from flows.topology.types import NODE_TYPES


@dataclass(frozen=True, slots=True)
class ImportResult:
    document: dict[str, Any] | None
    report: list[ReportLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def import_template(
    files: dict[str, bytes],
    main: str,
    parameters: dict[str, Any] | None = None,
    *,
    name: str = "",
    region: str = REGION,
    account: str = ACCOUNT,
) -> ImportResult:
    """Read the template `main` among `files` (path → content)."""
    upload = Upload(Companions(files), region, account, Stubs(region, account))
    try:
        document = _imported(upload, files, posixpath.normpath(main), parameters or {}, name)
    except Refused as refused:
        return ImportResult(None, upload.report, [*upload.problems, refused.problem])
    except RecursionError:
        return ImportResult(None, upload.report, [*upload.problems, import_problem("TooEntangled", "", file=main)])
    return ImportResult(document, upload.report, upload.problems[: LIMITS.problems])


def _imported(
    upload: Upload, files: dict[str, bytes], main: str, parameters: dict[str, Any], name: str
) -> dict[str, Any] | None:
    size = sum(map(len, files.values()))
    if len(files) > LIMITS.files:
        raise Refused(import_problem("TooManyFiles", "", found=len(files), limit=LIMITS.files))
    if size > LIMITS.upload_bytes:
        raise Refused(import_problem("UploadTooLarge", "", found=size, limit=LIMITS.upload_bytes))
    path = upload.companions.path(main, "")
    if path is None:
        raise Refused(import_problem("NoSuchFile", "", file=main))
    tree = upload.companions.tree(path)
    told = upload.companions.problems
    upload.problems.extend(told)
    if any(problem.severity == "error" for problem in told):
        return None
    tree = as_template(tree, path)
    _must_be_a_template(tree, path)
    said = len(told)
    upload.region, upload.account = own.region_of(tree, upload.region), own.account_of(tree, upload.account)
    upload.stubs = Stubs(upload.region, upload.account)
    stack = Stack(upload, tree, path, parameters=parameters)
    stack.read()
    document = _document(upload, stack, name or own.name_of(tree) or title_of(tree, path))
    upload.problems.extend(_as_warnings(upload.companions.problems[said:]))
    return document


def _document(upload: Upload, stack: Stack, name: str) -> dict[str, Any]:
    for each in _stacks(stack):
        for raw in list(each.raws.values()):
            bring_in(raw, each)
            mend(raw, each)
    raws = stack.everything()
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": name[:200],
        "region": upload.region,
        "account": upload.account,
        "resources": {id_: _resource(raw) for id_, raw in sorted(raws.items()) if _is_drawn(raw)},
    }
    owners = {raw.id: each for each in _stacks(stack) for raw in each.raws.values()}
    add_calls(document, raws, upload.stubs, lambda raw: _code(raw, owners.get(raw.id)))
    own.put_back(document, stack.tree)
    add_stubs(document, upload.stubs, own.loose(stack.tree))
    for each in _stacks(stack):
        upload.report.extend(line for line in each.resolver.report if line not in upload.report)
    upload.report.extend(report_on(stack, document))
    document["report"] = [line.as_json() for line in upload.report]
    return normalise(document)


def _code(raw: Raw, stack: Stack | None) -> Code | None:
    shorthand = raw.origin.get("Properties")
    return (
        None
        if stack is None
        else code_of(shorthand if isinstance(shorthand, dict) else {}, raw.properties, stack.code_text)
    )


def _must_be_a_template(tree: Any, path: str) -> None:
    found = "it is empty" if tree is None else "" if isinstance(tree, Mapping) else "it is not a mapping"
    if not found and not isinstance(tree.get("Resources"), dict):
        found = "it has no Resources" if "Resources" not in tree else "its Resources are not a mapping"
    if found:
        line = tree.lines.get("Resources") if isinstance(tree, Mapping) else 1
        raise Refused(import_problem("NotATemplate", "", line=line or 1, file=path, found=found))


def _resource(raw: Raw) -> dict[str, Any]:
    playground: dict[str, Any] = {**({"origin": raw.origin} if raw.origin else {}), **raw.playground}
    if raw.type == "AWS::Lambda::Function":
        playground.setdefault("behaviour", STAND_IN)
    return {"Type": raw.type, "Properties": raw.properties, "playground": playground}


def _is_drawn(raw: Raw) -> bool:
    from flows.topology.links import DERIVATIONS

    return raw.type in NODE_TYPES or raw.type in DERIVATIONS


def _stacks(stack: Stack) -> list[Stack]:
    return [stack, *(inner for each in stack.inner for inner in _stacks(each))]


def _as_warnings(problems: list[Problem]) -> list[Problem]:
    """A companion that cannot be read is missed, and does not stop the import."""
    return [Problem(found.code, found.path, found.message, found.hint, "warning", found.line) for found in problems]
