"""Findings and problems as JUnit XML, which build servers read: one test case for each, with its stable code.

A failure fails its case, a check that broke is an error, a waived finding is skipped with its reason; warnings and notes pass, and say so in
``system-out``. No clock: cases have no time.

Source: the format as Jenkins' xUnit plug-in and pytest write it (``testsuites`` / ``testsuite`` / ``testcase``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from release.errors import Problem
from release.model.finding import Finding, Status

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""


def junit_xml(
    name: str, findings: Sequence[Finding] = (), problems: Sequence[Problem] = (), passed: Sequence[str] = ()
) -> bytes:
    """One suite of findings, problems and what was proved.

    Args:
        name: of the suite: ``release check``.
        findings: of checks; their id is the class, ``.`` for ``/``.
        problems: each fails; their code is the type of the failure.
        passed: sentences about what holds.
    """
    suite = ET.Element("testsuite", name=_text(name))
    for finding in findings:
        _add_finding(suite, finding)
    for problem in problems:
        case = ET.SubElement(suite, "testcase", classname="problem", name=_text(problem.where or problem.code))
        failure = ET.SubElement(case, "failure", type=_text(problem.code), message=_text(problem.problem))
        failure.text = _text(str(problem))
    for sentence in passed:
        ET.SubElement(suite, "testcase", classname="proved", name=_text(sentence))
    if not len(suite):
        ET.SubElement(suite, "testcase", classname="release", name="no findings")
    counts = {
        "tests": len(suite),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    for element, count in counts.items():
        suite.set(element, str(count))
    root = ET.Element("testsuites", {key: str(value) for key, value in counts.items()})
    root.append(suite)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _add_finding(suite: ET.Element, finding: Finding) -> None:
    subject = " ".join(filter(None, (finding.target, finding.track or finding.source)))
    at = "" if finding.at_s is None else f" at {finding.at_s:.3f} s"
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_text(finding.check.replace("/", ".")),
        name=_text(f"{finding.code}{f' [{subject}]' if subject else ''}{at}"),
    )
    text = _text("\n".join(filter(None, (finding.message, finding.remedy))))
    if finding.waived is not None:
        ET.SubElement(case, "skipped", message=_text(f"waived: {finding.waived}"))
        ET.SubElement(case, "system-out").text = f"{finding.status}: {text}"
    elif finding.status in (Status.FAIL, Status.ERROR):
        kind = "failure" if finding.status is Status.FAIL else "error"
        outcome = ET.SubElement(case, kind, type=_text(finding.code), message=_text(finding.message))
        outcome.text = text
    else:
        ET.SubElement(case, "system-out").text = f"{finding.status}: {text}"


def _text(text: str) -> str:
    """Text that XML can hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
