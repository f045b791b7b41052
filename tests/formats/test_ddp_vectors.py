"""The writer against hex dumps and CRC-32 values recorded from another writer (cd.md section 3)."""

import zlib
from dataclasses import replace

import pytest
from disc_examples import WORKED_EXAMPLE, track

from release.formats.ddp.ddpid import decode_ddpid, encode_ddpid
from release.formats.ddp.ddpms import decode_ddpms, encode_ddpms
from release.formats.ddp.dialect import CUE2DDP, HOUSE
from release.formats.ddp.pqdescr import control_byte, decode_pqdescr, encode_pqdescr
from release.formats.ddp.record import DdpLimit
from release.formats.ddp.writer import write_control_files
from release.model.disc import Copy, Disc

DDPMS = """
VVVMS0        00000162        CDTEXT                   00              017CDTEXT.BIN
VVVMS0        00000448        PQ DESCR                                 017PQDESCR
VVVMD0        0000150000000000        DA70     150                     017IMAGE.DAT
"""
PQDESCR = """
VVVS0000  00000001              0123456789012
VVVS0100  00000001  USABC2600001
VVVS0101  00020001
VVVS0200  00090001  USABC2600002
VVVS0201  00100001
VVVSAA01  00200001
VVVSAA01  00200001
"""


def _records(dump, size):
    return b"".join(line.ljust(size).encode("ascii") for line in dump.strip().splitlines())


def _crcs(files):
    return {name: f"{zlib.crc32(data):08X}" for name, data in files.items()}


def test_worked_example_is_written_byte_for_byte():
    files = write_control_files(WORKED_EXAMPLE)
    assert list(files) == ["DDPID", "DDPMS", "CDTEXT.BIN", "PQDESCR"]
    assert files["DDPID"] == b"DDP 2.000123456789012".ljust(38) + b"RLS-001".ljust(49) + b"CD".ljust(41)
    assert files["DDPMS"] == _records(DDPMS, 128)
    assert files["PQDESCR"] == _records(PQDESCR, 64)
    assert _crcs(files) == {
        "DDPID": "01266976",
        "DDPMS": "D2A6FEF2",
        "CDTEXT.BIN": "CA4BED5E",
        "PQDESCR": "FF555A65",
    }


RECORDED = [
    (Disc((track(1, 150, pause=0, isrc="USABC1234567"),), 900, ean="0123456789012"),
     ("7C7CF497", "EA0D5627", "F08A87A6")),
    (Disc((track(1, 150, pause=0),), 900, catalogue="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijkl"),
     ("A8CA727C", "EA0D5627", "E90F165A")),
    (Disc((track(1, 225, pause=0),), 750), ("730DC92D", "B19B0025", "2AE8F152")),
    (Disc((track(1, 150, pause=0), track(2, 825, 1125, pause=750), track(3, 1650, pause=1500)), 2250),
     ("730DC92D", "9F2C90E1", "9E1F343B")),
]  # fmt: skip


@pytest.mark.parametrize(("disc", "crcs"), RECORDED)
def test_recorded_output_of_cue2ddp_results_in_its_dialect(disc, crcs):
    assert tuple(_crcs(write_control_files(disc, CUE2DDP)).values()) == crcs


def test_records_survive_bytes_and_back():
    files = write_control_files(WORKED_EXAMPLE)
    assert encode_ddpid(decode_ddpid(files["DDPID"])) == files["DDPID"]
    assert encode_ddpms(decode_ddpms(files["DDPMS"])) == files["DDPMS"]
    assert encode_pqdescr(decode_pqdescr(files["PQDESCR"])) == files["PQDESCR"]


def test_isrc_can_be_repeated_on_index_01_and_the_lead_out_written_once():
    pq = write_control_files(WORKED_EXAMPLE, replace(HOUSE, has_isrc_on_index_01=True, lead_outs=1))["PQDESCR"]
    assert [pq[at + 20 : at + 32].decode().strip() for at in range(0, len(pq), 64)] == [
        "", "USABC2600001", "USABC2600001", "USABC2600002", "USABC2600002", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("copy", "emphasis", "expected"),
    [
        (Copy.PROHIBITED, False, "01"),
        (Copy.PROHIBITED, True, "11"),
        (Copy.PERMITTED, False, "21"),
        (Copy.PERMITTED, True, "31"),
        (Copy.SCMS, False, "0S"),
    ],
)
def test_control_byte(copy, emphasis, expected):
    assert control_byte(copy, has_pre_emphasis=emphasis) == expected


def test_pause_of_four_digits_is_the_longest():
    assert b" 150" not in write_control_files(Disc((track(1, 9999, pause=0),), 12000))["DDPMS"]
    with pytest.raises(DdpLimit, match=r"9999 \(02:13:24\)"):
        write_control_files(Disc((track(1, 10000, pause=0),), 12000))


@pytest.mark.parametrize(
    ("disc", "match"),
    [
        (Disc((track(1, 150, pause=0),), 450000), "99:59:74"),
        (Disc((track(1, 150, pause=0),), 900, catalogue="Ä"), "ASCII"),
        (Disc((track(1, 150, pause=0),), 900, catalogue="x" * 49), "48 characters"),
        (Disc((track(1, 150, pause=0, isrc="USABC26000011"),), 900), "12 characters"),
        (Disc((), 900), "without tracks"),
    ],
)
def test_what_does_not_fit_is_refused(disc, match):
    with pytest.raises(DdpLimit, match=match):
        write_control_files(disc)
