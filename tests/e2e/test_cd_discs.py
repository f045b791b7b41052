"""Five short discs with every feature, built from a manifest and opened by programs of others.

The expected samples are laid out here, by hand; the expected points are counted here, by hand (a CD frame is 588
samples, A-times count from 150 CD frames before the programme).
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import wave
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from e2e_studio import lay, music, needs, track

from release.units import format_msf, parse_msf

RATE = 44_100
FRAME = 588
IMAGES = ["ddp", "cue", "bin", "toc"]


@dataclass(frozen=True)
class Points:
    """What one track is on the disc: A-times in CD frames."""

    start: int
    pause: int | None = None
    indexes: tuple[int, ...] = ()
    isrc: str = ""
    may_copy: bool = False
    has_emphasis: bool = False


@dataclass(frozen=True)
class Expected:
    """One disc as it has to come out: its place in the build, its points, and where each source stands."""

    points: tuple[Points, ...]
    lead_out: int
    clips: tuple[tuple[int, str], ...]
    ean: str = "4006381333931"
    folder: str = "cd"


@dataclass(frozen=True)
class Case:
    """A project: length of each source in samples, its tracks, and the discs that have to come of it."""

    sources: dict[str, int]
    tracks: list[dict[str, Any]]
    discs: tuple[Expected, ...]
    more: dict[str, Any] = field(default_factory=dict)
    target: dict[str, Any] = field(default_factory=dict)


def isrc(n: int) -> str:
    return f"GBLTR26{n:05}"


JA = {"ja": {"title": "航跡", "artist": "港の灯"}}
FLAGS = Case(
    {"a": 375 * FRAME, "b": 340 * FRAME, "c": 320 * FRAME, "d": 310 * FRAME},
    [
        track(1, "a.wav", writers=[{"name": "Jo Hale", "role": "composer"}], translations=JA | {"de": {"title": "Stück 1"}}),
        track(2, "b.wav", copy="permitted", writers=[{"name": "Jo Hale", "role": "arranger"}], translations=JA),
        track(3, "c.wav", copy="scms", message="Hello", translations=JA | {"en": {"message": "Hello"}}),
        track(4, "d.wav", pre_emphasis=True, translations=JA),
    ],
    (
        Expected(
            (
                Points(150, 0, isrc=isrc(1)),
                Points(675, 525, isrc=isrc(2), may_copy=True),
                Points(1165, 1015, isrc=isrc(3)),
                Points(1635, 1485, isrc=isrc(4), has_emphasis=True),
            ),
            1945,
            ((0, "a"), (525 * FRAME, "b"), (1015 * FRAME, "c"), (1485 * FRAME, "d")),
        ),
    ),
    target={"text": {"languages": ["en", "de"], "packs": ["disc_id", "genre", "codes"]}},
)  # fmt: skip

JOINS = Case(
    {"a": 441_100, "b": 352_900, "c": 300_007, "d": 264_601},
    [
        track(1, "a.wav"),
        track(2, "b.wav", gap="0 s", pause="1 s"),
        track(3, "c.wav", gap="-1.5 s", indexes=["1 s", "2.5 s"]),
        track(4, "d.wav", gap="0 s"),
    ],
    (
        Expected(
            # 441100 = 750.17 CD frames, 727850 = 1237.84, 1027857 = 1748.06; the sound ends at 2198.06.
            (
                Points(150, 0, isrc=isrc(1)),
                Points(900, 825, isrc=isrc(2)),
                Points(1388, None, (1463, 1575), isrc=isrc(3)),
                Points(1898, isrc=isrc(4)),
            ),
            2349,
            ((0, "a"), (441_100, "b"), (727_850, "c"), (1_027_857, "d")),
        ),
    ),
)

HIDDEN = Case(
    {"intro": 375 * FRAME, "a": 400 * FRAME, "b": 350 * FRAME, "outro": 330 * FRAME},
    [
        {"id": "intro", "title": "Before", "source": "mixes/intro.wav", "hidden": True},
        track(1, "a.wav"),
        track(2, "b.wav", gap="0 s"),
        {"id": "outro", "title": "After", "source": "mixes/outro.wav", "hidden": True, "index": True, "gap": "3 s"},
    ],
    (
        Expected(
            (Points(675, 0, isrc=isrc(1)), Points(1075, None, (1650,), isrc=isrc(2))),
            1980,
            ((0, "intro"), (525 * FRAME, "a"), (925 * FRAME, "b"), (1500 * FRAME, "outro")),
        ),
    ),
)

SET = Case(
    {"a": 310 * FRAME, "b": 320 * FRAME, "c": 330 * FRAME},
    [track(1, "a.wav"), track(2, "b.wav"), track(3, "c.wav")],
    (
        Expected(
            (Points(150, 0, isrc=isrc(1)), Points(610, 460, isrc=isrc(2))),
            930,
            ((0, "a"), (460 * FRAME, "b")),
            folder="cd/disc-1",
        ),
        Expected((Points(150, 0, isrc=isrc(3)),), 480, ((0, "c"),), folder="cd/disc-2"),
    ),
    more={"sequence": {"discs": [{"title": "Outward", "first": "t1"}, {"title": "Home", "first": "t3"}]}},
    target={"text": True},
)

EDGE = Case(
    {"a": 176_523},
    [{**track(1, "a.wav", indexes=[f"{n} frames" for n in range(1, 99)]), "isrc": ""}],
    (Expected((Points(150, 0, tuple(range(151, 249))),), 451, ((0, "a"),), ean=""),),
    more={"release": {"title": "Night Ferry", "artist": "The Harbour Lights"}},
)

CASES = {"flags": FLAGS, "joins": JOINS, "hidden": HIDDEN, "set": SET, "edge": EDGE}


@dataclass(frozen=True)
class Disc:
    """A built disc beside what it has to be."""

    folder: Path
    expected: Expected
    image: bytes

    def file(self, form: str, suffix: str) -> Path:
        """The one file of a form with a suffix."""
        (found,) = (self.folder / form).glob(f"*.{suffix}")
        return found

    def span(self, first: int, last: int) -> bytes:
        """Samples between two A-times."""
        return self.image[first * FRAME * 4 : last * FRAME * 4]


def expected_image(expected: Expected, audio: dict[str, np.ndarray]) -> bytes:
    clips = [(position, audio[name]) for position, name in expected.clips]
    programme = lay((expected.lead_out - 150) * FRAME, *clips)
    words = np.rint(programme * 32_768.0).astype("<i2")
    return bytes(150 * FRAME * 4) + words.tobytes()


@pytest.fixture(scope="module")
def built_cases(new_studio):
    """Builds a case when it is first asked for."""
    made: dict[str, tuple[Disc, ...]] = {}

    def build(name: str) -> tuple[Disc, ...]:
        if name not in made:
            case, studio = CASES[name], new_studio()
            audio = {
                source: studio.record(f"{source}.wav", music(length / RATE, RATE, seed, peak=0.3), RATE, 16)
                for seed, (source, length) in enumerate(case.sources.items())
            }
            target = {"images": IMAGES, "dither": "none", "player": False, **case.target}
            studio.write(tracks=case.tracks, targets={"cd": target}, **case.more)
            built = studio.build()
            made[name] = tuple(Disc(built.folder / e.folder, e, expected_image(e, audio)) for e in case.discs)
        return made[name]

    return build


@pytest.fixture(params=[(name, n) for name, case in CASES.items() for n in range(len(case.discs))], ids=str)
def disc(request, built_cases):
    name, number = request.param
    return built_cases(name)[number]


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, cwd=folder, capture_output=True, check=False)


def samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE, 2, 2)
        return file.readframes(file.getnframes())


def test_every_image_has_every_sample_once(disc):
    """Joins that cross a CD frame, overlaps and hidden sound: nothing is lost, nothing is doubled."""
    assert (disc.folder / "ddp/IMAGE.DAT").read_bytes() == disc.image
    assert disc.file("bin", "bin").read_bytes() == disc.image
    assert disc.file("toc", "bin").read_bytes() == disc.image
    assert samples(disc.file("cue", "wav")) == disc.image[150 * FRAME * 4 :]


def test_points_in_the_bytes_of_the_descriptor(disc):
    """Read by offsets of the format's own table, without a reader of ours."""
    data = (disc.folder / "ddp/PQDESCR").read_bytes()
    found = [
        (p[4:6].decode(), int(p[6:8]), parse_msf(f"{p[10:12].decode()}:{p[12:14].decode()}:{p[14:16].decode()}"))
        for p in (data[at : at + 64] for at in range(0, len(data), 64))
    ]
    meant = [("00", 0, 0)]
    for number, points in enumerate(disc.expected.points, start=1):
        pause = [(f"{number:02}", 0, points.pause)] if points.pause is not None else []
        starts = [(f"{number:02}", n, at) for n, at in enumerate((points.start, *points.indexes), start=1)]
        meant += [*pause, *starts]
    assert found == [*meant, *[("AA", 1, disc.expected.lead_out)] * 2]


@needs("md5sum")
def test_both_checksum_lists_hold(disc):
    folder = disc.folder / "ddp"
    assert run("md5sum", "-c", "--strict", "CHECKSUM.MD5", folder=folder).returncode == 0
    heading, *lines = (folder / "CHECKSUM.TXT").read_text(encoding="ascii").splitlines()
    listed = dict(line.split("=") for line in lines)
    assert heading == "[CRC32 Checksum]"
    assert listed == {name: f"{zlib.crc32((folder / name).read_bytes()):08X}" for name in listed}
    assert set(listed) | {"CHECKSUM.MD5", "CHECKSUM.TXT"} == {path.name for path in folder.iterdir()}


@needs("cdrdao")
def test_cdrdao_sees_the_disc_and_reads_it(disc):
    toc = disc.file("toc", "toc")
    shown = run("cdrdao", "show-toc", toc.name, folder=toc.parent)
    read = run("cdrdao", "read-test", toc.name, folder=toc.parent)

    printed = (shown.stdout + shown.stderr).decode("latin-1")
    assert (shown.returncode, read.returncode) == (0, 0), printed
    assert "ERROR" not in printed
    assert f"Read {disc.expected.lead_out - 150} blocks".encode() in read.stdout + read.stderr
    parts = re.split(r"^TRACK +\d+ +Mode", printed, flags=re.MULTILINE)[1:]
    assert len(parts) == len(disc.expected.points)
    assert disc.expected.ean in printed
    for number, (part, points) in enumerate(zip(parts, disc.expected.points, strict=True), start=1):
        assert int(re.search(r"START .*\( *(\d+)\)", part)[1]) + 150 == points.start
        assert [parse_msf(at) + 150 for at in re.findall(r"INDEX +\d+ (\S{8})", part)] == list(points.indexes)
        pause = re.search(r"PREGAP .*\( *(\d+)\)", part)
        first = points.pause if number > 1 else 150
        assert (int(pause[1]) if pause else 0) == (0 if first is None else points.start - first)
        isrc_found = re.search(r"ISRC ([A-Z0-9 ]+)", part)
        assert (isrc_found[1].replace(" ", "").strip() if isrc_found else "") == points.isrc
        assert ("COPY PERMITTED" in part) == points.may_copy
        assert bool(re.search(r"^ +PRE-EMPHASIS", part, re.MULTILINE)) == points.has_emphasis


@needs("bchunk")
def test_bchunk_cuts_the_raw_image(disc, tmp_path):
    """It takes the last index of a track for its start, so the sub-indexes are taken out of a copy of the sheet."""
    sheet = disc.file("bin", "cue").read_text(encoding="latin-1")
    kept = [line for line in sheet.splitlines() if not re.match(r" *INDEX (0[2-9]|[1-9]\d)", line)]
    (tmp_path / "disc.cue").write_text("\n".join(kept) + "\n", encoding="latin-1")

    made = run("bchunk", "-w", str(disc.file("bin", "bin")), "disc.cue", "t", folder=tmp_path)

    assert made.returncode == 0, made.stderr
    points = disc.expected.points
    for number, (one, following) in enumerate(zip(points, (*points[1:], None), strict=True), start=1):
        end = disc.expected.lead_out
        if following is not None:
            end = following.start if following.pause is None else following.pause
        assert samples(tmp_path / f"t{number:02}.wav") == disc.span(one.start, end)


@needs("cuebreakpoints", "shnsplit")
def test_shntool_cuts_the_wav(disc, tmp_path):
    sheet, sound = disc.file("cue", "cue"), disc.file("cue", "wav")
    printed = run("cuebreakpoints", str(sheet), folder=tmp_path).stdout.decode().split()
    cuts = [points.start for points in disc.expected.points[1:]]
    if not cuts:
        return

    assert [
        parse_msf(f"{int(m):02}:{rest.replace('.', ':')}") + 150 for m, rest in (p.split(":") for p in printed)
    ] == cuts
    made = run("shnsplit", "-q", "-f", str(sheet), "-o", "wav", "-a", "s", str(sound), folder=tmp_path)
    assert made.returncode == 0, made.stderr
    # What is hidden before track 1 becomes a piece of its own.
    edges = sorted({150, *(points.start for points in disc.expected.points), disc.expected.lead_out})
    pieces = sorted(tmp_path.glob("s*.wav"))
    assert [samples(path) for path in pieces] == [disc.span(a, b) for a, b in itertools.pairwise(edges)]


def test_sheets_tell_flags_codes_and_every_index(disc):
    """The lines of both CUE sheets, in A-times and counted from 00:02:00."""
    for form, origin in (("bin", 0), ("cue", 150)):
        lines = disc.file(form, "cue").read_text(encoding="latin-1").splitlines()
        assert any(line == f"CATALOG {disc.expected.ean}" for line in lines) == bool(disc.expected.ean)
        found = [line.split()[1:] for line in lines if line.split()[:1] == ["INDEX"]]
        meant = []
        for points in disc.expected.points:
            pause = None if points.pause is None else max(points.pause, origin)
            if pause is not None and pause < points.start:
                meant.append(["00", format_msf(pause - origin)])
            meant += [[f"{n:02}", format_msf(at - origin)] for n, at in enumerate((points.start, *points.indexes), 1)]
        assert found == meant


def test_flags_of_the_disc_are_in_every_form(built_cases):
    (disc,) = built_cases("flags")
    pq = (disc.folder / "ddp/PQDESCR").read_bytes()
    control = {pq[at + 4 : at + 6]: pq[at + 16 : at + 18] for at in range(64, len(pq), 64)}
    cue = disc.file("cue", "cue").read_text(encoding="latin-1")

    assert control == {b"01": b"01", b"02": b"21", b"03": b"0S", b"04": b"11", b"AA": b"01"}
    assert re.findall(r"FLAGS (.*)\r?\n", cue) == ["DCP", "SCMS", "PRE"]


@needs("cdrskin")
def test_cd_text_in_two_languages_with_every_kind_of_text(built_cases):
    (disc,) = built_cases("flags")

    printed = run("cdrskin", "textfile_to_v07t=CDTEXT.BIN", folder=disc.folder / "ddp").stdout.decode("latin-1")

    english, german = [{
        line.split("=", 1)[0].strip(): line.split("=", 1)[1].strip() for line in sheet.splitlines() if "=" in line
    } for sheet in printed.split("Input Sheet Version")[1:]]  # fmt: skip
    assert (english["Language Code"], german["Language Code"]) == ("English", "German")
    assert (english["Track 01 Title"], german["Track 01 Title"]) == ("Piece 1", "Stück 1")
    assert (english["Track 01 Composer"], english["Track 02 Arranger"]) == ("Jo Hale", "Jo Hale")
    assert english["Track 03 Message"] == "Hello"
    for sheet in (english, german):
        assert (sheet["Catalog Number"], sheet["UPC / EAN"], sheet["ISRC 04"]) == ("LTR014", "4006381333931", isrc(4))


def test_discs_of_a_set_have_their_own_titles(built_cases):
    titles = []
    for disc in built_cases("set"):
        cue = disc.file("cue", "cue")
        titles.append(re.findall(r'^TITLE "(.*)"', cue.read_text(encoding="latin-1"), re.MULTILINE)[0])
        assert cue.stem == f"LTR014-{len(titles)}"
    assert titles == ["Outward", "Home"]


@needs("cdrskin")
def test_japanese_beside_english_reads_back_in_two_byte_letters(new_studio):
    studio = new_studio()
    studio.record("a.wav", music(5, RATE, 1, peak=0.3), RATE, 16)
    first = track(1, "a.wav", writers=[{"name": "Jo Hale", "role": "composer"}])
    first["translations"] = {"ja": {"title": "航跡", "composer": "ジョー・ヘイル"}}
    studio.write(
        tracks=[first],
        targets={"cd": {"text": {"languages": ["en", "ja"]}, "player": False, "dither": "none"}},
        release={
            "title": "Night Ferry",
            "artist": "The Harbour Lights",
            "translations": {"ja": {"title": "夜のフェリー", "artist": "港の灯"}},
        },
    )
    built = studio.build()

    printed = run("cdrskin", "textfile_to_v07t=CDTEXT.BIN", folder=built.folder / "cd/ddp").stdout

    japanese = printed.split(b"Input Sheet Version")[2].decode("cp932")
    for name, value in {
        "Language Code": "Japanese",
        "Album Title": "夜のフェリー",
        "Artist Name": "港の灯",
        "Track 01 Title": "航跡",
        "Track 01 Artist": "港の灯",
        "Track 01 Composer": "ジョー・ヘイル",
    }.items():
        assert re.search(rf"^{name} *= {value}$", japanese, re.MULTILINE), (name, japanese)
    assert shutil.which("cdrskin")
