"""Charts as SVG text, drawn for paper: grey tones, words and marks, no script, no outside reference.

The same bytes stand in the HTML page and in the PDF. Text is escaped here and nowhere else; coordinates are whole
numbers, so that a chart of the same data has the same bytes everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

INK = "#16202b"
QUIET = "#5b6672"
RULE = "#d9dee3"
WAVE = "#b4bec8"
WAVE_ALT = "#cbd3da"
CURVE = "#14508c"
FONT = "Noto Sans, system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"

NARROW = 350
"""Width of a drawing for a telephone: there it is shown in place of the wide one."""
WAVE_COLUMNS = 480
"""Widest waveform drawn: one min/max pair per column keeps a chart under 14 kB."""
CURVE_POINTS = 320


def svg_text(text: str, limit: int = 60) -> str:
    """User text made safe for SVG: escaped, control characters replaced, cut to a length that a chart can hold."""
    own = text.translate({0x2068: None, 0x2069: None})  # isolates of names amid words: a label stands alone
    clean = "".join(c if c.isprintable() else "\ufffd" for c in own)
    return escape(clean if len(clean) <= limit else clean[: limit - 1] + "…")


@dataclass(frozen=True, slots=True)
class Waveform:
    """Smallest and largest sample of each column, full scale 1.0; one pair of lists per lane (channel)."""

    lows: tuple[tuple[float, ...], ...]
    highs: tuple[tuple[float, ...], ...]

    @property
    def columns(self) -> int:
        """Number of columns of the first lane."""
        return len(self.lows[0]) if self.lows else 0


@dataclass(frozen=True, slots=True)
class TrackChart:
    """What the picture of one track shows.

    Attributes:
        name: unique on the page; used in element ids (``track-1``).
        title: said to screen readers.
        description: the chart in words.
        seconds: length of the time axis.
        short_term_lufs: readings at even distances over the whole length; None where not measurable.
        integrated_lufs: drawn as a dashed line.
    """

    name: str
    title: str
    description: str
    seconds: float
    waveform: Waveform
    short_term_lufs: tuple[float | None, ...] = ()
    integrated_lufs: float | None = None


@dataclass(frozen=True, slots=True)
class AlbumTrack:
    """One track of the album picture.

    Attributes:
        label: short, printed under its place (``1``).
        start_s: where it begins on the album's timeline.
        envelope: highest magnitude per column, full scale 1.0.
    """

    label: str
    start_s: float
    seconds: float
    envelope: tuple[float, ...] = ()
    short_term_lufs: tuple[float | None, ...] = ()
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None


@dataclass(frozen=True, slots=True)
class LengthBar:
    """One bar of a side-length chart; minutes."""

    label: str
    minutes: float
    best_minutes: float | None
    maximum_minutes: float | None
    bands_minutes: tuple[float, ...] = ()


def waveform_chart(chart: TrackChart, width: int = 720) -> str:
    """Waveform of a track with its short-term loudness over it; ``width`` is that of the place, so that letters stay as they are."""
    left, right, top, lane = 8, 40, 6, 92
    lanes = max(1, len(chart.waveform.lows))
    lane_height = lane // lanes
    height = top + lane + 22
    x1 = width - right
    parts = [open_svg(width, height, chart.name, chart.title, chart.description)]
    low_lufs, high_lufs = -42.0, 0.0

    def y_lufs(value: float) -> float:
        share = (min(max(value, low_lufs), high_lufs) - low_lufs) / (high_lufs - low_lufs)
        return top + lane * (1 - share)

    for index in range(lanes):
        middle = top + lane_height * index + lane_height / 2
        parts.append(line_of(left, round(middle), x1, round(middle), RULE))
        if chart.waveform.lows:
            parts.append(
                _wave_path(
                    chart.waveform.lows[index],
                    chart.waveform.highs[index],
                    x0=left,
                    x1=x1,
                    middle=middle,
                    height=lane_height,
                )
            )
    for lufs in (-36, -24, -12):
        parts.append(line_of(left, y_lufs(lufs), x1, y_lufs(lufs), RULE, dash="1 4"))
        parts.append(text_of(x1 + 5, y_lufs(lufs) + 3, str(lufs).replace("-", "−"), 8.5, QUIET))
    parts.append(text_of(x1 + 5, top + 6, "LUFS", 7.5, QUIET))
    if chart.integrated_lufs is not None:
        y = y_lufs(chart.integrated_lufs)
        parts.append(line_of(left, y, x1, y, CURVE, dash="5 3", width="0.8"))
    parts.append(_curve(chart.short_term_lufs, left, x1, y_lufs))
    parts.extend(_time_axis(chart.seconds, left, x1, top + lane, 8.5))
    return "".join(parts) + "</svg>"


def album_chart(name: str, title: str, description: str, tracks: Sequence[AlbumTrack], width: int = 1000) -> str:
    """The whole album as one picture: waveforms and loudness in order, then level bars per track."""
    left, right, top, lane, bars = 8, 46, 6, 110, 128
    x1 = width - right
    height = top + lane + 24 + bars + 24
    total = max((t.start_s + t.seconds for t in tracks), default=0.0) or 1.0
    parts = [open_svg(width, height, name, title, description)]

    def x_of(seconds: float) -> float:
        return left + (x1 - left) * seconds / total

    def y_lufs(value: float) -> float:
        return top + lane * (1 - (min(max(value, -42.0), 0.0) + 42.0) / 42.0)

    middle = top + lane / 2
    for lufs in (-36, -24, -12):
        parts.append(line_of(left, y_lufs(lufs), x1, y_lufs(lufs), RULE, dash="1 4"))
        parts.append(text_of(x1 + 5, y_lufs(lufs) + 3, f"−{-lufs}", 9, QUIET))
    parts.append(text_of(x1 + 5, top + 6, "LUFS", 8, QUIET))
    for number, track in enumerate(tracks):
        x, end = x_of(track.start_s), x_of(track.start_s + track.seconds)
        colour = WAVE if number % 2 == 0 else WAVE_ALT
        lows = tuple(-v for v in track.envelope)
        parts.append(_wave_path(lows, track.envelope, x0=x, x1=end, middle=middle, height=lane, colour=colour))
        parts.append(_curve(track.short_term_lufs, x, end, y_lufs, limit=max(8, round((end - x) / 2))))
        parts.append(line_of(round(x), top, round(x), top + lane + 4, QUIET, width="0.6"))
        if end - x >= 12:
            parts.append(text_of(x + 3, top + lane + 13, track.label, 9.5, INK))
    parts.extend(_level_bars(tracks, left, x1, top + lane + 30, bars))
    return "".join(parts) + "</svg>"


def length_chart(name: str, title: str, description: str, bars: Sequence[LengthBar], width: int = 720) -> str:
    """Side lengths as bars against the best and the longest length."""
    left, right, row, top = 64, 60, 30, 8
    height = top + row * len(bars) + 18
    longest = (
        max((max(b.minutes, b.maximum_minutes or 0.0, b.best_minutes or 0.0) for b in bars), default=1.0) * 1.06 or 1.0
    )

    def x_of(minutes: float) -> int:
        return round(left + (width - left - right) * minutes / longest)

    parts = [open_svg(width, height, name, title, description)]
    for index, bar in enumerate(bars):
        y = top + index * row
        parts.append(text_of(left - 8, y + 14, bar.label, 11, INK, anchor="end", weight=600))
        parts.append(
            f'<rect x="{left}" y="{y + 3}" width="{max(1, x_of(bar.minutes) - left)}" height="15" fill="{WAVE}"/>'
        )
        parts.extend(f'<path d="M{x_of(m)} {y + 3}v15" stroke="#fff" stroke-width="1.5"/>' for m in bar.bands_minutes)
        end = x_of(bar.minutes)
        is_inside = end - left > 44
        parts.append(
            text_of(
                end - 5 if is_inside else end + 5,
                y + 14,
                format_minutes(bar.minutes),
                10,
                INK,
                anchor="end" if is_inside else "",
                weight=600,
            )
        )
        for minutes, dash in ((bar.best_minutes, "2 2"), (bar.maximum_minutes, "")):
            if minutes is not None:
                parts.append(line_of(x_of(minutes), y, x_of(minutes), y + 22, INK, dash=dash, width="1.2"))
    first = bars[0] if bars else None
    marks = ((first.best_minutes, "best", "end"), (first.maximum_minutes, "longest", "start")) if first else ()
    for minutes, word, side in marks:
        if minutes is not None:
            anchor = side if width <= NARROW and first and first.best_minutes is not None else "middle"
            words = f"{word} {format_minutes(minutes)}"
            parts.append(text_of(x_of(minutes), height - 4, words, 9, QUIET, anchor=anchor))
    return "".join(parts) + "</svg>"


def format_minutes(minutes: float) -> str:
    """``m:ss`` of a length in minutes."""
    seconds = int(minutes * 60 + 0.5)
    return f"{seconds // 60}:{seconds % 60:02}"


def open_svg(width: int, height: int, name: str, title: str, description: str) -> str:
    """The start of a drawing, with its title and description for screen readers."""
    ident = "".join(c if c.isascii() and c.isalnum() else "-" for c in name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-labelledby="{ident}-t {ident}-d" font-family={quoteattr(FONT)}>'
        f'<title id="{ident}-t">{svg_text(title, 200)}</title><desc id="{ident}-d">{svg_text(description, 600)}</desc>'
    )


def line_of(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "", width: str = "1") -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" stroke="{colour}" stroke-width="{width}"{dashes} fill="none"/>'
    )


def text_of(x: float, y: float, text: str, size: float, colour: str, *, anchor: str = "", weight: int = 0) -> str:
    """Words at a place; user text is made safe."""
    extra = (f' text-anchor="{anchor}"' if anchor else "") + (f' font-weight="{weight}"' if weight else "")
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size:g}" fill="{colour}"{extra}>{svg_text(text)}</text>'


def _n(value: float) -> str:
    return f"{round(value, 1):g}"


def _wave_path(
    lows: Sequence[float],
    highs: Sequence[float],
    *,
    x0: float,
    x1: float,
    middle: float,
    height: float,
    colour: str = WAVE,
) -> str:
    """One closed outline: along the highs, back along the lows; tenths of a unit, relative moves."""
    columns = min(len(lows), WAVE_COLUMNS, max(1, round(x1 - x0)))
    if not columns:
        return ""
    tops = [max(-1.0, min(1.0, v)) for v in _fold(highs, columns, max)]
    bottoms = [max(-1.0, min(1.0, v)) for v in _fold(lows, columns, min)]
    half = height / 2 - 1
    step = (x1 - x0) / columns
    up = [round((middle - v * half) * 10) for v in tops]
    # At least a hairline where there is silence, so that the track's extent stays visible.
    down = [max(round((middle - v * half) * 10), u + 4) for v, u in zip(bottoms, up, strict=True)]
    xs = [round((x0 + step * i) * 10) for i in range(columns + 1)]
    points: list[tuple[int, int]] = [(xs[i], up[i]) for i in range(columns)]
    points += [(xs[columns], up[-1]), (xs[columns], down[-1])]
    points += [(xs[i], down[i]) for i in reversed(range(columns))]
    return f'<path transform="scale(.1)" d="{_relative(points)}z" fill="{colour}"/>'


def _relative(points: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    last: tuple[int, int] | None = None
    for x, y in points:
        if last is None:
            pieces.append(f"M{x} {y}l")
        else:
            dx, dy = x - last[0], y - last[1]
            separator = "" if pieces[-1].endswith("l") or dx < 0 else " "
            pieces.append(f"{separator}{dx}{'' if dy < 0 else ' '}{dy}")
        last = (x, y)
    return "".join(pieces).rstrip("l")


def _fold(values: Sequence[float], columns: int, extreme: Callable[[Sequence[float]], float]) -> list[float]:
    """Fewer columns, each with the extreme of those that it stands for."""
    count = len(values)
    if count <= columns:
        return list(values)
    return [extreme(values[i * count // columns : (i + 1) * count // columns]) for i in range(columns)]


def _curve(
    readings: Sequence[float | None], x0: float, x1: float, y_of: Callable[[float], float], *, limit: int = CURVE_POINTS
) -> str:
    """The loudness line; it breaks where nothing was measurable."""
    count = min(len(readings), limit)
    runs: list[list[tuple[int, int]]] = [[]]
    for i in range(count):
        piece = readings[i * len(readings) // count : (i + 1) * len(readings) // count]
        chunk = [value for value in piece if value is not None]
        if not chunk:
            runs.append([])
            continue
        x = x0 + (x1 - x0) * (i + 0.5) / count
        runs[-1].append((round(x * 10), round(y_of(sum(chunk) / len(chunk)) * 10)))
    path = "".join(_relative(run) for run in runs if len(run) > 1)
    if not path:
        return ""
    return (
        f'<g transform="scale(.1)" fill="none" stroke-linejoin="round"><path d="{path}" stroke="#fff" stroke-width="32"/>'
        f'<path d="{path}" stroke="{CURVE}" stroke-width="14"/></g>'
    )


def _time_axis(seconds: float, x0: float, x1: float, y: float, size: float) -> list[str]:
    step = next((s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200) if seconds / s <= 8), 3600)
    parts = [line_of(x0, y, x1, y, QUIET, width="0.6")]
    for tick in range(0, int(seconds) + 1, step):
        x = x0 + (x1 - x0) * tick / seconds if seconds else x0
        parts.append(line_of(x, y, x, y + 4, QUIET, width="0.6"))
        if x < x1 - 50:
            parts.append(text_of(x + 2, y + 12, f"{tick // 60}:{tick % 60:02}", size, QUIET))
    parts.append(text_of(x1, y + 12, format_minutes(seconds / 60), size, INK, anchor="end"))
    return parts


def _level_bars(tracks: Sequence[AlbumTrack], x0: float, x1: float, y0: float, height: float) -> list[str]:
    """A bar per track from the floor to its loudness, and a tick at its true peak, with both numbers."""
    count = len(tracks) or 1
    slot = (x1 - x0) / count
    wide = min(46.0, slot * 0.62)
    base = y0 + height - 16

    def y_of(level: float) -> float:
        return base - (height - 34) * (min(max(level, -36.0), 3.0) + 36.0) / 39.0

    parts = [line_of(x0, y_of(db), x1, y_of(db), RULE, dash="1 4") for db in (0, -12, -24)]
    parts += [text_of(x1 + 5, y_of(db) + 3, f"−{-db}" if db else "0", 9, QUIET) for db in (0, -12, -24)]
    parts.append(line_of(x0, base, x1, base, QUIET, width="0.6"))
    size = 9 if slot >= 42 else 7
    for i, track in enumerate(tracks):
        x = x0 + slot * i + (slot - wide) / 2
        if track.integrated_lufs is not None:
            y = y_of(track.integrated_lufs)
            parts.append(f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(base - y)}" fill="{WAVE}"/>')
            if slot >= 24:
                parts.append(
                    text_of(x + wide / 2, y + size + 2, _minus(track.integrated_lufs), size, INK, anchor="middle")
                )
        if track.true_peak_dbtp is not None:
            y = y_of(track.true_peak_dbtp)
            parts.append(line_of(x - 3, y, x + wide + 3, y, INK, width="1.6"))
            if slot >= 24:
                parts.append(text_of(x + wide / 2, y - 4, _minus(track.true_peak_dbtp), size, INK, anchor="middle"))
        parts.append(text_of(x + wide / 2, base + 12, track.label, 9.5 if slot >= 14 else 6, INK, anchor="middle"))
    return parts


def _minus(value: float) -> str:
    """One decimal with a true minus sign; never minus zero."""
    text = f"{value:.1f}"
    return text.replace("-", "−") if float(text) else "0.0"
