"""What can be wrong with an uploaded template: one row per code, like `flows/topology/problems.py` for drawings.

Only what keeps a template from being read is an error. Whatever can be worked around (a parameter without a default, a
file that was not uploaded, a type nobody knows) is a line of the report instead.
"""

from __future__ import annotations

from flows.topology.check import Check
from flows.topology.problems import Problem

IMPORT_CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        Check(
            "TooLarge",
            "error",
            "{file} has {found} bytes.",
            "CloudFormation reads templates of up to {limit} bytes, and so does this importer.",
        ),
        Check(
            "UploadTooLarge",
            "error",
            "The files have {found} bytes together.",
            "Up to {limit} bytes are taken at once: leave code and data out, templates and definitions are enough.",
        ),
        Check("TooManyFiles", "error", "{found} files were given.", "Up to {limit} are taken at once."),
        Check(
            "NoSuchFile",
            "error",
            "{file} is not among the uploaded files.",
            "Choose the template among the files you give.",
        ),
        Check(
            "NotUtf8", "error", "{file} is not UTF-8 text: byte {byte} cannot stand there.", "Save the file as UTF-8."
        ),
        Check(
            "NotWellFormed", "error", "{file} is not well-formed {what}: {why}.", "Correct the line, then try again."
        ),
        Check(
            "SeveralDocuments",
            "error",
            "{file} holds more than one YAML document.",
            "Take out the second `---` and what follows it.",
        ),
        Check(
            "TooDeep",
            "error",
            "{file} is nested deeper than {limit} levels.",
            "No template needs that; is this the right file?",
        ),
        Check(
            "TooManyValues",
            "error",
            "{file} grows beyond {limit} values when its aliases are followed.",
            "Write the repeated parts once, without aliases of aliases.",
        ),
        Check(
            "AliasUnknown",
            "error",
            "The alias *{anchor} names nothing.",
            "An alias repeats what &{anchor} marked before it.",
        ),
        Check(
            "AliasInItself",
            "error",
            "The alias *{anchor} stands inside what it names.",
            "An alias may only repeat something that is already complete.",
        ),
        Check("KeyNotAText", "error", "A key is a list or a mapping here.", "Keys are texts."),
        Check(
            "KeyTwice",
            "error",
            "{key} is given twice: first on line {first}.",
            "Rename one of them, or take it out: only one can count.",
        ),
        Check(
            "TagUnknown", "warning", "The tag {tag} is not one of CloudFormation's.", "The value is read without it."
        ),
        Check(
            "NotATemplate",
            "error",
            "{file} is not a template: {found}.",
            "A template is a mapping with the key Resources.",
        ),
        Check(
            "ResourceNotReadable", "warning", "{id} is not a resource: {why}.", "A resource is a mapping with a Type."
        ),
        Check(
            "RefRecursive",
            "error",
            "The reference goes round in a circle: {circle}.",
            "Break the circle with a name of its own.",
        ),
        Check(
            "TooEntangled",
            "error",
            "The references of {file} take too many steps to resolve.",
            "Simplify the nested Sub, Join or If.",
        ),
        Check(
            "TooManyResources",
            "error",
            "There are {found} resources.",
            "Up to {limit} are drawn; CloudFormation allows 500 in a template.",
        ),
        Check(
            "ValueNotUsable",
            "warning",
            "{property} of {resource} cannot be used as it is: {why}.",
            "AWS's default is taken. Correct the value: CloudFormation would not deploy it.",
        ),
        Check("ParameterUnknown", "warning", "There is no parameter named {name}.", "The value is not used."),
    )
}


def import_problem(code: str, path: str, *, line: int | None = None, **facts: object) -> Problem:
    check = IMPORT_CHECKS[code]
    return Problem(code, path, check.sentence.format(**facts), check.hint.format(**facts), check.severity, line)


class Refused(Exception):
    """Nothing more can be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
