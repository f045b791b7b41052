"""Digital silence never ships as passed unless somebody signs for it."""

from __future__ import annotations

import numpy as np
from e2e_studio import music, track

RATE = 44_100
LEVEL = {"match": "tracks", "loudness": "-14 LUFS", "ceiling": "-1 dBTP"}
STREAMING = {"files": ["flac"], "level": LEVEL}


def codes(built) -> set[tuple[str, str, str | None]]:
    found = built.record["qc"]["findings"]
    return {(f["code"], f["status"], f["track"]) for f in found if f["check"] in ("audio/dead-channel", "level/aim")}


def test_a_silent_source_fails_until_it_is_waived(studio):
    studio.record("a.wav", np.zeros((5 * RATE, 2)), RATE)
    studio.record("b.wav", music(5.0, RATE, 1), RATE)
    studio.write(tracks=[track(1, "a.wav"), track(2, "b.wav")], targets={"streaming": STREAMING})
    built = studio.build()

    assert built.result.status == "failed"
    assert codes(built) == {("no-sound", "fail", "t1"), ("not-measurable", "warn", "t1")}
    assert built.record["targets"]["streaming"]["status"] == "failed"

    waiver = {"check": "audio/dead-channel", "track": "t1", "reason": "a minute of silence", "by": "Jo Marsh"}
    studio.change(qc={"waivers": [waiver]})
    again = [f for f in studio.build().record["qc"]["findings"] if f["check"] == "audio/dead-channel"]
    assert [f["waived"] for f in again] == ["a minute of silence (Jo Marsh)"]


def test_an_album_of_silence_is_matched_to_nothing(studio):
    studio.record("a.wav", np.zeros((5 * RATE, 2)), RATE)
    for match in (
        {"match": "album", "loudness": "-14 LUFS"},
        {"match": "anchor", "anchor": "loudest", "loudness": "-14 LUFS"},
    ):
        studio.write(
            tracks=[track(1, "a.wav")], targets={"streaming": {**STREAMING, "level": {**match, "ceiling": "-1 dBTP"}}}
        )
        assert ("not-measurable", "warn", "t1") in codes(studio.build())
