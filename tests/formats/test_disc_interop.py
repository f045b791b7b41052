"""Random legal discs, 1 to 99 tracks with every feature, over an image that takes no room.

What we write goes through our reader and through programs of others: cdrdao (TOC), toc2cue, libcdio (CUE and CD-TEXT),
cdrskin (CD-TEXT), libdiscid (table of contents). Times, codes, flags, indexes and texts have to come back from each.
"""

import ctypes
import ctypes.util
import re
import shutil
import subprocess
from dataclasses import fields, replace

import pytest
from disc_examples import discs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from release.formats.cdtext import encode_packs, text_problems
from release.formats.cdtext_tables import GENRES, LANGUAGES
from release.formats.cue import cue_faults, format_cue, parse_cue
from release.formats.ddp.equations import set_findings
from release.formats.ddp.reader import SetFiles, inspect_set
from release.formats.ddp.writer import write_control_files
from release.formats.sheet_text import sheet_replacements
from release.formats.toc import format_toc
from release.formats.toc_reader import toc_faults
from release.model.disc import Copy, DiscText, TextBlock
from release.model.disc_compare import compare_disc
from release.model.disc_limits import LAST_CD_FRAME, limits
from release.model.finding import Status
from release.units import parse_msf

TEXTS = tuple(field.name for field in fields(DiscText))
LATIN = "ABCdef ÀÖßéÿ0123&'!?,.-"
WIDE = "夜のフェリー港灯波間Ａｂ１"


def needs(program, package):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program} (Debian package {package})")


def needs_library(name, package):
    return pytest.mark.skipif(
        ctypes.util.find_library(name) is None, reason=f"needs lib{name} (Debian package {package})"
    )


@st.composite
def text_blocks(draw, disc):
    """Blocks in up to three languages, every kind of text or only some, with or without further packs."""
    languages = draw(st.lists(st.sampled_from(["en", "de", "fr", "ja"]), unique=True, max_size=3))
    codes = draw(st.booleans())
    blocks = []
    for language in languages:
        alphabet = WIDE if language == "ja" else LATIN
        # One language has 3024 bytes for everything: the more tracks, the shorter the words.
        word = st.text(alphabet, min_size=1, max_size=max(1, 200 // (len(disc.tracks) + 8)))
        words = [draw(word).strip() or alphabet[0] for _ in range(4)]
        kinds = draw(st.lists(st.sampled_from(TEXTS), unique=True, max_size=6)) if len(disc.tracks) < 20 else ["title"]
        made = [
            DiscText(**{kind: words[(number * 7 + place) % 4] for place, kind in enumerate(sorted(kinds))})
            for number in range(len(disc.tracks) + 1)
        ]
        blocks.append(
            TextBlock(
                language,
                made[0],
                tuple(made[1:]),
                charset="ms-jis" if language == "ja" else "latin-1",
                disc_id=draw(st.sampled_from(["", "LTR014CD"])),
                genre=draw(st.sampled_from(["", "Rock", "Indie Folk"])),
                ean=disc.ean if codes else "",
                isrcs=tuple(track.isrc for track in disc.tracks) if codes else (),
            )
        )
    return tuple(blocks)


@st.composite
def legal_discs(draw, most_tracks=99):
    """A disc with every feature that the formats have; some of them reach into the ninetieth minute."""
    disc = draw(discs(most_tracks=most_tracks, longest_cd_frames=4400, texts=st.just("")))
    if draw(st.integers(0, 3)) == 0:  # the most indexes that a track can have
        first = disc.tracks[0]
        start = first.start_cd_frames
        disc = replace(disc, tracks=(replace(first, indexes=tuple(range(start, start + 99))), *disc.tracks[1:]))
    disc = replace(disc, text_blocks=draw(text_blocks(disc)), text=DiscText())
    block = disc.text_blocks[0] if disc.text_blocks else None
    if block:
        tracks = tuple(replace(track, text=text) for track, text in zip(disc.tracks, block.tracks, strict=True))
        disc = replace(disc, text=block.album, tracks=tracks)
    assert text_problems(disc.text_blocks) == ()
    assert [b for b in limits(disc) if b.status is Status.FAIL] == []
    assert disc.lead_out_cd_frames <= LAST_CD_FRAME
    return disc


EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def virtual_set(disc):
    """A DDP set whose image is a size and nothing more."""
    small = write_control_files(disc)
    sizes = {name: len(data) for name, data in small.items()} | {"IMAGE.DAT": disc.image_cd_frames * 2352}
    return SetFiles(sizes, small, lambda _, count: bytes(count), lambda *_: {})


@given(disc=legal_discs())
@EXAMPLES
def test_every_disc_comes_back_from_its_own_files(disc):
    files = virtual_set(disc)

    found, findings = inspect_set(files)

    assert found is not None
    assert [str(f) for f in (*findings, *set_findings(found, files, {})) if f.is_error] == []
    assert compare_disc(disc, found.disc) == []
    assert toc_faults(disc, format_toc(disc, "a.bin", "image"), "image") == []
    assert cue_faults(disc, format_cue(disc, "a.bin", "image"), disc.image_cd_frames, "image") == []
    short = disc.image_cd_frames - 150
    assert cue_faults(disc, format_cue(disc, "a.wav", "programme"), short, "programme") == []


def sparse(path, disc):
    with path.open("wb") as file:
        file.truncate(disc.image_cd_frames * 2352)


def run(*words, folder):
    return subprocess.run(words, cwd=folder, capture_output=True, check=False)


@needs("cdrdao", "cdrdao")
@given(disc=legal_discs())
@EXAMPLES
def test_cdrdao_sees_every_disc_as_we_do(tmp_path, disc):
    sparse(tmp_path / "a.bin", disc)
    (tmp_path / "a.toc").write_bytes(format_toc(disc, "a.bin", "image"))

    shown = run("cdrdao", "show-toc", "a.toc", folder=tmp_path)

    printed = (shown.stdout + shown.stderr).decode("latin-1")
    assert shown.returncode == 0, printed
    assert "ERROR" not in printed
    parts = re.split(r"^TRACK +\d+ +Mode", printed, flags=re.MULTILINE)[1:]
    assert len(parts) == len(disc.tracks)
    assert ("CATALOG NUMBER: " + disc.ean in printed) if disc.ean else ("CATALOG" not in printed)
    for part, track in zip(parts, disc.tracks, strict=True):
        # cdrdao counts from A-time 00:02:00.
        assert int(re.search(r"START .*\( *(\d+)\)", part)[1]) + 150 == track.start_cd_frames
        pause = re.search(r"PREGAP .*\( *(\d+)\)", part)
        assert (int(pause[1]) if pause else 0) == track.pause_cd_frames - (150 if track.number == 1 else 0)
        indexes = [parse_msf(at) + 150 for at in re.findall(r"INDEX +\d+ (\d\d:\d\d:\d\d)", part)]
        assert indexes == list(track.indexes[1:])
        isrc = re.search(r"ISRC ([A-Z0-9 ]+)", part)
        assert (isrc[1].replace(" ", "").strip() if isrc else "") == track.isrc
        assert ("COPY PERMITTED" in part) == (track.copy is Copy.PERMITTED)
        assert bool(re.search(r"^ +PRE-EMPHASIS", part, re.MULTILINE)) == track.has_pre_emphasis
    assert int(re.findall(r"END .*\( *(\d+)\)", printed)[-1]) + 150 == disc.lead_out_cd_frames


@needs("toc2cue", "cdrdao")
@given(disc=legal_discs())
@EXAMPLES
def test_toc2cue_makes_our_sheet_of_our_toc(tmp_path, disc):
    sparse(tmp_path / "a.bin", disc)
    (tmp_path / "a.toc").write_bytes(format_toc(disc, "a.bin", "image"))
    (tmp_path / "theirs.cue").unlink(missing_ok=True)

    made = run("toc2cue", "a.toc", "theirs.cue", folder=tmp_path)

    assert made.returncode == 0, made.stderr
    theirs = parse_cue((tmp_path / "theirs.cue").read_bytes())
    # It leaves out codes and sub-indexes, and counts from A-time 00:02:00.
    points = [{index: at + 150 for index, _, at in track.indexes} for track in theirs.tracks]
    assert [point[1] for point in points] == [track.start_cd_frames for track in disc.tracks]
    assert [point.get(0) for point in points[1:]] == [track.index00_cd_frames for track in disc.tracks[1:]]


class LibCdio:
    """libcdio's CUE driver and CD-TEXT decoder."""

    FIELDS = {"title": 0, "performer": 1, "songwriter": 2, "composer": 3, "message": 4, "arranger": 5}  # noqa: RUF012

    def __init__(self):
        lib = self.lib = ctypes.CDLL(ctypes.util.find_library("cdio"))
        pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
        lib.cdio_open_cue.argtypes, lib.cdio_open_cue.restype = [text], pointer
        lib.cdio_destroy.argtypes = [pointer]
        lib.cdio_get_num_tracks.argtypes, lib.cdio_get_num_tracks.restype = [pointer], ctypes.c_uint8
        for name in ("cdio_get_track_lsn", "cdio_get_track_pregap_lsn"):
            getattr(lib, name).argtypes, getattr(lib, name).restype = [pointer, ctypes.c_uint8], ctypes.c_int32
        for name in ("cdio_get_track_copy_permit", "cdio_get_track_preemphasis"):
            getattr(lib, name).argtypes, getattr(lib, name).restype = [pointer, ctypes.c_uint8], number
        lib.cdio_get_track_isrc.argtypes, lib.cdio_get_track_isrc.restype = [pointer, ctypes.c_uint8], pointer
        lib.cdio_get_mcn.argtypes, lib.cdio_get_mcn.restype = [pointer], pointer
        lib.cdtext_init.restype = pointer
        lib.cdtext_data_init.argtypes = [pointer, text, ctypes.c_size_t]
        lib.cdtext_get_const.argtypes, lib.cdtext_get_const.restype = [pointer, number, ctypes.c_uint8], text
        lib.cdtext_destroy.argtypes = [pointer]

    @staticmethod
    def word(address):
        return ctypes.string_at(address).decode() if address else ""


@needs_library("cdio", "libcdio19")
@given(disc=legal_discs())
@EXAMPLES
def test_libcdio_reads_the_image_sheet_as_we_mean_it(tmp_path, disc):
    sparse(tmp_path / "a.bin", disc)
    (tmp_path / "a.cue").write_bytes(format_cue(disc, "a.bin", "image"))
    cdio = LibCdio()

    handle = cdio.lib.cdio_open_cue(str(tmp_path / "a.cue").encode())

    assert handle
    try:
        assert cdio.lib.cdio_get_num_tracks(handle) == len(disc.tracks)
        assert cdio.word(cdio.lib.cdio_get_mcn(handle)) == disc.ean
        for track in disc.tracks:
            n = track.number
            assert cdio.word(cdio.lib.cdio_get_track_isrc(handle, n)) == track.isrc
            assert cdio.lib.cdio_get_track_lsn(handle, n) == track.start_cd_frames
            # CDIO_TRACK_FLAG: 0 false, 1 true
            assert bool(cdio.lib.cdio_get_track_copy_permit(handle, n)) == (track.copy is Copy.PERMITTED)
            assert bool(cdio.lib.cdio_get_track_preemphasis(handle, n)) == track.has_pre_emphasis
    finally:
        cdio.lib.cdio_destroy(handle)


@needs_library("cdio", "libcdio19")
@given(disc=legal_discs())
@EXAMPLES
def test_libcdio_decodes_every_language(disc):
    # One at a time: libcdio 2.1 decodes the texts of one block with the character set of another.
    cdio = LibCdio()
    for block in disc.text_blocks:
        packs = encode_packs([block])
        text = cdio.lib.cdtext_init()

        assert cdio.lib.cdtext_data_init(text, packs, len(packs)) == 0

        for number, texts in enumerate((block.album, *block.tracks)):
            for name, code in cdio.FIELDS.items():
                assert (cdio.lib.cdtext_get_const(text, code, number) or b"").decode() == getattr(texts, name)
        cdio.lib.cdtext_destroy(text)


V07T = {"title": "Title", "performer": "Artist", "songwriter": "Songwriter", "composer": "Composer", "arranger": "Arranger", "message": "Message"}  # fmt: skip


def says_something(block):
    texts = [getattr(text, name) for text in (block.album, *block.tracks) for name in V07T]
    return block.genre_code is not None or any((*texts, block.disc_id, block.genre, block.ean, *block.isrcs))


@needs("cdrskin", "cdrskin")
@given(disc=legal_discs())
@EXAMPLES
def test_cdrskin_prints_every_language(tmp_path, disc):
    if not disc.text_blocks:
        return
    (tmp_path / "CDTEXT.BIN").write_bytes(encode_packs(disc.text_blocks))
    # libburn prints nothing of a block that says nothing: its size packs alone.
    blocks = [block for block in disc.text_blocks if says_something(block)]

    printed = run("cdrskin", "textfile_to_v07t=CDTEXT.BIN", folder=tmp_path).stdout

    sheets = printed.split(b"Input Sheet Version")[1:]
    assert len(sheets) == len(blocks)
    for sheet, block in zip(sheets, blocks, strict=True):
        codec = "cp932" if block.charset == "ms-jis" else "latin-1"
        lines = {
            name.strip(): value[1:]
            for name, value in (line.split("=", 1) for line in sheet.decode(codec).splitlines()[1:] if "=" in line)
        }
        assert lines["Last Track Number"] == str(len(block.tracks))
        assert lines.get("Catalog Number", "") == block.disc_id
        assert lines.get("Genre Information", "") == block.genre
        assert lines.get("UPC / EAN", "") == block.ean
        for number, texts in enumerate(block.tracks, start=1):
            for kind, word in V07T.items():
                assert lines.get(f"Track {number:02} {word}", "").strip() == getattr(texts, kind), (number, kind)
            if block.isrcs:
                assert lines.get(f"ISRC {number:02}", "") == block.isrcs[number - 1]


@given(disc=legal_discs())
@EXAMPLES
def test_libdiscid_makes_the_same_table_of_contents(disc):
    discid = pytest.importorskip("discid", reason="needs discid and libdiscid (Debian package libdiscid0)")
    starts = [track.start_cd_frames for track in disc.tracks]

    made = discid.put(1, len(starts), disc.lead_out_cd_frames, starts)

    assert [track.offset for track in made.tracks] == starts
    ends = [*starts[1:], disc.lead_out_cd_frames]
    assert [track.sectors for track in made.tracks] == [end - start for start, end in zip(starts, ends, strict=True)]
    assert made.toc_string.split()[:3] == ["1", str(len(starts)), str(disc.lead_out_cd_frames)]


def test_the_strategy_reaches_every_feature():
    """Were it to stop making a feature, the tests above would go on passing."""
    seen = set()

    @given(disc=legal_discs())
    @settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def collect(disc):
        seen.update(f"language {block.language}" for block in disc.text_blocks)
        seen.update(f"copy {track.copy}" for track in disc.tracks)
        seen.update(word for word, is_so in {
            "many tracks": len(disc.tracks) > 60,
            "one track": len(disc.tracks) == 1,
            "99 indexes": any(len(t.indexes) == 99 for t in disc.tracks),
            "hidden first": disc.tracks[0].start_cd_frames > 150,
            "pause": any(t.pause_cd_frames for t in disc.tracks[1:]),
            "butt join": any(t.index00_cd_frames is None for t in disc.tracks[1:]),
            "emphasis": any(t.has_pre_emphasis for t in disc.tracks),
            "ean": bool(disc.ean),
            "isrc": any(t.isrc for t in disc.tracks),
            "codes": any(b.isrcs for b in disc.text_blocks),
            "genre": any(b.genre for b in disc.text_blocks),
            "disc id": any(b.disc_id for b in disc.text_blocks),
            "no text": not disc.text_blocks,
            "no replacement": not sheet_replacements(disc),
        }.items() if is_so)  # fmt: skip

    collect()

    assert seen >= {
        "language en",
        "language de",
        "language ja",
        "many tracks",
        "one track",
        "99 indexes",
        "hidden first",
    }
    assert seen >= {"pause", "butt join", "emphasis", "ean", "isrc", "codes", "genre", "disc id", "no text"}
    assert seen >= {f"copy {copy}" for copy in Copy}
    assert {"en", "ja"} <= set(LANGUAGES)
    assert "Rock" in GENRES
