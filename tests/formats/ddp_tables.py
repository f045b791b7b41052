"""DDP sets put together field by field from the tables of the format, apart from our writer: one for each dialect.

Every function places bytes by offset and width as the reference's tables give them (DDPID 2.2, DDPMS 2.3, PQ 2.4,
DDP 1.01 2.6, checksum files 2.7, CD-TEXT 4).
"""

import binascii
import hashlib
import zlib
from dataclasses import dataclass, field

from release.model.disc import Copy, Disc

FRAME = 2352


def msf(cd_frames: int) -> str:
    """MMSSFF."""
    return f"{cd_frames // 4500:02}{cd_frames // 75 % 60:02}{cd_frames % 75:02}"


def fields(size: int, *placed: tuple[int, int, str]) -> bytes:
    """A record of spaces with (offset, width, text) in it."""
    data = bytearray(b" " * size)
    for at, width, text in placed:
        assert len(text) <= width, (at, text)
        data[at : at + width] = text.ljust(width).encode("ascii")
    return bytes(data)


@dataclass(frozen=True)
class Writer:
    """The ways of one writer, as the tables report them."""

    level: str = "DDP 2.00"
    pads: str = "0"
    siz: str = "017"
    start_sector: str = "00000000"
    storage: str = "7"
    scrambled: str = "0"
    text_track: str = "00"
    hours: str = "  "
    map_length: bool = False
    book: str = " "
    user_text: tuple[int, str] | None = None
    """(offset of the length digits, text)"""
    upc_12: bool = False
    ean_on_every_packet: bool = False
    ean_on_lead_in: bool = True
    ean_in_ddpid: bool = True
    isrc_on: tuple[str, ...] = ("first",)
    lead_outs: int = 2
    pq: str = "PQDESCR"
    image: str = "IMAGE.DAT"
    text: str = "CDTEXT.BIN"
    subcode: str = "PQ DESCR"
    order: str = "text pq image"
    text_wrapping: str = "bare"
    checksums: tuple[tuple[str, str], ...] = (("CHECKSUM.MD5", "{md5} *{name}\n"),)
    upper_hex: bool = False
    extras: tuple[str, ...] = field(default=())


def ean_text(disc: Disc, writer: Writer) -> str:
    return disc.ean[1:] if writer.upc_12 and disc.ean.startswith("0") else disc.ean


def ddpid(disc: Disc, writer: Writer, map_bytes: int) -> bytes:
    placed = [(0, 8, writer.level), (38, 48, disc.catalogue)]
    if writer.ean_in_ddpid:
        placed.append((8, 13, ean_text(disc, writer)))
    if writer.map_length:
        placed.append((29, 8, f"{map_bytes:>8}"))
    if writer.level == "DDP 2.00":
        placed += [(86, 1, writer.book), (87, 2, "CD")]
    if writer.user_text:
        at, text = writer.user_text
        placed += [(at, 2, f"{len(text):02}"), (at + 2, len(text), text)]
    return fields(128, *placed)


def ddpms(disc: Disc, writer: Writer, sizes: dict[str, int]) -> bytes:
    number = f"{{:{writer.pads}>8}}"
    image_cd_frames = disc.lead_out_cd_frames
    common = [(0, 4, "VVVM"), (71, 3, writer.siz)]
    packets = {
        "pq": fields(
            128, *common, (4, 2, "S0"), (14, 8, number.format(sizes[writer.pq])), (30, 8, writer.subcode), (74, 17, writer.pq)
        ),
        "image": fields(
            128, *common, (4, 2, "D0"), (14, 8, number.format(image_cd_frames)), (22, 8, writer.start_sector),
            (38, 2, "DA"), (40, 1, writer.storage), (41, 1, writer.scrambled),
            (46, 4, f"{disc.tracks[0].start_cd_frames:>4}"), (74, 17, writer.image),
        ),
    }  # fmt: skip
    if writer.text in sizes and writer.level == "DDP 2.00":
        packets["text"] = fields(
            128, *common, (4, 2, "S0"), (14, 8, number.format(sizes[writer.text])), (30, 8, "CDTEXT"),
            (55, 2, writer.text_track), (74, 17, writer.text),
        )  # fmt: skip
    return b"".join(packets[role] for role in writer.order.split() if role in packets)


def pqdescr(disc: Disc, writer: Writer) -> bytes:
    def point(track: str, index: int, at: int, control: str, isrc: str = "", *, has_ean: bool = False) -> bytes:
        ean = ean_text(disc, writer) if has_ean or writer.ean_on_every_packet else ""
        return fields(
            64, (0, 4, "VVVS"), (4, 2, track), (6, 2, f"{index:02}"), (8, 2, writer.hours), (10, 6, msf(at)),
            (16, 2, control), (20, 12, isrc), (32, 13, ean),
        )  # fmt: skip

    data = point("00", 0, 0, "01", has_ean=writer.ean_on_lead_in)
    for track in disc.tracks:
        flag = "S" if track.copy is Copy.SCMS else "1"
        control = f"{track.has_pre_emphasis + 2 * (track.copy is Copy.PERMITTED):X}{flag}"
        points = [(0, track.index00_cd_frames)] if track.index00_cd_frames is not None else []
        points += list(enumerate(track.indexes, start=1))
        for place, (index, at) in enumerate(points):
            wanted = {"first" if place == 0 else "", f"{index:02}"} & set(writer.isrc_on)
            data += point(f"{track.number:02}", index, at, control, track.isrc if wanted else "")
    return data + point("AA", 1, disc.lead_out_cd_frames, "01") * writer.lead_outs


def cd_text(disc: Disc) -> bytes:
    """Titles and performers of the first block, ISO-8859-1, in packs."""
    block = disc.text_blocks[0]
    payloads = []
    for kind, name in ((0x80, "title"), (0x81, "performer")):
        data, owners = b"", []
        for number, texts in enumerate((block.album, *block.tracks)):
            piece = getattr(texts, name).encode("latin-1") + b"\0"
            owners += [(number, min(at, 15)) for at in range(len(piece))]
            data += piece
        payloads += [
            (kind, *owners[at], data[at : at + 12].ljust(12, b"\0")) for at in range(0, len(data), 12)
        ]  # fmt: skip
    counts = bytearray(16)
    for kind, *_ in payloads:
        counts[kind - 0x80] += 1
    counts[15] = 3
    info = bytes((0, 1, len(disc.tracks), 0)) + bytes(counts) + bytes((len(payloads) + 2, *[0] * 7, 9, *[0] * 7))
    payloads += [(0x8F, n, 0, info[n * 12 : n * 12 + 12]) for n in range(3)]
    packs = b""
    for sequence, (kind, track, position, payload) in enumerate(payloads):
        pack = bytes((kind, track, sequence, position)) + payload
        packs += pack + (binascii.crc_hqx(pack, 0) ^ 0xFFFF).to_bytes(2, "big")
    return packs


def wrapped(packs: bytes, way: str) -> bytes:
    if way == "trailing NUL":
        return packs + b"\0"
    if way == "header":
        return (len(packs) + 2).to_bytes(2, "big") + b"\0\0" + packs
    return packs


def make_set(disc: Disc, writer: Writer, image: bytes) -> dict[str, bytes]:
    """Every file of the set by name."""
    files = {writer.pq: pqdescr(disc, writer), writer.image: image}
    if disc.text_blocks:
        files[writer.text] = wrapped(cd_text(disc), writer.text_wrapping)
    files["DDPMS"] = ddpms(disc, writer, {name: len(data) for name, data in files.items()})
    files["DDPID"] = ddpid(disc, writer, len(files["DDPMS"]))
    lists = {}
    for list_name, line in writer.checksums:
        head = "[CRC32 Checksum]\n" if "{crc}" in line else ""
        lines = [
            line.format(
                md5=(hashlib.md5(data).hexdigest().upper() if writer.upper_hex else hashlib.md5(data).hexdigest()),
                crc=f"{zlib.crc32(data):08X}",
                name=name,
            )
            for name, data in files.items()
        ]
        lists[list_name] = (head + "".join(lines)).encode("ascii")
    return {**files, **lists, **dict.fromkeys(writer.extras, b"paper")}


CUE2DDP = Writer(
    pads=" ", siz=" 17", start_sector="", scrambled="1", pq="SD",
    checksums=(("CHECKSUM.MD5", "{md5} *{name}\n"), ("CHECKSUM.TXT", "{name}={crc}\n")),
)  # fmt: skip
SONORIS = Writer(
    pq="PQ_DESCR", checksums=(("MD5-Checksum.md5", "{md5} *{name}\n"),), user_text=(94, "SONORIS TEXT"),
    text_wrapping="trailing NUL", extras=("PQ sheet.pdf",),
)  # fmt: skip
HOFA = Writer(
    text_track="  ", upc_12=True, ean_on_every_packet=True, pq="DDPPQ", user_text=(94, "HOFA"),
    checksums=(("MD5_CHECKSUM.MD5", "{md5} *{name}\r\n"),),
)  # fmt: skip
DISTILLERY = Writer(
    start_sector="", storage="0", map_length=True, lead_outs=1, user_text=(93, "Made with care"),
    checksums=(("CHECKSUM.MD5", "{md5}  {name}\n"),),
)  # fmt: skip
REAPER = Writer(isrc_on=("00", "01"), hours="00", pq="SUBCODES.DAT", checksums=())
INDEX_01_ONLY = Writer(isrc_on=("01",), order="image pq text", upper_hex=True)
OLD = Writer(level="DDP 1.01", user_text=(86, "a set of 1.01"), order="pq image")
OLDEST = Writer(level="DDP 1.00", order="pq image", checksums=())
HEADER = Writer(text_wrapping="header", text="CDT", image="AUDIO.RAW", subcode="PQDESCR")
WRITERS = {
    "cue2ddp": CUE2DDP, "Sonoris": SONORIS, "HOFA": HOFA, "distillery": DISTILLERY, "REAPER": REAPER,
    "ISRC on index 01": INDEX_01_ONLY, "DDP 1.01": OLD, "DDP 1.00": OLDEST, "CD-TEXT with a header": HEADER,
}  # fmt: skip
