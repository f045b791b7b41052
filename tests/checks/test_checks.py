"""Every check fires on its fault, says how bad it is, and is silent on clean facts."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

import release.qc.checks as checks_package
from release.model.side import VINYL_SIDES
from release.qc.document import checks_markdown
from release.qc.names import NAMES, check_name
from release.qc.profiles import load_data, side_lengths
from release.qc.registry import CHECKS, checks_table

sys.path.insert(0, str(Path(__file__).parent))
from faults import CASES

REPOSITORY = Path(__file__).parents[2]
FAULTS = [(check_id, *case) for check_id, (faulty, _) in CASES.items() for case in faulty]
CLEAN = [(check_id, context) for check_id, (_, clean) in CASES.items() for context in clean]


@pytest.mark.parametrize(
    ("check_id", "context", "code", "status"), FAULTS, ids=[f"{f[0]}-{f[2]}-{f[3]}" for f in FAULTS]
)
def test_fault_is_found(check_id, context, code, status):
    found = [(o.code, str(o.status)) for o in CHECKS[check_id].rule(context)]

    assert (code, status) in found


@pytest.mark.parametrize(("check_id", "context"), CLEAN, ids=[c[0] for c in CLEAN])
def test_clean_facts_are_silent(check_id, context):
    assert list(CHECKS[check_id].rule(context)) == []


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_has_cases_and_says_why(check_id):
    item = CHECKS[check_id]

    assert CASES[check_id][0]
    assert CASES[check_id][1]
    assert item.rationale
    assert item.source
    assert item.remedy
    assert item.title.endswith(".")
    assert item.severity == max((case[2] for case in CASES[check_id][0]), key=["note", "warn", "fail"].index)


@pytest.mark.parametrize(("check_id", "context", "code", "status"), FAULTS, ids=[f"{f[0]}-{f[2]}" for f in FAULTS])
def test_messages_are_whole_sentences(check_id, context, code, status):
    for outcome in CHECKS[check_id].rule(context):
        assert outcome.message.endswith(".")
        assert "None" not in outcome.message
        assert "  " not in outcome.message.replace("Tide  Two", "")


def test_id_is_the_place_of_the_file():
    folder = Path(inspect.getfile(checks_package)).parent
    files = {f"{p.parent.name}/{p.stem.replace('_', '-')}" for p in folder.rglob("*.py") if p.name != "__init__.py"}

    assert files == set(CHECKS)
    for check_id, item in CHECKS.items():
        assert item.id == check_id
        assert Path(inspect.getfile(item.rule)) == folder / f"{check_id.replace('-', '_')}.py"


def test_limits_belong_to_checks_and_name_their_source():
    for check_id, entry in load_data("limits").items():
        assert check_id in CHECKS
        assert entry["source"]
        assert entry["as_of"] >= "2026"


def test_sides_are_split_and_judged_by_the_same_figures():
    split = {f"{size}in-{speed}": (p.full_level_s, p.longest_s) for (size, speed), p in VINYL_SIDES.items()}

    assert split == {carrier: side_lengths(carrier) for carrier in load_data("side-lengths")["vinyl"]}


def test_document_is_current():
    stored = (REPOSITORY / "docs" / "checks.md").read_text(encoding="utf-8")

    assert stored == checks_markdown(), "run: python -m release.qc.document docs/checks.md"


def test_table_has_a_row_per_check():
    rows = checks_table()

    assert [row["id"] for row in rows] == list(CHECKS)
    assert all(all(row.values()) for row in rows)


def test_a_first_pause_with_sound_is_no_warning():
    """What is hidden there is known, so the long pause is no mistake."""
    context = next(c for c, code, _ in CASES["cd/first-pause"][0] if code == "hidden-audio")
    (outcome,) = CHECKS["cd/first-pause"].rule(context)

    assert str(outcome.status) == "note"
    assert "\u201cSecret\u201d, from 00:02:00 on" in outcome.message


def test_every_check_is_called_something_that_people_understand():
    assert set(NAMES) == set(CHECKS)
    assert len(set(NAMES.values())) == len(NAMES)
    assert check_name("fades/end") == "Track end"
    assert check_name("of-another/later-version") == "Later version"
    bare = {
        check_id.split("/")[1].replace("-", " ") for check_id in ("names/changed", "cd/shifts", "services/prediction")
    }
    assert bare.isdisjoint(name.lower() for name in NAMES.values())
