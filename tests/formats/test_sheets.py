"""CUE and TOC sheets through cdrdao, bchunk, shntool, cuetools and flac: times, codes and samples equal ours."""

import re
import shutil
import subprocess
import wave
from dataclasses import replace

import pytest
from disc_examples import WORKED_EXAMPLE, discs, image_bytes, track
from hypothesis import HealthCheck, Phase, given, settings

from release.formats.cue import CueError, cue_faults, disc_from_cue, format_cue, parse_cue
from release.formats.sheet_text import sheet_replacements
from release.formats.toc import format_toc
from release.formats.toc_reader import toc_faults
from release.model.disc import Copy, Disc, DiscText, TextBlock
from release.model.disc_compare import compare_disc
from release.units import format_msf, parse_msf


def needs(program, package):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program} (Debian package {package})")


RICH = Disc(
    tracks=(
        track(1, 150, pause=0, isrc="GBLTR2600001", text=DiscText("Départ", "The Band", "Jo Hale")),
        track(2, 1050, isrc="GBLTR2600002", copy=Copy.PERMITTED, text=DiscText("Tide", "The Band", "Jo Hale")),
        track(3, 1875, pause=1700, has_pre_emphasis=True, text=DiscText("Coda", "The Band", "Jo Hale")),
        track(4, 2200, pause=2199, copy=Copy.SCMS, text=DiscText("End", "The Band", "Jo Hale")),
    ),
    lead_out_cd_frames=2600,
    ean="4006381333931",
    text=DiscText("Night Ferry", "The Band"),
)


SPOKEN = replace(
    RICH,
    text_blocks=(TextBlock("en", RICH.text, tuple(t.text for t in RICH.tracks)),),
)


def _write(folder, disc):
    image = image_bytes(disc)
    (folder / "IMAGE.DAT").write_bytes(image)
    (folder / "image.cue").write_bytes(format_cue(disc, "IMAGE.DAT", "image"))
    (folder / "disc.cue").write_bytes(format_cue(disc, "disc.wav", "programme"))
    (folder / "image.toc").write_bytes(format_toc(disc, "IMAGE.DAT", "image"))
    (folder / "disc.toc").write_bytes(format_toc(disc, "disc.wav", "programme"))
    with wave.open(str(folder / "disc.wav"), "wb") as file:
        file.setparams((2, 2, 44100, 0, "NONE", ""))
        file.writeframes(image[150 * 2352 :])
    return image


def _run(*words, folder):
    return subprocess.run(words, cwd=folder, capture_output=True, check=False)


def _samples(path):
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())


def test_image_sheet_is_the_recommended_form():
    assert format_cue(RICH, "IMAGE.DAT", "image").decode("latin-1").split("\r\n")[:24] == [
        "CATALOG 4006381333931",
        'TITLE "Night Ferry"',
        'PERFORMER "The Band"',
        'FILE "IMAGE.DAT" BINARY',
        "  TRACK 01 AUDIO",
        '    TITLE "Départ"',
        '    PERFORMER "The Band"',
        '    SONGWRITER "Jo Hale"',
        "    ISRC GBLTR2600001",
        "    INDEX 00 00:00:00",
        "    INDEX 01 00:02:00",
        "  TRACK 02 AUDIO",
        '    TITLE "Tide"',
        '    PERFORMER "The Band"',
        '    SONGWRITER "Jo Hale"',
        "    FLAGS DCP",
        "    ISRC GBLTR2600002",
        "    INDEX 01 00:14:00",
        "  TRACK 03 AUDIO",
        '    TITLE "Coda"',
        '    PERFORMER "The Band"',
        '    SONGWRITER "Jo Hale"',
        "    FLAGS PRE",
        "    INDEX 00 00:22:50",
    ]


@pytest.mark.parametrize(
    ("start", "lines"),
    [(150, ["INDEX 01 00:00:00"]), (375, ["INDEX 00 00:00:00", "INDEX 01 00:03:00"])],
)
def test_programme_sheet_leaves_the_first_two_seconds_out(start, lines):
    disc = Disc((track(1, start, pause=0),), 900)
    text = format_cue(disc, "a.wav", "programme").decode()
    assert [line.strip() for line in text.splitlines() if "INDEX" in line] == lines


def test_what_a_sheet_cannot_write_is_replaced_and_told():
    disc = replace(RICH, text=DiscText('The "Ferry" – 夜', "x" * 300))
    told = {(r.track, r.field): r.used for r in sheet_replacements(disc)}
    assert told == {(0, "title"): "The 'Ferry' -", (0, "performer"): "x" * 200}
    sheet = format_cue(disc, "IMAGE.DAT", "image").decode("latin-1")
    assert "TITLE \"The 'Ferry' -\"" in sheet
    assert max(map(len, sheet.splitlines())) <= 254
    assert sheet_replacements(RICH) == ()


@given(discs(most_tracks=12))
@settings(max_examples=40, deadline=None)
def test_random_discs_come_back_from_their_sheets(disc):
    for kind, origin in (("image", 0), ("programme", 150)):
        sheet = parse_cue(format_cue(disc, "x", kind))
        read = disc_from_cue(sheet, disc.lead_out_cd_frames - origin, kind)
        assert compare_disc(replace(disc, text_blocks=(), catalogue=""), read) == []


@given(discs(most_tracks=12))
@settings(max_examples=40, deadline=None)
def test_random_discs_come_back_from_their_toc(disc):
    assert toc_faults(disc, format_toc(disc, "IMAGE.DAT", "image"), "image") == []
    assert toc_faults(disc, format_toc(disc, "a b.wav", "programme"), "programme") == []


def test_what_does_not_read_back_is_named():
    cue, toc = format_cue(RICH, "a.wav", "programme"), format_toc(SPOKEN, "a.wav", "programme")
    assert cue_faults(RICH, cue, 2450, "programme") == []
    assert toc_faults(SPOKEN, toc, "programme") == []
    for old, new in (
        (b"GBLTR2600002", b"GBLTR2600009"),
        (b"Tide", b"Side"),
        (b"00:27:24", b"00:27:23"),
        (b"4006", b"4007"),
    ):
        if old in cue:
            assert len(cue_faults(RICH, cue.replace(old, new), 2450, "programme")) == 1
    for old, new in (
        (b"GBLTR2600002", b"GBLTR2600009"),
        (b"Tide", b"Side"),
        (b"START 00:02:25", b"START 00:02:24"),
        (b"4006", b"4007"),
    ):
        assert old in toc
        assert len(toc_faults(SPOKEN, toc.replace(old, new), "programme")) == 1
    assert "does not begin" in toc_faults(SPOKEN, toc.replace(b"00:12:00 ", b"00:12:01 ", 1), "programme")[0]
    assert "not understood" in toc_faults(SPOKEN, toc + b"WHAT\n", "programme")[0]


@pytest.mark.parametrize(
    ("sheet", "match"),
    [
        (b"TRACK 01 AUDIO", "line 1: .*before any FILE"),
        (b'FILE "a" WAVE\nTRACK xx AUDIO', "line 2"),
        (b'FILE "a" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:60:00', "line 3: .*seconds run to 59"),
        (b'FILE "a" WAVE\nTRACK 01 AUDIO\nINDEX 01', "line 3"),
    ],
)
def test_broken_sheets_are_refused_by_line(sheet, match):
    with pytest.raises(CueError, match=match):
        parse_cue(sheet)


def test_sheets_of_others_are_read():
    sheet = parse_cue(
        b'\xef\xbb\xbfREM GENRE Folk\nPERFORMER "Ana"\nFILE "a b.wav" WAVE\n  TRACK 01 AUDIO\n    isrc gb-ltr-26-00001\n'
        b"    PREGAP 00:02:00\n    INDEX 01 00:00:00\n    COMPOSER Bach\n    XYZ 1\n"
    )
    assert sheet.files[0].name == "a b.wav"
    assert sheet.texts.performer == "Ana"
    assert sheet.tracks[0].isrc == "GBLTR2600001"
    assert sheet.tracks[0].texts.composer == "Bach"
    assert sheet.remarks == ("GENRE Folk",)
    assert sheet.unknown == ((9, "XYZ 1"),)
    with pytest.raises(CueError, match="not in the file"):
        disc_from_cue(sheet, 900, "programme")


def _show_toc(folder, sheet):
    run = _run("cdrdao", "show-toc", sheet, folder=folder)
    printed = (run.stdout + run.stderr).decode("latin-1")
    assert run.returncode == 0, printed
    assert "ERROR" not in printed
    return printed


def _cdrdao_points(printed):
    """(pause, start) of each track as logical addresses, and the end of the last one."""
    tracks = re.split(r"^TRACK", printed, flags=re.MULTILINE)[1:]
    points = []
    for part in tracks:
        pause = re.search(r"PREGAP .*\( *(\d+)\)", part)
        start = int(re.search(r"START .*\( *(\d+)\)", part)[1])
        points.append((int(pause[1]) if pause else 0, start))
    return points, int(re.findall(r"END .*\( *(\d+)\)", printed)[-1])


@needs("cdrdao", "cdrdao")
@pytest.mark.parametrize("sheet", ["image.toc", "disc.toc", "disc.cue"])
def test_cdrdao_sees_the_same_disc(tmp_path, sheet):
    disc = RICH
    _write(tmp_path, disc)
    printed = _show_toc(tmp_path, sheet)
    points, end = _cdrdao_points(printed)
    # cdrdao counts logical addresses: A-time minus 150.
    assert [start for _, start in points] == [t.start_cd_frames - 150 for t in disc.tracks]
    assert [pause for pause, _ in points] == [0, *(t.pause_cd_frames for t in disc.tracks[1:])]
    assert end == disc.lead_out_cd_frames - 150
    assert "4006381333931" in printed
    assert printed.count("GB LTR 26") == 2
    assert printed.count("COPY PERMITTED") == 1
    assert len(re.findall(r"^ +PRE-EMPHASIS", printed, re.MULTILINE)) == 1
    size = _run("cdrdao", "toc-size", sheet, folder=tmp_path)
    assert int(size.stdout.split()[-1]) == disc.lead_out_cd_frames - 150


@needs("cdrdao", "cdrdao")
def test_cdrdao_reads_every_sector_and_takes_the_texts(tmp_path):
    texts = DiscText('A "quoted" \\ title', "Zoë", "S", "C", "R", "M")
    block = replace(WORKED_EXAMPLE.text_blocks[0], album=texts, tracks=(texts, texts))
    disc = replace(WORKED_EXAMPLE, text_blocks=(block,))
    disc = replace(disc, tracks=(disc.tracks[0], replace(disc.tracks[1], indexes=(750, 900, 1000))))
    _write(tmp_path, disc)
    for sheet in ("image.toc", "disc.toc"):
        printed = _show_toc(tmp_path, sheet)
        assert re.findall(r"INDEX +\d+ .*\( *(\d+)\)", printed) == ["750", "850"]
        run = _run("cdrdao", "read-test", sheet, folder=tmp_path)
        assert run.returncode == 0
        assert b"Read 1350 blocks" in run.stdout + run.stderr


@needs("toc2cue", "cdrdao")
def test_toc2cue_makes_our_times_of_the_toc(tmp_path):
    _write(tmp_path, RICH)
    assert _run("toc2cue", "disc.toc", "theirs.cue", folder=tmp_path).returncode == 0
    theirs = parse_cue((tmp_path / "theirs.cue").read_bytes())
    ours = parse_cue((tmp_path / "disc.cue").read_bytes())
    assert [t.indexes for t in theirs.tracks] == [t.indexes for t in ours.tracks]


@needs("bchunk", "bchunk")
def test_bchunk_cuts_the_image_where_we_do(tmp_path):
    image = _write(tmp_path, RICH)
    assert _run("bchunk", "-w", "IMAGE.DAT", "image.cue", "t", folder=tmp_path).returncode == 0
    for t in RICH.tracks:
        end = RICH.track_end_cd_frames(t.number, with_pause=False)
        expected = image[t.start_cd_frames * 2352 : end * 2352]
        assert _samples(tmp_path / f"t{t.number:02}.wav") == expected


@needs("shnsplit", "shntool")
@needs("cuebreakpoints", "cuetools")
def test_shntool_cuts_the_wav_where_we_do(tmp_path):
    image = _write(tmp_path, RICH)
    printed = _run("cuebreakpoints", "disc.cue", folder=tmp_path).stdout.decode()
    points = [150 + parse_msf(line.replace(".", ":")) for line in printed.split()]
    assert points == [t.start_cd_frames for t in RICH.tracks[1:]]
    run = _run("shnsplit", "-q", "-f", "disc.cue", "-o", "wav", "disc.wav", folder=tmp_path)
    assert run.returncode == 0, run.stderr
    for t in RICH.tracks:
        expected = image[t.start_cd_frames * 2352 : RICH.track_end_cd_frames(t.number) * 2352]
        assert _samples(tmp_path / f"split-track{t.number:02}.wav") == expected


@needs("metaflac", "flac")
def test_flac_takes_the_sheet_as_red_book(tmp_path):
    disc = replace(RICH, tracks=(replace(RICH.tracks[0], indexes=(150, 400, 500)), *RICH.tracks[1:]))
    _write(tmp_path, disc)
    run = _run("flac", "-s", "-f", "--cuesheet=disc.cue", "disc.wav", "-o", "o.flac", folder=tmp_path)
    assert run.returncode == 0, run.stderr
    printed = _run("metaflac", "--list", "--block-type=CUESHEET", "o.flac", folder=tmp_path).stdout.decode()
    assert "media catalog number: 4006381333931" in printed
    assert "is CD: true" in printed
    assert re.findall(r"ISRC: (\w+)", printed) == ["GBLTR2600001", "GBLTR2600002"]
    found = [
        (int(track_offset) + int(offset)) // 588 + 150
        for track_offset, body in re.findall(
            r"^    track\[.*?offset: (\d+)\n(.*?)(?=^    track|\Z)", printed, re.MULTILINE | re.DOTALL
        )
        for offset in re.findall(r"index\[\d+\]\n +offset: (\d+)", body)
    ]
    expected = []
    for t in disc.tracks:
        pause = [t.index00_cd_frames] if t.index00_cd_frames else []
        expected += [*pause, *t.indexes]
    assert found == expected


@needs("cdrdao", "cdrdao")
@given(disc=discs(most_tracks=20))
@settings(
    max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_discs_through_cdrdao(tmp_path, disc):
    with (tmp_path / "IMAGE.DAT").open("wb") as file:
        file.truncate(disc.lead_out_cd_frames * 2352)
    (tmp_path / "d.toc").write_bytes(format_toc(disc, "IMAGE.DAT", "image"))
    printed = _show_toc(tmp_path, "d.toc")
    points, end = _cdrdao_points(printed)
    assert [start + 150 for _, start in points] == [t.start_cd_frames for t in disc.tracks]
    assert end + 150 == disc.lead_out_cd_frames
    indexes = [parse_msf(text) + 150 for text in re.findall(r"INDEX +\d+ (\d\d:\d\d:\d\d)", printed)]
    assert indexes == [at for t in disc.tracks for at in t.indexes[1:]]


def test_disc_id_arithmetic_of_musicbrainz():
    discid = pytest.importorskip("discid", reason="needs discid and libdiscid (Debian package libdiscid0)")
    starts = [t.start_cd_frames for t in WORKED_EXAMPLE.tracks]
    made = discid.put(1, len(starts), WORKED_EXAMPLE.lead_out_cd_frames, starts)
    assert made.id == "llcCJPhlZQDsI0RdJHuh2ibsiMk-"


def test_times_of_the_toc_are_those_of_the_pq_list():
    toc = format_toc(WORKED_EXAMPLE, "IMAGE.DAT", "image").decode()
    second = WORKED_EXAMPLE.tracks[1]
    begin, length = format_msf(second.first_point_cd_frames), format_msf(1500 - 675)
    assert f'FILE "IMAGE.DAT" SWAP {begin} {length}\nSTART 00:01:00' in toc
    assert 'FILE "IMAGE.DAT" SWAP 00:02:00 00:07:00' in toc
