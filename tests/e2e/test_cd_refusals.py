"""What no disc can hold, through the command line: one clear error each, with the line of the manifest; what plants refuse, with its waiver."""

from __future__ import annotations

import json
import re
import struct

import numpy as np
import pytest
import soundfile

from release.cli.entry import run

HEAD = """\
version: 1
release:
  title: Night Ferry
  artist: The Harbour Lights
  catalogue_number: LTR014
  barcode: "4006381333931"
tracks:
"""


def line_of(text, word):
    """Number of the one line that has a word in it."""
    (number,) = [n for n, line in enumerate(text.splitlines(), 1) if word in line]
    return number


@pytest.fixture
def project(tmp_path, monkeypatch, capsys):
    """Writes a manifest beside ten seconds of sound, and runs a command on it."""
    monkeypatch.setenv("RELEASE_CACHE", str(tmp_path / "cache"))
    tone = 0.1 * np.sin(np.arange(441_000)[:, None] * [0.05, 0.06])
    soundfile.write(tmp_path / "a.wav", tone, 44_100, "PCM_16")

    def call(text, *words):
        path = tmp_path / "project.yaml"
        path.write_text(text, encoding="utf-8")
        capsys.readouterr()
        code = run((*(words or ("check",)), str(path), "--json"))
        captured = capsys.readouterr()
        return code, json.loads(captured.out or captured.err.strip().splitlines()[-1])

    call.folder = tmp_path
    return call


def tracks(*more, count=2):
    """Lines of tracks; ``more`` is added to the second."""
    lines = [f"  - {{id: t{n}, title: Piece {n}, source: a.wav, trim: {{end: 6 s}}}}" for n in range(1, count + 1)]
    for word in more:
        lines[1] = lines[1][:-1] + f", {word}}}"
    return "\n".join(lines) + "\n"


def only_error(answer):
    code, data = answer
    problems = data["error"]["problems"]
    assert code == 3, data
    assert len(problems) == 1, problems
    (problem,) = problems
    assert problem["remedy"], problem
    return problem


CD = "targets:\n  cd: {text: true}\n"


@pytest.mark.parametrize(
    ("text", "word", "code", "said"),
    [
        (HEAD + tracks(count=100) + CD, "id: t100", "too-many-tracks", "100 tracks; a CD holds 99"),
        (HEAD + tracks("indexes: [1 s, 30 s]") + CD, "30 s", "index-beyond", "index 03 of 't2' lies beyond the track"),
        (
            HEAD + tracks(f"indexes: [{', '.join(f'{n} frames' for n in range(1, 101))}]") + CD,
            "100 frames",
            "out-of-range",
            "98 indexes beside its start",
        ),
        (HEAD + tracks('title_version: "🚢"') + CD, "🚢", "cd-text", "SHIP"),
        (HEAD + tracks(f"message: {'long ' * 2000}") + CD, "long", "cd-text", "the message of track 2, with 9999"),
        (HEAD.replace("931", "932") + tracks() + CD, "932", "bad-barcode", "the check digit is 2, it should be 1"),
        (HEAD + tracks("pause: 1 s").replace("t1, title", "t1, pause: 1 s, title") + CD, "t1, pause", "first-pause-short", "00:02:00"),
        (HEAD.replace("LTR014", "Ünique") + tracks() + "targets:\n  cd: {}\n", "Ünique", "ddp-master-id", "not all of them ASCII"),
        (
            HEAD + tracks() + "targets:\n  cd: {text: {languages: [en, tlh]}}\n",
            "tlh",
            "unknown-language",
            "no code for the language 'tlh'",
        ),
    ],
    ids=["100 tracks", "index outside its track", "100 indexes", "emoji", "long message", "wrong EAN", "first pause", "master id", "no such language"],
)  # fmt: skip
def test_one_error_with_its_line(project, text, word, code, said):
    problem = only_error(project(text))

    assert (problem["code"], problem["where"].split(":")[:2]) == (code, ["project.yaml", str(line_of(text, word))])
    assert said in problem["problem"] + problem["remedy"]


def silent_wav(path, seconds):
    """A WAV of silence that takes no room: its samples are a hole in the file."""
    size = seconds * 44_100 * 4
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 44_100, 176_400, 4, 16)
    with path.open("wb") as file:
        file.write(struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + fmt + struct.pack("<4sI", b"data", size))
        file.truncate(44 + size)


def test_a_programme_of_a_hundred_minutes_is_refused_at_the_track_that_runs_over(project):
    silent_wav(project.folder / "half.wav", 3000)
    text = HEAD + "".join(f"  - {{id: t{n}, title: Piece {n}, source: half.wav}}\n" for n in (1, 2)) + CD

    problem = only_error(project(text))

    assert (problem["code"], problem["where"].split(":")[1]) == ("disc-too-long", str(line_of(text, "id: t2")))
    assert "ends at 100:04:00" in problem["problem"]


def test_a_hidden_first_track_longer_than_a_ddp_map_can_say_is_refused_for_ddp_alone(project):
    silent_wav(project.folder / "long.wav", 140)
    hidden = "  - {id: intro, title: Hidden, source: long.wav, hidden: true}\n"
    text = HEAD + hidden + tracks() + "targets:\n  cd: {images: [ddp, bin, toc]}\n"

    problem = only_error(project(text))

    assert (problem["code"], problem["where"].split(":")[1]) == ("ddp-first-pause", str(line_of(text, "id: intro")))
    assert "ends at 02:13:24" in problem["problem"]
    assert "behind the last track" in problem["remedy"]
    assert project(text.replace("ddp, ", ""))[0] != 3
    moved = HEAD + tracks() + hidden + "targets:\n  cd: {images: [ddp, bin, toc]}\n"
    assert project(moved)[0] != 3


def test_a_text_without_a_letter_is_refused_where_the_translation_stands_and_a_proposal_is_taken(project):
    text = (
        HEAD
        + tracks('translations: {de: {title: "Fähre – Mörz №"}}')
        + "targets: {cd: {text: {languages: [en, de]}}}\n"
    )

    problem = only_error(project(text))
    # en has no translation: its title is written as it stands, and is in Latin-1
    (proposal,) = re.findall(r"'([^']+)' can be written", problem["remedy"])
    assert proposal == "Fähre - Mörz No."
    assert project(text.replace("Fähre – Mörz №", proposal))[0] != 3


def test_japanese_is_refused_where_a_name_is_not_in_two_byte_letters(project):
    names = 'release:\n  translations: {ja: {title: "夜のフェリー", artist: "港の灯"}}'
    text = HEAD.replace("release:", names) + tracks(count=1) + "targets: {cd: {text: {languages: [en, ja]}}}\n"

    problem = only_error(project(text))

    assert "'Ｐｉｅｃｅ　１' can be written" in problem["remedy"]
    assert "{ja: {title: …}}" in problem["remedy"]
    assert project(text.replace("id: t1,", 'id: t1, translations: {ja: {title: "航跡"}},'))[0] != 3


SHORT = HEAD + tracks("isrc: GBLTR2600002").replace("trim: {end: 6 s}, isrc", "trim: {end: 3 s}, isrc") + CD
WAIVED = SHORT + (
    "qc:\n  waivers:\n"
    "    - {check: cd/track-length, track: t2, reason: the plant agreed, by: Jo Marsh, date: 2026-11-20}\n"
)


def test_a_track_of_three_seconds_is_one_failure_with_its_line(project):
    code, data = project(SHORT)

    failures = [f for f in data["findings"] if f["status"] == "fail"]
    assert code == 1
    assert [(f["check"], f["code"], f["where"].split(":")[1]) for f in failures] == [
        ("cd/track-length", "track-short", str(line_of(SHORT, "id: t2")))
    ]
    assert "225 CD frames long (3.00 s)" in failures[0]["message"]


def test_a_waiver_lets_it_pass_and_is_in_the_report(project):
    code, data = project(WAIVED, "build")

    assert code == 0, data
    (finding,) = [f for f in data["findings"] if f["check"] == "cd/track-length" and f["code"] == "track-short"]
    assert finding["waived"] == "the plant agreed (Jo Marsh, 2026-11-20)"
    page = (project.folder / "build/report/qc-report.html").read_text(encoding="utf-8")
    assert "the plant agreed (Jo Marsh, 2026-11-20)" in page


def test_no_waiver_lifts_a_limit_of_the_format(project):
    waiver = WAIVED[WAIVED.index("qc:") :].replace("cd/track-length, track: t2", "cd/structure")

    assert only_error(project(HEAD + tracks(count=100) + CD))["code"] == "too-many-tracks"
    assert only_error(project(HEAD + tracks(count=100) + CD + waiver))["code"] == "not-waivable"


def test_a_pause_before_the_end_is_not_blamed_for_the_track_after_it(project):
    """Piece 1 is over at 99:59:00; its file runs on to the start of Piece 2, which is past what a CD can write."""
    silent_wav(project.folder / "long.wav", 5997)
    silent_wav(project.folder / "short.wav", 5)
    text = f"{HEAD}  - {{id: t1, title: Piece 1, source: long.wav}}\n  - {{id: t2, title: Piece 2, source: short.wav, gap: 3 s}}\n{CD}"

    problem = only_error(project(text))

    assert (problem["code"], problem["where"].split(":")[1]) == ("disc-too-long", str(line_of(text, "id: t2")))
