"""Numbers of the main order in the record: they restart on each disc, and hidden audio has none."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "resolve"))
from resolve_projects import resolved

from release.operations.recording import main_order

TRACKS = """\
tracks:
  - {id: h, title: Overture, source: h.wav, hidden: true}
  - {id: a, title: A, source: a.wav}
  - {id: b, title: B, source: b.wav}
  - {id: s, title: Untitled, source: s.wav, hidden: true}
  - {id: c, title: C, source: c.wav}
targets: {streaming: {}, cd: {}}
"""


def order(text: str) -> list[tuple[str, int | None, int | None, bool]]:
    return [(t.id, t.disc, t.number, t.hidden) for t in main_order(resolved(text))]


def test_hidden_tracks_have_no_number():
    assert order(TRACKS) == [
        ("h", None, None, True),
        ("a", None, 1, False),
        ("b", None, 2, False),
        ("s", None, None, True),
        ("c", None, 3, False),
    ]


def test_numbers_restart_on_each_disc():
    discs = "sequence: {discs: [{title: One, first: a}, {title: Two, first: c}]}\n"

    assert [row[:3] for row in order(discs + TRACKS)] == [
        ("h", 1, None),
        ("a", 1, 1),
        ("b", 1, 2),
        ("s", 1, None),
        ("c", 2, 1),
    ]


def test_a_first_track_after_hidden_audio_starts_behind_it():
    """Ten seconds of hidden sound and two of gap, at 44.1 kHz: the first track does not start at 0."""
    first, second, *_ = main_order(resolved(TRACKS))

    assert (first.start, first.length) == (0, 441_000)
    assert (second.start, second.length) == (12 * 44_100, 12 * 44_100)
