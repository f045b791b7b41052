"""The DDP reader: our own sets, every dialect of cd.md 2.2 to 2.7, and damage of every kind."""

import hashlib
import itertools
import zlib
from dataclasses import replace

import pytest
from disc_examples import WORKED_EXAMPLE, discs, image_bytes, track
from hypothesis import given, settings

from release.errors import VerificationError
from release.formats.ddp.checksum import format_crc_list, format_md5_list
from release.formats.ddp.dialect import CUE2DDP, HOUSE
from release.formats.ddp.equations import set_findings
from release.formats.ddp.reader import SetFiles, check_ddp, inspect_set, read_ddp
from release.formats.ddp.writer import write_control_files
from release.model.disc import Copy, Disc, DiscText
from release.model.disc_compare import borrow_texts, compare_disc
from release.model.finding import Status

THREE_TRACKS = Disc(
    tracks=(
        track(1, 150, pause=0, isrc="GBLTR2600001", text=DiscText("First Song", "The Band")),
        track(2, 600, 700, isrc="GBLTR2600002", copy=Copy.SCMS, text=DiscText("Second Song", "The Band")),
        track(3, 1200, pause=1100, copy=Copy.PERMITTED, has_pre_emphasis=True, text=DiscText("Third", "The Band")),
    ),
    lead_out_cd_frames=1600,
    ean="4006381333931",
    catalogue="LTR014CD",
    text=DiscText("Test Album", "The Band"),
    text_blocks=(
        replace(
            WORKED_EXAMPLE.text_blocks[0],
            tracks=(
                DiscText("First Song", "The Band"), DiscText("Second Song", "The Band"), DiscText("Third", "The Band"),
            ),
        ),
    ),
)  # fmt: skip


def _write(folder, disc, dialect=HOUSE, *, checksums=True):
    files = dict(write_control_files(disc, dialect))
    files[dialect.image_name] = image_bytes(disc)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    if checksums:
        md5 = [(name, hashlib.md5(data).hexdigest()) for name, data in files.items()]
        crc = [(name, zlib.crc32(data)) for name, data in files.items()]
        (folder / "CHECKSUM.MD5").write_bytes(format_md5_list(md5))
        (folder / "CHECKSUM.TXT").write_bytes(format_crc_list(crc))
    return files


def _edit(folder, name, at, data):
    path = folder / name
    old = path.read_bytes()
    path.write_bytes(old[:at] + data + old[at + len(data) :])


def _worst(findings):
    return max((finding.status for finding in findings), key=lambda status: status.rank, default=Status.PASS)


def _codes(findings, *statuses):
    return {finding.code for finding in findings if not statuses or finding.status in statuses}


@pytest.mark.parametrize("disc", [WORKED_EXAMPLE, THREE_TRACKS, replace(THREE_TRACKS, text_blocks=(), ean="")])
@pytest.mark.parametrize("dialect", [HOUSE, CUE2DDP, replace(HOUSE, has_isrc_on_index_01=True, hours="00")])
def test_own_sets_are_clean_and_say_what_was_meant(tmp_path, disc, dialect):
    _write(tmp_path, disc, dialect)
    assert check_ddp(tmp_path) == ()
    read = read_ddp(tmp_path)
    assert compare_disc(disc, read.disc) == []
    if disc.text_blocks:
        assert read.disc == disc
    assert borrow_texts(read.disc, disc).tracks[0].text == disc.tracks[0].text


def test_tracks_are_found_to_the_byte(tmp_path):
    image = _write(tmp_path, THREE_TRACKS)["IMAGE.DAT"]
    read = read_ddp(tmp_path)
    assert read.track_range(2) == (600, 1200)
    assert read.track_range(2, with_pause=False) == (600, 1100)
    assert read.track_range(3) == (1200, 1600)
    start, end = read.track_byte_range(1)
    assert read.image_path.read_bytes()[start:end] == image[150 * 2352 : 600 * 2352]


@given(discs(most_tracks=99))
@settings(max_examples=60, deadline=None)
def test_random_discs_through_writer_and_reader(disc):
    files = write_control_files(disc)
    in_memory = SetFiles(
        sizes={**{name: len(data) for name, data in files.items()}, "IMAGE.DAT": disc.lead_out_cd_frames * 2352},
        small=files,
        head=lambda _name, n: bytes(n),
        digests=lambda _name, _kinds: {},
    )
    found, findings = inspect_set(in_memory)
    assert findings == ()
    assert compare_disc(disc, found.disc) == []
    assert found.disc.tracks == disc.tracks
    assert _codes(set_findings(found, in_memory, {}), Status.FAIL) == set()
    starts = [t.start_cd_frames for t in disc.tracks] + [disc.lead_out_cd_frames]
    assert [found.track_range(t.number) for t in disc.tracks] == list(itertools.pairwise(starts))


# --- dialects -------------------------------------------------------------------------------------------------------


def _readable(folder, disc=THREE_TRACKS):
    findings = check_ddp(folder)
    assert _worst(findings).rank < Status.FAIL.rank, findings
    assert compare_disc(disc, read_ddp(folder).disc) == []
    return findings


def test_one_lead_out(tmp_path):
    _write(tmp_path, THREE_TRACKS, replace(HOUSE, lead_outs=1))
    assert _codes(_readable(tmp_path)) == {"one-lead-out"}


def test_isrc_only_on_index_01(tmp_path):
    _write(tmp_path, THREE_TRACKS, checksums=False)
    _edit(tmp_path, "PQDESCR", 64 + 20, b" " * 12)
    _edit(tmp_path, "PQDESCR", 128 + 20, b"GBLTR2600001")
    _readable(tmp_path)


def test_names_come_from_the_map(tmp_path):
    _write(tmp_path, THREE_TRACKS, replace(HOUSE, pq_name="SUBCODES.DAT", image_name="AUDIO.RAW", text_name="CDT"))
    _readable(tmp_path)
    assert read_ddp(tmp_path).image_name == "AUDIO.RAW"


def test_upc_of_twelve_digits_on_every_packet(tmp_path):
    disc = replace(THREE_TRACKS, ean="0036000291452")
    _write(tmp_path, disc, checksums=False)
    _edit(tmp_path, "DDPID", 8, b"036000291452 ")
    for at in range(0, (tmp_path / "PQDESCR").stat().st_size, 64):
        _edit(tmp_path, "PQDESCR", at + 32, b"036000291452 ")
    assert "upc-12" in _codes(_readable(tmp_path, disc))


@pytest.mark.parametrize(
    ("at", "data"), [(93, b" 5HELLO"), (93, b"05HELLO"), (94, b"05HELLO"), (94, b"12HELLO, PLANT")]
)
def test_user_text_on_either_place(tmp_path, at, data):
    _write(tmp_path, THREE_TRACKS, checksums=False)
    _edit(tmp_path, "DDPID", at, data)
    assert "user-text" not in _codes(_readable(tmp_path))
    assert read_ddp(tmp_path).identifier.user_text == data[2:].decode()


def test_map_length_in_ddpid_blank_track_and_other_flags(tmp_path):
    _write(tmp_path, THREE_TRACKS, checksums=False)
    _edit(tmp_path, "DDPID", 29, b"     384")
    _edit(tmp_path, "DDPMS", 55, b"  ")  # TRK of the CD-TEXT packet
    _edit(tmp_path, "DDPMS", 256 + 40, b"01")  # SSM 0, SCR 1
    _edit(tmp_path, "DDPMS", 256 + 22, b"        ")  # DSS
    assert _codes(_readable(tmp_path)) == {"map-length", "no-checksums"}


def test_packets_in_any_order(tmp_path):
    _write(tmp_path, THREE_TRACKS, checksums=False)
    data = (tmp_path / "DDPMS").read_bytes()
    (tmp_path / "DDPMS").write_bytes(data[256:] + data[128:256] + data[:128])
    _readable(tmp_path)


def test_start_sector_and_offset_of_the_image(tmp_path):
    disc = replace(THREE_TRACKS, text_blocks=())
    files = _write(tmp_path, disc, checksums=False)
    _edit(tmp_path, "DDPMS", 128 + 14, b"00001500")  # DSL
    _edit(tmp_path, "DDPMS", 128 + 22, b"00000100")  # DSS
    _edit(tmp_path, "DDPMS", 128 + 104, b"000000016")  # OFS
    (tmp_path / "IMAGE.DAT").write_bytes(b"x" * 16 + files["IMAGE.DAT"][100 * 2352 :])
    _readable(tmp_path, disc)
    read = read_ddp(tmp_path)
    assert read.track_range(1) == (50, 500)
    start, end = read.track_byte_range(1)
    assert read.image_path.read_bytes()[start:end] == files["IMAGE.DAT"][150 * 2352 : 600 * 2352]


def test_ddp_1_01(tmp_path):
    files = _write(tmp_path, replace(THREE_TRACKS, text_blocks=()), checksums=False)
    old = b"DDP 1.01" + files["DDPID"][8:86] + b"05HELLO".ljust(42)
    (tmp_path / "DDPID").write_bytes(old)
    (tmp_path / "CDTEXT.BIN").write_bytes(write_control_files(THREE_TRACKS)["CDTEXT.BIN"])
    findings = _readable(tmp_path)
    assert _codes(findings, Status.WARN) == {"not-in-map", "no-checksums"}
    assert read_ddp(tmp_path).identifier.user_text == "HELLO"


def test_cd_text_wrapped_by_other_programs(tmp_path):
    packs = _write(tmp_path, THREE_TRACKS, checksums=False)["CDTEXT.BIN"]
    (tmp_path / "CDTEXT.BIN").write_bytes(packs + b"\0")
    _edit(tmp_path, "DDPMS", 14, f"{len(packs) + 1:08}".encode())
    _readable(tmp_path)


def test_checksum_lists_of_others(tmp_path):
    files = _write(tmp_path, THREE_TRACKS, checksums=False)
    lines = [f"{hashlib.md5(data).hexdigest().upper()}  {name}\r\n" for name, data in files.items()]
    (tmp_path / "MD5_CHECKSUM.MD5").write_bytes("".join(lines).encode())
    assert check_ddp(tmp_path) == ()
    _edit(tmp_path, "IMAGE.DAT", 2352 * 1000, b"\x55")
    assert _codes(check_ddp(tmp_path)) == {"checksum"}


def test_ean_only_in_ddpid_is_the_known_defect(tmp_path):
    _write(tmp_path, THREE_TRACKS, checksums=False)
    _edit(tmp_path, "PQDESCR", 32, b" " * 13)
    assert "ean-only-ddpid" in _codes(check_ddp(tmp_path), Status.WARN)


def test_names_in_other_case_are_found(tmp_path):
    _write(tmp_path, THREE_TRACKS, checksums=False)
    for path in list(tmp_path.iterdir()):
        path.rename(tmp_path / path.name.lower())
    assert "case" in _codes(_readable(tmp_path), Status.NOTE)


# --- damage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "at", "data", "code"),
    [
        ("DDPID", 0, b"DDP 2.10", "level"),
        ("DDPID", 87, b"DV", "type"),
        ("DDPID", 8, b"4006381333932", "ean"),
        ("DDPMS", 0, b"XXXX", "marker"),
        ("DDPMS", 14, b"00000100", "descriptor-size"),
        ("DDPMS", 256 + 14, b"00001601", "map-image-length"),
        ("DDPMS", 256 + 14, b"0000160x", "not-a-number"),
        ("DDPMS", 256 + 46, b" 151", "pause"),
        ("DDPMS", 256 + 74, b"../secret        ", "name"),
        ("DDPMS", 256 + 4, b"D2", "stream"),
        ("PQDESCR", 128 + 12, b"99", "time"),
        ("PQDESCR", 192 + 6, b"03", "index"),
        ("PQDESCR", 128 + 16, b"A1", "control"),
        ("PQDESCR", 128 + 10, b"00", "order"),
        ("PQDESCR", 64 + 20, b"GB-TR26-0001", "disc-isrc-form"),
        ("CDTEXT.BIN", 5, b"x", "text-crc"),
    ],
)
def test_damage_is_named(tmp_path, name, at, data, code):
    _write(tmp_path, THREE_TRACKS, checksums=False)
    if code == "order":
        _edit(tmp_path, name, 192 + 10, b"000000")
    else:
        _edit(tmp_path, name, at, data)
    assert code in _codes(check_ddp(tmp_path))


@pytest.mark.parametrize("name", ["DDPID", "DDPMS", "PQDESCR", "IMAGE.DAT", "CDTEXT.BIN"])
def test_missing_files_are_named(tmp_path, name):
    _write(tmp_path, THREE_TRACKS)
    (tmp_path / name).unlink()
    findings = check_ddp(tmp_path)
    assert any(f.code == "missing" and f.file == name and f.status is Status.FAIL for f in findings)


def test_image_that_is_too_short_or_has_sound_in_front(tmp_path):
    image = _write(tmp_path, THREE_TRACKS, checksums=False)["IMAGE.DAT"]
    (tmp_path / "IMAGE.DAT").write_bytes(image[:-1])
    assert "image-size" in _codes(check_ddp(tmp_path), Status.FAIL)
    (tmp_path / "IMAGE.DAT").write_bytes(b"\1" + image[1:])
    assert "lead-sound" in _codes(check_ddp(tmp_path), Status.WARN)


def test_nothing_readable_is_an_error_with_reasons(tmp_path):
    with pytest.raises(VerificationError, match="DDPID is missing"):
        read_ddp(tmp_path)


def test_rules_of_the_disc_are_no_damage(tmp_path):
    _write(tmp_path, replace(THREE_TRACKS, lead_out_cd_frames=1300))
    (finding,) = check_ddp(tmp_path)
    assert (finding.code, finding.status, finding.is_error) == ("disc-track-short", Status.FAIL, False)


def test_links_out_of_the_folder_are_told(tmp_path):
    inside = tmp_path / "set"
    inside.mkdir()
    _write(inside, THREE_TRACKS)
    (inside / "IMAGE.DAT").rename(tmp_path / "outside.dat")
    (inside / "IMAGE.DAT").symlink_to(tmp_path / "outside.dat")
    assert _codes(check_ddp(inside)) == {"link"}


def test_a_record_finds_what_the_set_cannot_prove_by_itself(tmp_path):
    files = _write(tmp_path, THREE_TRACKS, checksums=False)
    stored = {name: hashlib.md5(data).hexdigest() for name, data in files.items()}
    assert check_ddp(tmp_path, stored) == ()
    _edit(tmp_path, "PQDESCR", 64 + 20, b"GBLTR2600009")
    assert _codes(check_ddp(tmp_path, stored), Status.FAIL) == {"checksum"}
