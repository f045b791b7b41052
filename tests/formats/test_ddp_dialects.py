"""Every dialect of the tables, each by a set that was put together from them, without our writer."""

import hashlib
from dataclasses import replace

import pytest
from ddp_tables import CUE2DDP, HOFA, OLD, SONORIS, WRITERS, Writer, cd_text, ddpid, make_set
from disc_examples import WORKED_EXAMPLE, image_bytes, text_block, track

from release.formats.ddp.difference import set_differences
from release.formats.ddp.reader import check_ddp, open_set, read_ddp
from release.formats.ddp.writer import write_control_files
from release.model.disc import Copy, Disc, DiscText
from release.model.disc_compare import compare_disc
from release.model.finding import Status
from release.operations.verify import verify_path

DISC = Disc(
    tracks=(
        track(1, 150, pause=0, isrc="GBLTR2600001", text=DiscText("First", "The Band")),
        track(2, 600, 700, isrc="GBLTR2600002", copy=Copy.SCMS, text=DiscText("Zweites Stück", "The Band")),
        track(3, 1200, pause=1100, isrc="GBLTR2600003", copy=Copy.PERMITTED, has_pre_emphasis=True,
              text=DiscText("Third", "Guests")),
    ),
    lead_out_cd_frames=1600,
    ean="0036000291452",
    catalogue="LTR014CD",
    text=DiscText("Test Album", "The Band"),
    text_blocks=(
        replace(
            text_block(["First", "Zweites Stück", "Third"]),
            tracks=(DiscText("First", "The Band"), DiscText("Zweites Stück", "The Band"), DiscText("Third", "Guests")),
        ),
    ),
)  # fmt: skip
IMAGE = image_bytes(DISC)


def write(folder, writer: Writer, disc: Disc = DISC) -> dict[str, bytes]:
    files = make_set(disc, writer, IMAGE)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return files


def test_the_tables_give_the_bytes_of_the_worked_example() -> None:
    # CRC-32 of the reference's worked example (3.3): the tables here are those of the reference.
    import zlib

    house = make_set(WORKED_EXAMPLE, Writer(), b"")
    crcs = {name: f"{zlib.crc32(house[name]):08X}" for name in ("DDPID", "PQDESCR", "CDTEXT.BIN", "DDPMS")}
    assert crcs == {"DDPID": "01266976", "PQDESCR": "FF555A65", "CDTEXT.BIN": "CA4BED5E", "DDPMS": "D2A6FEF2"}


def test_the_tables_give_the_bytes_of_cue2ddp() -> None:
    import zlib

    disc = Disc(tracks=(track(1, 225, pause=0),), lead_out_cd_frames=750)
    files = make_set(disc, replace(CUE2DDP, order="pq image"), b"")
    assert f"{zlib.crc32(files['DDPMS']):08X}" == "B19B0025"
    assert f"{zlib.crc32(files['SD']):08X}" == "2AE8F152"


@pytest.mark.parametrize("name", WRITERS)
def test_every_dialect_says_what_was_meant(tmp_path, name: str) -> None:
    write(tmp_path, WRITERS[name])

    findings = check_ddp(tmp_path)

    assert [f for f in findings if f.status.rank >= Status.FAIL.rank] == []
    assert compare_disc(DISC, read_ddp(tmp_path).disc) == []


@pytest.mark.parametrize("name", WRITERS)
def test_every_dialect_passes_verification_with_its_tracks(tmp_path, name: str) -> None:
    write(tmp_path, WRITERS[name])

    result = verify_path(tmp_path)

    assert result.problems == ()
    assert [t["start"] for t in result.disc["tracks"]] == ["00:02:00", "00:08:00", "00:16:00"]
    assert [t["isrc"] for t in result.disc["tracks"]] == [t.isrc for t in DISC.tracks]
    assert (result.disc["lead_out"], result.disc["ean"]) == ("00:21:25", DISC.ean)
    has_list = bool(WRITERS[name].checksums)
    assert (result.not_provable == ()) is has_list


@pytest.mark.parametrize("name", WRITERS)
def test_differences_name_the_ways_of_the_writer(tmp_path, name: str) -> None:
    write(tmp_path, WRITERS[name])
    files = open_set(tmp_path)
    found = read_ddp(tmp_path)

    listed = "\n".join(set_differences(found, files, found.disc))

    words = {
        "cue2ddp": ["SCR", "DSS", "file name 'SD'"],
        "Sonoris": ["SONORIS TEXT", "'PQ_DESCR'", "MD5-Checksum.md5", "PQ sheet.pdf", "CDTEXT.BIN"],
        "HOFA": ["HOFA", "the EAN stands on other packets", "'036000291452'"],
        "distillery": ["lead-out written once", "MSL", "SSM"],
        "REAPER": ["ISRCs stand on other packets", "hours"],
        "ISRC on index 01": ["ISRCs stand on other packets", "order"],
        "DDP 1.01": ["level DDP 1.01", "user text"],
        "DDP 1.00": ["level DDP 1.00"],
        "CD-TEXT with a header": ["AUDIO.RAW", "'CDT'"],
    }[name]
    assert [word for word in words if word not in listed] == []


def test_our_own_set_has_no_differences(tmp_path) -> None:
    for name, data in {**write_control_files(DISC), "IMAGE.DAT": IMAGE}.items():
        (tmp_path / name).write_bytes(data)
    found = read_ddp(tmp_path)
    assert set_differences(found, open_set(tmp_path), found.disc) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ean_on_lead_in": False}, "ean-only-ddpid"),
        ({"ean_in_ddpid": False}, "ean-only-pq"),
        ({"map_length": True, "book": "O"}, "book"),
        ({"lead_outs": 1}, "one-lead-out"),
        ({"upc_12": True}, "upc-12"),
    ],
)
def test_oddities_are_told_and_no_error(tmp_path, change: dict, code: str) -> None:
    write(tmp_path, replace(Writer(), **change))
    findings = check_ddp(tmp_path)
    assert code in {f.code for f in findings}
    assert not any(f.is_error for f in findings)


def test_user_text_is_read_on_either_place(tmp_path) -> None:
    for writer, text in ((SONORIS, "SONORIS TEXT"), (WRITERS["distillery"], "Made with care"), (OLD, "a set of 1.01")):
        folder = tmp_path / text
        folder.mkdir()
        write(folder, writer)
        assert read_ddp(folder).identifier.user_text == text


def test_nul_where_spaces_belong_is_a_warning(tmp_path) -> None:
    write(tmp_path, replace(Writer(), checksums=()))
    data = ddpid(DISC, Writer(), 0).replace(b" " * 20, b"\0" * 20)
    (tmp_path / "DDPID").write_bytes(data)
    assert {f.code for f in check_ddp(tmp_path) if f.status is Status.WARN} >= {"nul"}
    assert compare_disc(DISC, read_ddp(tmp_path).disc) == []


def test_a_length_of_the_packs_alone_is_accepted(tmp_path) -> None:
    files = write(tmp_path, replace(SONORIS, checksums=(), text_wrapping="bare"))
    (tmp_path / "CDTEXT.BIN").write_bytes(files["CDTEXT.BIN"] + b"\0")
    assert not any(f.is_error for f in check_ddp(tmp_path))


def test_text_beside_a_set_of_1_01_is_read(tmp_path) -> None:
    write(tmp_path, replace(OLD, checksums=()))
    assert (tmp_path / "CDTEXT.BIN").read_bytes() == cd_text(DISC)
    assert read_ddp(tmp_path).disc.text_blocks[0].tracks[1].title == "Zweites Stück"


def test_a_wrong_checksum_in_any_list_is_told(tmp_path) -> None:
    for number, writer in enumerate((CUE2DDP, SONORIS, HOFA, WRITERS["distillery"])):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(folder, writer)
        image = folder / "IMAGE.DAT"
        image.write_bytes(image.read_bytes()[:-1] + b"\x7f")
        problems = verify_path(folder).problems
        assert {p.code for p in problems} == {"checksum"}
        assert hashlib.md5(image.read_bytes()).hexdigest() in problems[0].problem


def test_an_80_minute_disc_is_past_a_limit_and_no_error(tmp_path) -> None:
    long = Disc(tracks=(track(1, 150, pause=0),), lead_out_cd_frames=80 * 4500)
    for name, data in write_control_files(long).items():
        (tmp_path / name).write_bytes(data)
    with (tmp_path / "IMAGE.DAT").open("wb") as file:
        file.truncate(long.lead_out_cd_frames * 2352)
    result = verify_path(tmp_path)
    assert result.problems == ()
    assert any(w.startswith("past a limit of plants: ") for w in result.warnings)


def test_a_disc_that_cannot_be_is_an_error(tmp_path) -> None:
    write(tmp_path, Writer(), replace(DISC, tracks=(replace(DISC.tracks[0], indexes=(100,)), *DISC.tracks[1:])))
    assert "disc-first-pause-short" in {p.code for p in verify_path(tmp_path).problems}
