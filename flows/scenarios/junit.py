"""Verdicts as JUnit XML, which every CI reads: a suite per scenario, a case per expectation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from flows.scenarios.running import Verdict

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that JSON may hold and XML may not, not even escaped."""


def junit(verdicts: Sequence[Verdict]) -> str:
    root = ET.Element("testsuites")
    for verdict in verdicts:
        failed = sum(not outcome.holds for outcome in verdict.outcomes)
        suite = ET.SubElement(
            root, "testsuite", name=verdict.name, tests=str(len(verdict.outcomes)), failures=str(failed)
        )
        for outcome in verdict.outcomes:
            case = ET.SubElement(suite, "testcase", classname=verdict.name, name=outcome.says)
            if not outcome.holds:
                ET.SubElement(case, "failure", message=f"found {outcome.found}")
    for element in root.iter():
        for name, value in element.items():
            element.set(name, NOT_IN_XML.sub("�", value))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
