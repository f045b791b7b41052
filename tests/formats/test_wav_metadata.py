"""bext, axml and INFO: bytes spelled out, round trips, and what other programs read."""

import json
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wavinfo import WavInfoReader

from release.audio.writer import WavWriter
from release.formats.axml import axml_chunk, read_isrc
from release.formats.bext import (
    BextChunk,
    bext_chunk,
    decode_loudness,
    encode_loudness,
    fit_ascii,
    format_coding_line,
)
from release.formats.info import InfoList, info_chunk
from release.formats.riff import parse_chunks
from release.model.measurement import Loudness

HISTORY = "A=PCM,F=96000,W=24,M=stereo,T=release\r\n"
BEXT = BextChunk(
    description="The Harbour Lights - Tide",
    originator="release-audio",
    originator_reference="GBLTR2600002",
    origination_date="2026-12-04",
    origination_time="12:34:56",
    time_reference_samples=0x1_2345_6789,
    umid=bytes(range(64)),
    loudness_lufs=-14.03,
    range_lu=7.5,
    max_true_peak_dbtp=-1.0,
    max_momentary_lufs=None,
    max_short_term_lufs=-11.256,
    coding_history=HISTORY,
)


def test_bext_is_these_bytes():
    data = BEXT.to_bytes()

    assert len(data) == 602 + len(HISTORY)
    assert data[0:256] == b"The Harbour Lights - Tide".ljust(256, b"\0")
    assert data[256:288] == b"release-audio".ljust(32, b"\0")
    assert data[288:320] == b"GBLTR2600002".ljust(32, b"\0")
    assert data[320:338] == b"2026-12-0412:34:56"
    assert data[338:348].hex() == "89674523010000000200"  # time reference low, high; version 2
    assert data[348:412] == bytes(range(64))
    assert data[412:422].hex() == "85faee029cffff7f9afb"  # -1403, 750, -100, unknown, -1126
    assert data[422:602] == bytes(180)
    assert data[602:] == HISTORY.encode()


ASCII = st.text(st.characters(codec="ascii", exclude_characters="\0"))
HUNDREDTHS = st.none() | st.integers(-32768, 32766).map(lambda n: n / 100.0)
BEXTS = st.builds(
    BextChunk,
    description=ASCII.map(lambda t: t[:256]),
    originator=ASCII.map(lambda t: t[:32]),
    origination_date=st.just("2026-01-31"),
    time_reference_samples=st.integers(0, 2**64 - 1),
    umid=st.just(b"") | st.binary(min_size=64, max_size=64).filter(any),
    loudness_lufs=HUNDREDTHS,
    range_lu=HUNDREDTHS,
    max_true_peak_dbtp=HUNDREDTHS,
    max_momentary_lufs=HUNDREDTHS,
    max_short_term_lufs=HUNDREDTHS,
    coding_history=ASCII,
)


@given(BEXTS)
def test_bext_survives_bytes(bext):
    assert BextChunk.from_bytes(bext.to_bytes()) == bext


def test_bext_of_version_1_has_no_loudness():
    data = bytearray(BEXT.to_bytes())
    data[346] = 1

    assert BextChunk.from_bytes(bytes(data)).loudness_lufs is None


@pytest.mark.parametrize(
    "fields",
    [
        {"description": "x" * 257},
        {"description": "Déjà vu"},
        {"originator": "a\0b"},
        {"umid": b"short"},
        {"time_reference_samples": -1},
    ],
)
def test_bext_refuses_what_it_cannot_hold(fields):
    with pytest.raises(ValueError):
        BextChunk(**fields)


def test_bext_cut_short_is_refused():
    with pytest.raises(ValueError, match="602"):
        BextChunk.from_bytes(bytes(601))


@pytest.mark.parametrize(
    ("value", "stored"),
    [(-23.0, -2300), (-14.005, -1401), (0.004, 0), (None, 0x7FFF), (float("-inf"), 0x7FFF), (400.0, 0x7FFF)],
)
def test_loudness_fields(value, stored):
    assert encode_loudness(value) == stored
    assert decode_loudness(0x7FFF) is None


def test_coding_lines():
    assert format_coding_line(rate_hz=96_000, bits=24, channels=2, text="release") == HISTORY
    assert format_coding_line(rate_hz=44_100, bits=16, channels=1) == "A=PCM,F=44100,W=16,M=mono\r\n"
    with pytest.raises(ValueError, match="no commas"):
        format_coding_line(rate_hz=44_100, bits=16, channels=1, text="a,b")


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("Déjà vu", "Deja vu"),
        ("Sigur Rós – Ágætis", "Sigur Ros - Agaetis"),
        ("夜のフェリー", "??????"),
        ("Straße “Nord”", 'Strasse "Nord"'),
        ("plain\n", "plain"),
    ],
)
def test_ascii_texts(text, ascii_text):
    assert fit_ascii(text, 40) == ascii_text
    assert len(fit_ascii(text, 3)) <= 3


@given(st.text())
def test_any_text_fits(text):
    BextChunk(description=fit_ascii(text, 256), originator=fit_ascii(text, 32))


AXML = axml_chunk("GB-LTR-26-00002")


def test_axml_names_the_isrc_as_ebu_core():
    text = AXML.data.decode()

    assert AXML.id == b"axml"
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<ebucore:ebuCoreMain xmlns:dc=')
    assert "<dc:identifier>ISRC:GBLTR2600002</dc:identifier>" in text
    assert read_isrc(AXML.data) == "GBLTR2600002"


@pytest.mark.parametrize(
    ("data", "isrc"),
    [
        (b"<x:identifier>ISRC: GB-LTR-26-00002</x:identifier>", "GBLTR2600002"),
        (b"<identifier>ISRC:GBLTR260000</identifier>", None),
        (b"<identifier>ISRC:GBLTR26000021</identifier>", None),
        (b"\xff\xfe", None),
    ],
)
def test_axml_of_other_writers(data, isrc):
    assert read_isrc(data) == isrc


def test_axml_refuses_what_is_no_isrc():
    with pytest.raises(ValueError, match="not an ISRC"):
        axml_chunk("GBLTR26<0002>")


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="needs xmllint (Debian package libxml2-utils)")
def test_axml_is_well_formed():
    subprocess.run(["xmllint", "--noout", "-"], input=AXML.data, check=True)


def test_info_is_these_bytes():
    chunk = info_chunk([("INAM", "Tide"), ("IART", ""), ("ITRK", "2")])

    assert chunk.to_bytes().hex() == (
        "4c495354"
        "1c000000"
        "494e464f"  # LIST, 28 bytes, INFO
        "494e414d"
        "05000000"
        "5469646500"
        "00"  # INAM, 5 bytes, "Tide", NUL, pad
        "4954524b"
        "02000000"
        "3200"  # ITRK, 2 bytes, "2", NUL
    )


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(st.text(st.characters(codec="ascii"), min_size=4, max_size=4), TEXTS), max_size=5).map(tuple))
def test_info_survives_bytes(entries):
    assert InfoList.from_bytes(InfoList(entries).to_chunk().data).entries == entries


def test_info_of_old_writers():
    old = InfoList.from_bytes(b"INFOINAM\x05\0\0\0D\xe9j\xe0\0\0")

    assert old.get("INAM") == "Déjà"
    assert old.get("IART") is None
    with pytest.raises(ValueError, match="no INFO"):
        InfoList.from_bytes(b"adtl")


@pytest.fixture(scope="module")
def tagged(tmp_path_factory):
    """A WAV with all three chunks, as a release writes it."""
    path = tmp_path_factory.mktemp("tagged") / "a.wav"
    info = info_chunk([("INAM", "Tide"), ("IART", "The Harbour Lights"), ("IPRD", "Night Ferry"), ("ITRK", "2")])
    chunks = [BEXT.to_chunk(), AXML, info]
    with WavWriter(path, 96_000, 2, chunks_before=chunks, n_samples_expected=9600) as writer:
        writer.write_ints(np.zeros((9600, 2), np.int32))
    return path


def test_no_chunk_before_the_audio_is_odd(tagged):
    """libsndfile loses its way in RF64, and shntool in any WAV, after a chunk with a pad byte."""
    sizes = [len(chunk.data) for chunk in parse_chunks(tagged.read_bytes()[12:])]

    assert len(sizes) == 5
    assert all(size % 2 == 0 for size in sizes)


def test_wavinfo_reads_it(tagged):
    read = WavInfoReader(str(tagged))

    assert (read.bext.description, read.bext.originator) == (BEXT.description, BEXT.originator)
    assert (read.bext.originator_ref, read.bext.originator_date) == ("GBLTR2600002", "2026-12-04")
    assert read.bext.time_reference == BEXT.time_reference_samples
    assert read.bext.version == 2
    assert read.bext.loudness_value == pytest.approx(-14.03)
    assert read.bext.loudness_range == pytest.approx(7.5)
    assert read.bext.max_true_peak == pytest.approx(-1.0)
    assert read.bext.coding_history.strip() == HISTORY.strip()
    assert (read.info.title, read.info.artist, read.info.product) == ("Tide", "The Harbour Lights", "Night Ferry")


@pytest.mark.skipif(shutil.which("sndfile-info") is None, reason="needs sndfile-info (Debian package sndfile-programs)")
def test_libsndfile_reads_it(tagged):
    printed = subprocess.run(["sndfile-info", "--broadcast", tagged], check=True, capture_output=True, text=True).stdout
    log = subprocess.run(["sndfile-info", tagged], check=True, capture_output=True, text=True).stdout

    assert BEXT.description in printed
    assert [line.split()[1] for line in log.splitlines() if "***" in line] == ["axml"]  # which it does not know


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe (Debian package ffmpeg)")
def test_ffmpeg_reads_it(tagged):
    printed = subprocess.run(
        ["ffprobe", "-v", "error", "-show_format", "-of", "json", tagged], check=True, capture_output=True
    ).stdout
    tags = json.loads(printed)["format"]["tags"]

    assert (tags["title"], tags["artist"], tags["track"]) == ("Tide", "The Harbour Lights", "2")
    assert tags["originator_reference"] == "GBLTR2600002"
    assert tags["time_reference"] == str(BEXT.time_reference_samples)
    assert tags["coding_history"] == HISTORY


@pytest.mark.skipif(shutil.which("mediainfo") is None, reason="needs mediainfo (Debian package mediainfo)")
def test_mediainfo_reads_it(tagged):
    printed = subprocess.run(["mediainfo", "--Output=JSON", tagged], check=True, capture_output=True, text=True).stdout
    general = json.loads(printed)["media"]["track"][0]

    assert general["Title"] == "Tide"
    assert "IsTruncated" not in printed
    assert general["Encoded_Library_Settings"].startswith("A=PCM") or "A=PCM" in printed


def test_the_chunk_of_a_deliverable():
    chunk = bext_chunk(
        description="Déjà vu",
        originator="release-audio",
        originator_reference="",
        origination_date="2026-12-04",
        time_reference=96_000,
        loudness=Loudness(-14.0, None, -11.0, -10.0, -1.0, -1.2),
        coding_history=["A=PCM,F=96000,W=24,M=stereo", "A=PCM,F=44100,W=16,M=stereo"],
    )

    read = BextChunk.from_bytes(chunk.data)

    assert (read.description, read.loudness_lufs, read.range_lu) == ("Deja vu", -14.0, None)
    assert read.coding_history == "A=PCM,F=96000,W=24,M=stereo\r\nA=PCM,F=44100,W=16,M=stereo\r\n"
