"""A pause that is not silent is called so on the PQ sheet and in the player, before any track."""

from __future__ import annotations

from e2e_studio import Studio, music, track

RATE = 44_100


def test_pauses_with_sound_and_without(studio: Studio) -> None:
    for name in "abc":
        studio.record(f"{name}.wav", music(8, RATE, ord(name), peak=0.3), RATE, 16)
    studio.write(
        tracks=[
            track(1, "a.wav"),
            track(2, "b.wav", gap="0 s", pause="2 s"),
            track(3, "c.wav", gap="2 s"),
        ],
        targets={"cd": {"dither": "none"}},
    )
    built = studio.build().folder / "cd"

    text = (built / "pq-sheet.txt").read_text(encoding="utf-8")
    rows = {line[:5]: line for line in text.splitlines() if line[2:6] == " 00 "}
    assert rows["02 00"].endswith("(pause) with sound")
    assert rows["03 00"].endswith("(pause)")
    page = (built / "player.html").read_text(encoding="utf-8")
    assert "Pause before track 2: with sound" in page
    assert "Pause before track 3: with sound" not in page
