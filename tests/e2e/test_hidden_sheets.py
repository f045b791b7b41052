"""Hidden tracks stand on every sheet that leaves the house."""

from __future__ import annotations

from e2e_studio import music, track

RATE = 44_100


def test_sheets_name_hidden_tracks(studio):
    for name in "abcd":
        studio.record(f"{name}.wav", music(5.0, RATE, ord(name)), RATE)
    tracks = [
        track(1, "a.wav", title="Overture", hidden=True),
        track(2, "b.wav"),
        track(3, "c.wav", title="Untitled", hidden=True, gap="6 s", index=True),
        track(4, "d.wav", title="夜のフェリー"),
    ]
    for entry in (tracks[0], tracks[2]):
        del entry["isrc"]
    studio.write(tracks=tracks, targets={"cd": {"images": ["ddp"]}, "vinyl": {"sides": {"A": ["t2", "t4"]}}})
    built = studio.build()

    pq = (built.folder / "cd" / "pq-sheet.txt").read_text()
    assert "01 00  00:00:00  00:09:00                             (pause) Overture (hidden)" in pq
    assert "in the pause before track 1 from 00:02:00, 00:05:00 long." in " ".join(pq.split())
    assert "01 02  00:20:00" in pq  # two seconds, Overture 5, gap 2, Piece 2 5, gap 6
    assert "(index) Untitled (hidden)" in pq
    rows = [line.split() for line in (built.folder / "vinyl" / "cut-sheet.txt").read_text().splitlines()]
    bands = [(r[0], r[1], r[2], r[3]) for r in rows if r and r[0] in ("·", "A1", "A2")][:4]
    assert bands == [
        ("·", "0:00.000", "0", "0:05.000"),
        ("A1", "0:07.000", str(7 * RATE), "0:05.000"),
        ("·", "0:18.000", str(18 * RATE), "0:05.000"),
        ("A2", "0:25.000", str(25 * RATE), "0:05.000"),
    ]
    glyphs = [f for f in built.record["qc"]["findings"] if f["check"] == "documents/missing-glyph"]
    assert {(f["status"], f["target"]) for f in glyphs} == {("warn", "cd"), ("warn", "vinyl")}
    pauses = [f for f in built.record["qc"]["findings"] if f["check"] == "cd/first-pause"]
    assert [(f["status"], f["code"]) for f in pauses] == [("note", "hidden-audio")]
