"""CD-TEXT: golden packs, limits, and three outside programs: libburn encodes, libcdio and cdrskin decode."""

import ctypes
import ctypes.util
import shutil
import subprocess
from dataclasses import replace

import pytest
from disc_examples import LATIN, WORKED_EXAMPLE, text_block
from hypothesis import given, settings
from hypothesis import strategies as st

from release.formats.cdtext import (
    CdTextError,
    encode_packs,
    pack_count,
    pack_crc,
    replace_unencodable,
    text_problems,
    unencodable,
)
from release.formats.cdtext_reader import crc_of_pack, decode_packs, to_text_block
from release.formats.cue import format_cue
from release.model.disc import DiscText, TextBlock

GOLDEN = """
80 00 00 00 44 69 73 63 00 54 72 61 63 6b 20 4f 48 04
80 01 01 07 6e 65 00 54 72 61 63 6b 20 54 77 6f 55 c9
80 02 02 09 00 54 72 61 63 6b 20 54 68 72 65 65 e6 6f
80 03 03 0b 00 00 00 00 00 00 00 00 00 00 00 00 5d f7
81 00 04 00 41 72 74 69 73 74 00 41 72 74 69 73 fd 22
81 01 05 05 74 00 41 72 74 69 73 74 00 41 72 74 8c 25
81 03 06 03 69 73 74 00 00 00 00 00 00 00 00 00 62 ac
8f 00 07 00 00 01 03 00 04 03 00 00 00 00 00 00 40 fb
8f 01 08 00 00 00 00 00 00 00 00 03 09 00 00 00 d6 a6
8f 02 09 00 00 00 00 00 09 00 00 00 00 00 00 00 0a 4e
"""
"""Written by cue2ddp 1.1 (cd.md 4.7)."""

JAPANESE = TextBlock(
    "ja", DiscText("夜のフェリー", "港の灯"), (DiscText("出発", "港の灯"), DiscText("", "港の灯")), charset="ms-jis"
)


def _decoded(blocks):
    text = decode_packs(encode_packs(blocks))
    assert text.notes == ()
    return tuple(to_text_block(block) for block in text.blocks)


def test_golden_packs():
    block = text_block(["Track One", "Track Two", "Track Three"], album="Disc", performer="Artist")
    assert encode_packs([block]) == bytes.fromhex(GOLDEN)


def test_optional_packs_come_back():
    block = text_block(["One", "Two"], disc_id="LTR014", genre="Rock", ean="4006381333931", isrcs=("GBLTR2600001", ""))
    (read,) = _decoded([block])
    assert read == replace(block, genre_code=0x17)
    packs = encode_packs([block])
    kinds = [packs[at] for at in range(0, len(packs), 18)]
    assert kinds == sorted(kinds)
    assert {0x86, 0x87, 0x8E} <= set(kinds)


def test_several_languages_and_double_byte_text():
    english = text_block(["Departure", "Tide"])
    assert _decoded([english, JAPANESE]) == (english, JAPANESE)
    packs = encode_packs([english, JAPANESE])
    second = [packs[at : at + 18] for at in range(0, len(packs), 18) if packs[at + 3] >> 4 & 7 == 1]
    assert second[0][2] == 0  # sequence starts again
    assert second[0][3] & 0x80  # double-byte
    assert not second[-1][3] & 0x80  # size packs are not


def test_nothing_but_a_tab_saves_an_overflowing_block_and_then_it_is_used():
    long = "A performer with quite a long name indeed"
    block = text_block([f"{n:02}" for n in range(1, 81)], performer=long)
    assert pack_count(replace(block, tracks=block.tracks[:2])) < 20
    packs = encode_packs([block])
    assert b"\t\0\t\0" in b"".join(packs[at + 4 : at + 16] for at in range(0, len(packs), 18))
    assert _decoded([block]) == (block,)
    fitting = encode_packs([text_block(["a", "b"], performer=long)])
    assert b"\t" not in b"".join(fitting[at + 4 : at + 16] for at in range(0, len(fitting) - 3 * 18, 18))


def test_overflow_is_refused_with_both_numbers():
    block = replace(text_block(["One"]), album=DiscText("t", message="x" * 10_000))
    (problem,) = text_problems([block])
    assert problem.code == "overflow"
    assert "252" in problem.message
    with pytest.raises(CdTextError, match="252"):
        encode_packs([block])


def test_exactly_252_text_packs_fit():
    block = TextBlock("en", DiscText("x" * (252 * 12 - 2)), (DiscText(),))
    assert pack_count(block) == 255
    assert _decoded([block]) == (block,)
    assert text_problems([replace(block, album=DiscText("x" * (252 * 12 - 1)))])[0].code == "overflow"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don’t", [("’", "'")]),
        ("Où – là…", [("–", "-"), ("…", "...")]),
        ("Dvořák", [("ř", "r")]),
        ("Łódź", [("Ł", "L"), ("ź", "z")]),
        ("ok 🎵", [("🎵", "")]),
        ("tab\there", [("\t", " ")]),
        ("夜", [("夜", "")]),
        ("e\u0301", []),
        ("Ümläüt ß ©", []),
    ],
)
def test_what_latin_1_cannot_hold_is_told_with_a_proposal(text, expected):
    assert unencodable(text) == expected


def test_double_byte_blocks_want_full_width_letters():
    assert unencodable("夜A 1", "ms-jis") == [("A", "Ａ"), (" ", "\u3000"), ("1", "１")]
    assert replace_unencodable("夜A 1", "ms-jis") == "夜Ａ\u3000１"


@pytest.mark.parametrize(
    ("text", "charset", "proposal"),
    [
        ("Fünf", "ms-jis", "Ｆｕｎｆ"),
        ("Bjørk ß", "ms-jis", "Ｂｊｏｒｋ\u3000ｓｓ"),
        ("Dvořák", "ms-jis", "Ｄｖｏｒａｋ"),
        ("ｶﾀ", "ms-jis", "カタ"),
        ("Bjørk", "ascii", "Bjork"),
        ("Sea 🎵 Side", "latin-1", "Sea Side"),
        ("Sea 🎵", "latin-1", "Sea"),
        ("Two  blanks", "latin-1", "Two  blanks"),
        ("夜 🎵 夜", "ms-jis", "夜\u3000夜"),
    ],
)
def test_a_proposal_keeps_every_letter_that_it_can(text, charset, proposal):
    assert replace_unencodable(text, charset) == proposal


def test_what_would_be_left_out_and_what_is_not_listed_is_said():
    (problem,) = text_problems([text_block(["夜のフェリーと🎵"])])
    assert "HIRAGANA LETTER NO" in problem.message
    assert " and 3 more" in problem.message
    assert "nothing near, they would be left out" in problem.message

    (problem,) = text_problems([text_block(["Don’t"])])
    assert "left out" not in problem.message


def test_nothing_is_replaced_silently():
    block = text_block(["Don’t", "Tide"])
    (problem,) = text_problems([block])
    assert (problem.track, problem.field, problem.proposal) == (1, "title", "Don't")
    with pytest.raises(CdTextError, match="RIGHT SINGLE QUOTATION MARK"):
        encode_packs([block])


def test_language_without_a_code_is_a_problem():
    assert text_problems([replace(text_block(["One"]), language="tlh")])[0].code == "language"


def test_wrapped_forms_of_other_programs_are_read():
    packs = encode_packs(WORKED_EXAMPLE.text_blocks)
    header = (len(packs) + 2).to_bytes(2, "big") + b"\0\0"
    for wrapped in (packs + b"\0", header + packs):
        assert decode_packs(wrapped) == decode_packs(packs)


def test_every_changed_byte_is_noticed_and_nothing_raises():
    packs = encode_packs(WORKED_EXAMPLE.text_blocks)
    for at in range(len(packs)):
        for flip in (0x01, 0xFF):
            damaged = bytearray(packs)
            damaged[at] ^= flip
            assert decode_packs(bytes(damaged)).notes, at
    for end in range(len(packs)):
        assert decode_packs(packs[:end]).notes, end


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_any_bytes_can_be_decoded(data):
    decode_packs(data)


@given(st.binary(min_size=16, max_size=16))
def test_two_ways_to_compute_the_crc_agree(data):
    assert pack_crc(data) == crc_of_pack(data).to_bytes(2, "big")


TEXTS = st.builds(DiscText, LATIN, LATIN, LATIN, LATIN, LATIN, LATIN)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_random_texts_come_back(album, tracks):
    block = TextBlock("de", album, tuple(tracks))
    assert _decoded([block]) == (block,)


def _libburn_packs(cue_path):
    lib = ctypes.CDLL("libburn.so.4")
    assert lib.burn_initialize()
    pointer = ctypes.c_void_p
    lib.burn_session_create.restype = pointer
    lib.burn_session_by_cue_file.argtypes = [
        pointer, ctypes.c_char_p, ctypes.c_int, pointer, pointer, pointer, ctypes.c_int,
    ]  # fmt: skip
    lib.burn_cdtext_from_session.argtypes = [pointer, pointer, pointer, ctypes.c_int]
    session = lib.burn_session_create()
    fifo, text_packs, n_text_packs = pointer(), pointer(), ctypes.c_int()
    taken = lib.burn_session_by_cue_file(
        session, str(cue_path).encode(), 24 * 1024, ctypes.byref(fifo), ctypes.byref(text_packs),
        ctypes.byref(n_text_packs), 0,
    )  # fmt: skip
    assert taken > 0
    packs, n_packs = ctypes.POINTER(ctypes.c_ubyte)(), ctypes.c_int()
    lib.burn_cdtext_from_session(session, ctypes.byref(packs), ctypes.byref(n_packs), 0)
    return bytes(packs[: n_packs.value * 18])


@pytest.mark.skipif(ctypes.util.find_library("burn") is None, reason="needs libburn (Debian package libburn4)")
def test_libburn_encodes_the_same_packs_from_our_cue_sheet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # libburn looks for FILE in the current folder
    titles = ("Departure", "Où est la mer?", "A longer title that fills several packs")
    performers = ("The Harbour Lights", "Ana Reis", "Zoë & Søn")
    texts = tuple(DiscText(t, p, songwriter=w) for t, p, w in zip(titles, performers, "XYZ", strict=True))
    block = TextBlock("en", DiscText("Night Ferry", "Harbour"), texts, ean="4006381333931",
                      isrcs=("GBLTR2600001", "GBLTR2600002", "GBLTR2600003"))  # fmt: skip
    tracks = tuple(
        replace(WORKED_EXAMPLE.tracks[0], number=n, indexes=(150 + n * 300 - 300,), isrc=block.isrcs[n - 1],
                text=texts[n - 1], index00_cd_frames=0 if n == 1 else None)
        for n in (1, 2, 3)
    )  # fmt: skip
    disc = replace(WORKED_EXAMPLE, tracks=tracks, lead_out_cd_frames=1050, ean=block.ean, text=block.album)
    (tmp_path / "IMAGE.DAT").write_bytes(bytes(1050 * 2352))
    (tmp_path / "d.cue").write_bytes(format_cue(disc, "IMAGE.DAT", "image"))
    theirs = _libburn_packs(tmp_path / "d.cue")
    ours = encode_packs([block])
    # libburn asserts copyright (byte 3 of the size packs), which the encoder leaves open.
    size = theirs.index(bytes((0x8F, 0)))
    assert theirs[:size] == ours[:size]
    assert len(theirs) == len(ours)
    read = decode_packs(theirs)
    assert read.notes == ()
    assert to_text_block(read.blocks[0]) == block


@pytest.mark.skipif(ctypes.util.find_library("cdio") is None, reason="needs libcdio (Debian package libcdio19)")
def test_libcdio_decodes_what_was_meant():
    lib = ctypes.CDLL(ctypes.util.find_library("cdio"))
    lib.cdtext_init.restype = ctypes.c_void_p
    lib.cdtext_data_init.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    lib.cdtext_get_const.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint8]
    lib.cdtext_get_const.restype = ctypes.c_char_p
    # libcdio shifts a kind by one track when its disc text is empty, so every kind has one here.
    album = DiscText("Night Ferry", "Zoë", "All", "Nobody", "Jo", "Hello")
    block = TextBlock("en", album, tuple(
        DiscText(f"Title {n}", f"Performer {n}", f"Writer {n}", f"Composer {n}", f"Arranger {n}", f"Message {n}")
        for n in range(1, 13)
    ))  # fmt: skip
    packs = encode_packs([block])
    text = lib.cdtext_init()
    assert lib.cdtext_data_init(text, packs, len(packs)) == 0
    # cdtext_field_t of libcdio 2: title 0, performer 1, songwriter 2, composer 3, message 4, arranger 5
    fields = {"title": 0, "performer": 1, "songwriter": 2, "composer": 3, "message": 4, "arranger": 5}
    for number, texts in enumerate((block.album, *block.tracks)):
        for name, code in fields.items():
            assert (lib.cdtext_get_const(text, code, number) or b"").decode() == getattr(texts, name)


@pytest.mark.skipif(shutil.which("cdrskin") is None, reason="needs cdrskin (Debian package cdrskin)")
def test_cdrskin_prints_every_text(tmp_path):
    block = text_block(["Départ", "Tide"], disc_id="LTR014", genre="Folk", ean="4006381333931")
    path = tmp_path / "CDTEXT.BIN"
    path.write_bytes(encode_packs([block]))
    run = subprocess.run(["cdrskin", f"textfile_to_v07t={path}"], capture_output=True, check=True)
    printed = run.stdout.decode("latin-1")
    for line in (
        "Album Title         = Test Album",
        "Track 01 Title      = Départ",
        "Track 02 Artist     = The Band",
        "UPC / EAN           = 4006381333931",
        "Catalog Number      = LTR014",
        "Genre Information   = Folk",
        "Language Code       = English",
    ):
        name, _, value = line.partition("=")
        assert any(
            row.split("=")[0].strip() == name.strip() and row.split("=", 1)[1].strip() == value.strip()
            for row in printed.splitlines()
            if "=" in row
        ), (line, printed)
