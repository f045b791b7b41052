"""A made-up cut sheet, cassette sheet and PQ sheet for the tests of documents."""

from __future__ import annotations

from album import digest

from release.formats.pq import PqSheet, pq_sheet
from release.model.disc import Disc, DiscText, DiscTrack
from release.report.cut_sheet import Band, CarrierSheet, SideSheet

RATE = 96_000


def side(name: str, titles: list[str], *, verdict: str = "pass", seconds: int = 210) -> SideSheet:
    bands, start = [], 0
    for i, title in enumerate(titles, start=1):
        length = (seconds + i * 17) * RATE + 41 * i
        bands.append(Band(f"{name}{i}", title, "", f"GBLTR26{i:05}", start, length, 2 * RATE if i < len(titles) else 0,
                          is_joined=i == 2, integrated_lufs=-14.0 - i, true_peak_dbtp=-3.0 - 0.2 * i))  # fmt: skip
        start += length
    return SideSheet(name, f"vinyl/LTR014-{name}.wav", RATE, 24, start, digest(name), digest(name, "md5"), tuple(bands), 1170.0, 1380.0,
                     verdict, f"LTR014-{name}", locked_groove=name == "B", integrated_lufs=-14.6, max_short_term_lufs=-11.2, true_peak_dbtp=-3.0)  # fmt: skip


def vinyl(titles: list[str] | None = None) -> CarrierSheet:
    sides = (
        side("A", titles or ["Departure", "Tide (Live)", "Lanterns"]),
        side("B", ["Salt", "Coda", "Ærø", "Low Water", "Ash"], verdict="warn"),
    )
    return CarrierSheet("vinyl", "Night Ferry", "The Harbour Lights", "Lowtide Records", "LTR014", "4006381333931", "12 in, 33⅓ rpm", sides,
                        "one plant's table, 2026-11", "Jo Marsh", "Please cut A2 straight on from A1.")  # fmt: skip


def cassette() -> CarrierSheet:
    sides = tuple(side(name, ["Departure", "Tide"]) for name in "AB")
    return CarrierSheet(
        "cassette", "Night Ferry", "The Harbour Lights", "Lowtide Records", "LTR014MC", "", "C46", sides
    )


def pq(titles: list[str] | None = None) -> PqSheet:
    tracks = tuple(
        DiscTrack(i, (150 + (i - 1) * 15_150 + (41 if i > 1 else 0),), 0 if i == 1 else (i - 1) * 15_150 + 41, isrc=f"GBLTR26{i:05}",
                  text=DiscText(title, "The Harbour Lights" if i != 2 else "Ana Reis"))
        for i, title in enumerate(titles or ["Departure", "Tide (Live)", "Lanterns", "Coda"], start=1)
    )  # fmt: skip
    disc = Disc(tracks, 62_000, "4006381333931", "LTR014CD", DiscText("Night Ferry", "The Harbour Lights"))
    return pq_sheet(disc, label="Lowtide Records", source="DDP image, read back")
