"""Two checkers that we did not write: cfn-lint, with CloudFormation's schemas, and the SAM translator, which AWS itself runs.

Neither asks the network: the schemas come with the packages.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from boto3.session import Session
from cfnlint.config import ConfigMixIn, ManualArgs
from cfnlint.decode import decode_str
from cfnlint.decode.cfn_yaml import loads
from cfnlint.runner import Runner
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


@cache
def _linter() -> Runner:
    """Its rules are read once, as for many templates in one command."""
    return Runner(ConfigMixIn(**ManualArgs(regions=[REGION], ignore_checks=["W", "I"])))


def _linted(template: str) -> list[Any]:
    decoded, errors = decode_str(template)
    matches = errors or list(_linter().validate_template(decoded))
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
