"""Where hidden tracks lie on a disc, counted in CD frames of 588 samples at 44.1 kHz."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "resolve"))
from resolve_projects import source, target

from release.model.disc_hidden import HiddenParts, HiddenSound, hidden_parts
from release.targets.cd import discs_of

SOURCES = {name: source(10.0) for name in ("a.wav", "b.wav", "h.wav", "s.wav")}


def parts(tracks: str) -> HiddenParts:
    cd = target(f"tracks:\n{tracks}\ntargets: {{cd: {{}}}}\n", "cd", SOURCES)
    return hidden_parts(cd.programme.units[0], cd.tracks, discs_of(cd)[0])


A = "  - {id: a, title: A, source: a.wav}\n"
B = "  - {id: b, title: B, source: b.wav}\n"


def test_hidden_before_track_1():
    found = parts("  - {id: h, title: H, source: h.wav, hidden: true}\n" + A)

    # two silent seconds, ten seconds of H, the gap of 2 s, then index 01 of track 1
    assert found == HiddenParts((HiddenSound("H", "", 1, 150, 900, 0),), 150)
    assert found.tracks[0].is_in_first_pause


def test_hidden_at_the_end_of_a_track():
    found = parts(A + "  - {id: h, title: H, source: h.wav, gap: 30 s, hidden: true}\n" + B)

    assert found == HiddenParts((HiddenSound("H", "", 1, 150 + 750 + 2250, 150 + 750 + 2250 + 750),), None)


def test_hidden_with_an_index():
    found = parts(A + "  - {id: h, title: H, source: h.wav, gap: 30.004 s, hidden: true, index: true}\n" + B)

    assert [h.index for h in found.tracks] == [2]


def test_sound_before_the_start_of_track_1_is_known():
    assert parts(A.replace("}", ", track_start: 4 s}")) == HiddenParts((), 150)
    assert parts(A.replace("}", ", pause: 8 s}")) == HiddenParts((), None)
