"""What is said of a DDP set: the true cause, the field that differs, a remedy for it, and no flood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from disc_examples import WORKED_EXAMPLE, image_bytes, track

from release.formats.ddp.parse import MOST_OF_A_KIND
from release.formats.ddp.writer import write_control_files
from release.model.disc import Disc
from release.operations.verify import verify_path
from release.operations.verify_ddp import verify_ddp
from release.operations.verify_result import VerifyResult

PLAIN = replace(WORKED_EXAMPLE, text_blocks=())


def write_set(folder: Path, disc: Disc = WORKED_EXAMPLE, image: bytes | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in write_control_files(disc).items():
        (folder / name).write_bytes(data)
    (folder / "IMAGE.DAT").write_bytes(image_bytes(disc) if image is None else image)


def edited(folder: Path, name: str, at: int, data: bytes) -> VerifyResult:
    old = (folder / name).read_bytes()
    (folder / name).write_bytes(old[:at] + data + old[at + len(data) :])
    return verify_ddp(folder)


def problems(result: VerifyResult) -> dict[str, tuple[str, str]]:
    return {p.code: (p.problem, p.remedy) for p in result.problems}


def test_a_map_that_is_wrong_alone_is_not_a_cut_image(tmp_path: Path) -> None:
    write_set(tmp_path)
    (problem, remedy) = problems(edited(tmp_path, "DDPMS", 256 + 14, b"00001501"))["map-image-length"]

    assert problem.endswith("which is what the lead-out at 00:20:00 asks for")
    assert "the map is wrong" in remedy


def test_the_field_in_which_lead_outs_differ_is_named(tmp_path: Path) -> None:
    write_set(tmp_path)
    (problem, _) = problems(edited(tmp_path, "PQDESCR", 6 * 64 + 20, b"USABC2600009"))["lead-out"]

    assert problem == "the packets of the lead-out differ in ISRC (none and USABC2600009)"


def test_four_channel_sound_is_called_so(tmp_path: Path) -> None:
    write_set(tmp_path)
    (problem, remedy) = problems(edited(tmp_path, "PQDESCR", 2 * 64 + 16, b"81"))["control"]

    assert "control byte '81' means four-channel sound" in problem
    assert "plants take 01" in remedy


def test_a_missing_index_00_of_track_1_is_called_missing(tmp_path: Path) -> None:
    write_set(tmp_path)
    data = (tmp_path / "PQDESCR").read_bytes()
    (tmp_path / "PQDESCR").write_bytes(data[:64] + data[128:])

    assert problems(verify_ddp(tmp_path))["disc-first-pause-missing"][0] == (
        "index 00 of track 1 is missing; it belongs at 00:00:00"
    )


def test_a_packet_that_was_not_read_makes_no_hole_in_the_indexes(tmp_path: Path) -> None:
    write_set(tmp_path, replace(PLAIN, tracks=(PLAIN.tracks[0], track(2, 750, 900, pause=675))))
    codes = [p.code for p in edited(tmp_path, "PQDESCR", 4 * 64 + 14, b"75").problems]

    assert "time" in codes
    assert "index" not in codes


def test_a_doubled_cd_text_file_is_no_flood(tmp_path: Path) -> None:
    write_set(tmp_path)
    packs = (tmp_path / "CDTEXT.BIN").read_bytes()
    (tmp_path / "CDTEXT.BIN").write_bytes(packs * 40)

    result = verify_ddp(tmp_path)

    assert any("block 0 has more than 256 packs" in p.problem for p in result.problems)
    told = [p for p in result.problems if p.code == "text-sequence"]
    assert len(told) == MOST_OF_A_KIND
    assert told[-1].problem.endswith(f"and {9 * 39 - MOST_OF_A_KIND} more of this kind")


def test_codes_that_plants_ask_about(tmp_path: Path) -> None:
    twice = tuple(replace(t, isrc="USABC2600001") for t in PLAIN.tracks)
    write_set(tmp_path, replace(PLAIN, tracks=twice, ean="0" * 13))

    warnings = " ".join(verify_ddp(tmp_path).warnings)

    assert "tracks 1 and 2 have the same ISRC USABC2600001" in warnings
    assert "the EAN is 0000000000000, which is no product's" in warnings


@pytest.mark.parametrize(
    ("sound_at", "words"), [(None, "unless audio is hidden"), (400, "sound begins there at 00:05:25")]
)
def test_sound_hidden_in_the_first_pause_is_looked_for(tmp_path: Path, sound_at: int | None, words: str) -> None:
    disc = replace(PLAIN, tracks=(track(1, 600, pause=0), track(2, 1100)))
    image = bytearray(disc.lead_out_cd_frames * 2352)
    if sound_at is not None:
        image[sound_at * 2352 + 7] = 1
    write_set(tmp_path, disc, bytes(image))

    (warning,) = [w for w in verify_ddp(tmp_path).warnings if "track 1 starts at" in w]

    assert words in warning
    assert warning.startswith("note" if sound_at else "warn")


def test_a_set_without_its_identifier_is_a_set_with_a_file_missing(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "DDPID").unlink()

    assert "DDPID is missing" in [p.problem for p in verify_path(tmp_path).problems]


def test_packs_with_a_wrapping_that_the_map_does_not_count(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "CDTEXT.BIN").write_bytes((tmp_path / "CDTEXT.BIN").read_bytes() + b"\0")

    assert any("with its wrapping the file has 163" in w for w in verify_ddp(tmp_path).warnings)
