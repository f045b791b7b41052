"""The cut sheet of a record and the sheet of a cassette: what the cutter or duplicator needs beside the audio.

A :class:`SideSheet` holds the facts of one side; :func:`cut_sheet` makes the view record that HTML, PDF and text share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from release.documents.svg import NARROW, LengthBar, length_chart
from release.report import figures as fig
from release.report.qc_report import Fact


@dataclass(frozen=True, slots=True)
class Band:
    """One track of a side. Positions are samples of the side's file.

    Attributes:
        number: ``A1``, ``A2``…; empty for hidden audio.
        length: from its start to the start of the next band, or to the end of the side.
        gap_after: silence or room tone between its sound and the next one's; 0 for a join and for the last.
        is_joined: True when the band before runs into it without a gap.
    """

    number: str
    title: str
    artist: str
    isrc: str
    start: int
    length: int
    gap_after: int = 0
    is_joined: bool = False
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None


@dataclass(frozen=True, slots=True)
class SideSheet:
    """The facts of one side.

    Attributes:
        samples: length of the file, gaps and head silence counted.
        md5: of the file; ``sha256`` too.
        best_s: best length of this carrier, None where no figure is known.
        longest_s: longest length of this carrier.
        verdict: ``pass``, ``warn`` or ``fail`` of its length.
        bands: in order.
        matrix: text for the run-out; empty for none.
        notes: for this side.
    """

    name: str
    file: str
    sample_rate_hz: int
    bit_depth: int
    samples: int
    sha256: str
    md5: str
    bands: tuple[Band, ...]
    best_s: float | None = None
    longest_s: float | None = None
    verdict: str = "pass"
    matrix: str = ""
    locked_groove: bool = False
    notes: str = ""
    head_s: float = 0.0
    integrated_lufs: float | None = None
    max_short_term_lufs: float | None = None
    true_peak_dbtp: float | None = None


@dataclass(frozen=True, slots=True)
class CarrierSheet:
    """Everything a sheet is made from.

    Attributes:
        kind: ``vinyl`` or ``cassette``.
        carrier: ``12 in, 33⅓ rpm`` or ``C46``.
        profile: where the length figures come from, with their date.
        contact: mastering engineer, or empty.
    """

    kind: str
    title: str
    artist: str
    label: str
    catalogue_number: str
    barcode: str
    carrier: str
    sides: tuple[SideSheet, ...]
    profile: str = ""
    contact: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class BandRow:
    """One band as printed."""

    number: str
    title: str
    artist: str
    isrc: str
    start: str
    start_samples: str
    length: str
    gap: str
    levels: str


@dataclass(frozen=True, slots=True)
class SideView:
    """One side as printed."""

    heading: str
    total: str
    status: str
    verdict: str
    facts: tuple[Fact, ...]
    sha256: tuple[str, ...]
    md5: tuple[str, ...]
    bands: tuple[BandRow, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class CarrierView:
    """The sheet as printed."""

    title: str
    artist: str
    document: str
    language: str
    facts: tuple[Fact, ...]
    sides: tuple[SideView, ...]
    chart: str
    chart_note: str
    notes: str
    footnotes: tuple[str, ...]


def cut_sheet(sheet: CarrierSheet) -> CarrierView:
    """The view record of a cut sheet or cassette sheet."""
    is_vinyl = sheet.kind == "vinyl"
    total = sum(side.samples / side.sample_rate_hz for side in sheet.sides)
    pairs = [
        ("Catalogue number", sheet.catalogue_number),
        ("Barcode", sheet.barcode),
        ("Label", sheet.label),
        ("Carrier", sheet.carrier),
        ("Sides", ", ".join(side.name for side in sheet.sides)),
        ("Total time", fig.clock_seconds(total)),
        ("Mastering", sheet.contact),
    ]
    has_hidden = any(not band.number for side in sheet.sides for band in side.bands)
    has_limits = any(side.longest_s for side in sheet.sides)
    return CarrierView(
        title=fig.name(sheet.title),
        artist=fig.name(sheet.artist),
        document="Cut sheet" if is_vinyl else "Cassette sheet",
        language="en",
        facts=tuple(Fact(label, fig.visible(value)) for label, value in pairs if value),
        sides=tuple(_side(side, sheet) for side in sheet.sides),
        chart="sides",
        chart_note="Side lengths, gaps counted; white ticks: band starts."
        + (" Dashed line: best length; full line: longest." if has_limits else ""),
        notes=fig.visible(sheet.notes),
        footnotes=tuple(
            filter(
                None,
                (
                    "Times are min:s.ms from the first sample of the file. A length is without the gap after it.",
                    "· is hidden audio: it has no number, and wants no band mark."
                    if is_vinyl and has_hidden
                    else "· is hidden audio: it has no number."
                    if has_hidden
                    else "",
                    sheet.profile and f"Lengths are held against: {fig.visible(sheet.profile)}.",
                    "One file per side, gaps included."
                    if is_vinyl
                    else "One file per side, gaps and the silence at the head included.",
                ),
            )
        ),
    )


def side_chart(sheet: CarrierSheet, *, is_narrow: bool = False) -> str:
    """Bars of the side lengths, as SVG; narrow for telephones."""
    bars = [
        LengthBar(
            label=f"Side {side.name}",
            minutes=side.samples / side.sample_rate_hz / 60,
            best_minutes=None if side.best_s is None else side.best_s / 60,
            maximum_minutes=None if side.longest_s is None else side.longest_s / 60,
            bands_minutes=tuple(
                band.start / side.sample_rate_hz / 60 for band in side.bands if band.start and band.number
            ),
        )
        for side in sheet.sides
    ]
    words = "; ".join(f"side {side.name} {fig.clock(side.samples, side.sample_rate_hz)}" for side in sheet.sides)
    if is_narrow:
        return length_chart("sides-narrow", "Side lengths", words, bars, NARROW)
    return length_chart("sides", "Side lengths", words, bars)


VERDICTS = {"pass": "Length fits", "warn": "Over the best length", "fail": "Too long"}


def _side(side: SideSheet, sheet: CarrierSheet) -> SideView:
    is_vinyl = sheet.kind == "vinyl"
    rate_hz = side.sample_rate_hz
    depth = "32-bit float" if side.bit_depth == 32 else f"{side.bit_depth} bit"
    pairs = [
        ("File", side.file),
        ("Format", f"{fig.rate(rate_hz)} · {depth}"),
        ("Samples", f"{side.samples}"),
        ("Best length", "" if side.best_s is None else fig.clock_seconds(side.best_s)),
        ("Longest length", "" if side.longest_s is None else fig.clock_seconds(side.longest_s)),
        ("Matrix", side.matrix),
        ("Locked groove", ("yes" if side.locked_groove else "no") if is_vinyl else ""),
        ("Silence at the head", f"{side.head_s:g} s" if side.head_s else ""),
        ("Integrated", _optional(side.integrated_lufs, "LUFS")),
        ("Max short-term", _optional(side.max_short_term_lufs, "LUFS")),
        ("True peak", _optional(side.true_peak_dbtp, "dBTP")),
    ]
    return SideView(
        heading=f"Side {side.name}",
        total=fig.clock(side.samples, rate_hz),
        status=side.verdict,
        verdict=VERDICTS.get(side.verdict, side.verdict),
        facts=tuple(Fact(label, fig.visible(value)) for label, value in pairs if value),
        sha256=fig.groups(side.sha256),
        md5=fig.groups(side.md5),
        bands=tuple(
            _band(band, following, rate_hz, sheet.artist) for band, following in zip_longest(side.bands, side.bands[1:])
        ),
        notes=fig.visible(side.notes),
    )


def _optional(value: float | None, unit: str) -> str:
    return "" if value is None else f"{fig.level(value)} {unit}"


def _band(band: Band, following: Band | None, rate_hz: int, release_artist: str) -> BandRow:
    levels = [] if band.integrated_lufs is None else [f"{fig.level(band.integrated_lufs)} LUFS"]
    if band.true_peak_dbtp is not None:
        levels.append(f"{fig.level(band.true_peak_dbtp)} dBTP")
    is_joined = following is not None and following.is_joined
    return BandRow(
        number=fig.name(band.number) or "·",
        title=fig.name(band.title) if band.number else f"{fig.name(band.title)} (hidden)",
        artist="" if band.artist == release_artist else fig.name(band.artist),
        isrc=fig.isrc(band.isrc),
        start=fig.clock(band.start, rate_hz),
        start_samples=str(band.start),
        length=fig.clock(band.length - (0 if is_joined else band.gap_after), rate_hz),
        gap="joined" if is_joined else fig.clock(band.gap_after, rate_hz) if following else "",
        levels=", ".join(levels),
    )


def sheet_text(view: CarrierView, width: int = 100) -> str:
    """The sheet as plain text, LF line ends; wide characters are counted as one column."""
    lines = [f"{view.document.upper()}", "=" * width, view.title, view.artist, ""]
    lines += _fact_lines(view.facts)
    for side in view.sides:
        lines += ["", f"{side.heading.upper()}   {side.total}   {side.verdict}", "-" * width]
        lines += _fact_lines(side.facts)
        lines += _fact_lines((Fact("MD5", "".join(side.md5)), Fact("SHA-256", "".join(side.sha256))))
        lines += ["", f"{'No.':<5}{'Start':>10}{'Samples':>13}{'Length':>11}{'Gap after':>11}  {'ISRC':<17}Title"]
        lines += [
            f"{row.number:<5}{row.start:>10}{row.start_samples:>13}{row.length:>11}{row.gap:>11}  {row.isrc:<17}{row.title}".rstrip()
            for row in side.bands
        ]
        lines += ["", side.notes] if side.notes else []
    lines += ["", view.notes] if view.notes else []
    return "\n".join([*lines, "", *view.footnotes]) + "\n"


def _fact_lines(facts: Sequence[Fact]) -> list[str]:
    return [f"{fact.label + ':':<21}{fact.value}" for fact in facts]
