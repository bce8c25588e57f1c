"""Two checkers that we did not write: cfn-lint, with CloudFormation's schemas, and the SAM translator, which AWS itself runs.

Neither asks the network: the schemas come with the packages.
"""

from __future__ import annotations

import logging
from typing import Any

from boto3.session import Session
from cfnlint.api import ManualArgs, lint
from cfnlint.decode.cfn_yaml import loads
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

REGION = "eu-west-1"
OLD_RUNTIMES = {"E2531", "E2533"}
"""That a runtime of the user's is out of date is not the export's fault."""


def complaints(template: str) -> list[str]:
    """What both checkers say of a template, errors only."""
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    found = [f"{each.rule.id} {'/'.join(map(str, each.path))}: {each.message}" for each in _linted(template)]
    return found + _translated(template)


def _linted(template: str) -> list[Any]:
    matches = lint(template, config=ManualArgs(regions=[REGION], ignore_checks=["W", "I"]))
    return [each for each in matches if each.rule.id not in OLD_RUNTIMES]


def _translated(template: str) -> list[str]:
    given = loads(template)
    if "Transform" not in given:
        return []
    try:
        session = Session(region_name=REGION)
        Translator({}, Parser(), boto_session=session).translate(_plain(given), {})
    except InvalidDocumentException as refused:
        return [cause.message for cause in refused.causes]
    return []


def _plain(value: Any) -> Any:
    """Plain dictionaries and lists, as JSON would give them."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value
