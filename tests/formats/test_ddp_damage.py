"""Damage to DDP sets: every byte of the control files with two other values, and every truncation, never a crash.

With a checksum file or a record every change is found. Without, all but the fields that ``provable`` lists. The facts of
the image (size, head, digests) are taken once.
"""

import hashlib
import zlib
from dataclasses import replace
from functools import cache

import pytest
from disc_examples import text_block, track

from release.formats.ddp.checksum import format_crc_list, format_md5_list
from release.formats.ddp.dialect import CUE2DDP, HOUSE
from release.formats.ddp.equations import set_findings
from release.formats.ddp.provable import unproven
from release.formats.ddp.reader import SetFiles, inspect_set
from release.formats.ddp.writer import write_control_files
from release.model.disc import Copy, Disc, DiscText
from release.model.finding import Status
from release.operations.disc_facts import disc_facts

SILENT_HEAD = bytes(150 * 2352)
SEEN = (Status.WARN, Status.FAIL)

THREE = Disc(
    tracks=(
        track(1, 150, pause=0, isrc="GBLTR2600001", text=DiscText("First Song", "The Band")),
        track(2, 600, 700, isrc="GBLTR2600002", copy=Copy.SCMS, text=DiscText("Second Song", "The Band")),
        track(3, 1200, pause=1100, copy=Copy.PERMITTED, has_pre_emphasis=True, text=DiscText("Third", "The Band")),
    ),
    lead_out_cd_frames=1600,
    ean="4006381333931",
    catalogue="LTR014CD",
    text_blocks=(text_block(["First Song", "Second Song", "Third"]),),
)
PLAIN = replace(THREE, text_blocks=(), ean="", catalogue="", tracks=(*THREE.tracks[:1], track(2, 600), track(3, 1200)))
CODED = replace(
    THREE,
    text_blocks=(
        text_block(
            ["Eins", "Zwei", "Drei"], ean=THREE.ean, isrcs=("GBLTR2600001", "GBLTR2600002", ""), disc_id="LTR014CD"
        ),
        replace(text_block(["One", "Two", "Three"]), language="de"),
    ),
)

SETS = {
    "house": (THREE, HOUSE),
    "no texts, no codes, in another dialect": (PLAIN, CUE2DDP),
    "two languages, codes in CD-TEXT and on index 01": (CODED, replace(HOUSE, has_isrc_on_index_01=True, hours="00")),
    "one lead-out": (THREE, replace(HOUSE, lead_outs=1)),
}


class FakeSet:
    """A set in memory whose image is never read again."""

    def __init__(self, disc, dialect) -> None:
        self.files = write_control_files(disc, dialect)
        self.image = dialect.image_name
        self.image_bytes = disc.lead_out_cd_frames * 2352
        image = {"md5": hashlib.md5(b"image").hexdigest(), "crc32": f"{zlib.crc32(b'image'):08x}"}
        md5 = [(name, hashlib.md5(data).hexdigest()) for name, data in self.files.items()]
        crc = [(name, zlib.crc32(data)) for name, data in self.files.items()]
        self.stored = dict([*md5, (self.image, image["md5"])])
        self.lists = {
            "CHECKSUM.MD5": format_md5_list([*md5, (self.image, image["md5"])]),
            "CHECKSUM.TXT": format_crc_list([*crc, (self.image, int(image["crc32"], 16))]),
        }
        self._image_digests = image

    def findings(self, changed=None, *, lists=(), stored=None):
        """What is said of the set with other bytes in some files."""
        small = {**self.files, **{name: self.lists[name] for name in lists}, **(changed or {})}
        sizes = {**{name: len(data) for name, data in small.items()}, self.image: self.image_bytes}

        @cache
        def digests(name, _kinds):
            if name == self.image:
                return self._image_digests
            return {"md5": hashlib.md5(small[name]).hexdigest(), "crc32": f"{zlib.crc32(small[name]):08x}"}

        there = SetFiles(sizes, small, lambda _name, _n: SILENT_HEAD, digests)
        found, reading = inspect_set(there)
        if found is not None:
            assert disc_facts(found.disc)["tracks"]
            unproven(found, there)
        return found, there, (*reading, *set_findings(found, there, stored or {}))

    def is_seen(self, changed, **more) -> bool:
        """True when a change is worth a word."""
        codes = {f.code for f in self.findings(changed, **more)[2] if f.status in SEEN}
        return bool(codes - {"no-checksums"})


@pytest.fixture(scope="module", params=SETS)
def fake(request):
    return FakeSet(*SETS[request.param])


@pytest.fixture(scope="module")
def house():
    """Our own set: lists and records are held against it alone, since they do not read what a file says."""
    return FakeSet(*SETS["house"])


def changes(data: bytes):
    """Every byte with two other values; (place, other bytes)."""
    for at in range(len(data)):
        for flip in (0x01, 0xFF):
            yield at, data[:at] + bytes((data[at] ^ flip,)) + data[at + 1 :]


def test_the_sets_themselves_are_good(fake) -> None:
    assert fake.is_seen({}, lists=fake.lists) is False
    assert fake.is_seen({}) is False


def test_without_checksums_all_but_the_listed_fields_are_found(fake) -> None:
    found, there, _ = fake.findings()
    listed = {(f.file, at) for f in unproven(found, there) for first, end in f.spans for at in range(first, end)}

    unseen = {
        (name, at)
        for name, data in fake.files.items()
        for at, other in changes(data)
        if not fake.is_seen({name: other})
    }

    assert unseen - listed == set()
    assert {name for name, _ in listed} == {name for name, _ in unseen}  # what is listed is not provable indeed


def test_every_truncation_is_found_without_checksums(fake) -> None:
    cut = [(name, end) for name, data in fake.files.items() for end in range(len(data))]

    assert [place for place in cut if not fake.is_seen({place[0]: fake.files[place[0]][: place[1]]})] == []


@pytest.mark.parametrize("name", ["CHECKSUM.MD5", "CHECKSUM.TXT"])
def test_with_either_list_every_change_is_found(house, name: str) -> None:
    for control, data in house.files.items():
        for at, other in changes(data):
            assert house.is_seen({control: other}, lists=[name]), (control, at)
        for end in range(len(data)):
            assert house.is_seen({control: data[:end]}, lists=[name]), (control, end)


def test_with_a_record_every_change_is_found(house) -> None:
    for control, data in house.files.items():
        for at, other in changes(data):
            assert house.is_seen({control: other}, stored=house.stored), (control, at)


@pytest.mark.parametrize("name", ["CHECKSUM.MD5", "CHECKSUM.TXT"])
def test_a_damaged_list_is_told(house, name: str) -> None:
    data = house.lists[name]

    unseen = [at for at, other in changes(data) if not house.is_seen({name: other})]
    cut = [end for end in range(len(data)) if not house.is_seen({name: data[:end]})]

    assert (unseen, cut) == ([], [])


def test_what_is_covered_is_not_listed(fake) -> None:
    found, there, _ = fake.findings(lists=["CHECKSUM.MD5"])
    assert unproven(found, there) == ()

    found, there, _ = fake.findings()
    assert {f.file for f in unproven(found, there)} >= {"DDPID", "DDPMS", fake.image}
    assert unproven(found, there, frozenset(fake.stored)) == ()
