"""Damages music, repairs it with the program's steps and with other programs, and prints what was gained and harmed.

    python benchmarks/repair.py [--music FOLDER] [--pieces 12] [--only clicks,clipping,...]

The tune of the tests (made by numpy) is always there; with ``--music`` also 30 s of each of some pieces of real music,
any files that ffmpeg decodes, and a minute of every piece for the false alarms. ``benchmarks/real_music.py`` fetches
such music. Peers run on the same samples in the same run: ffmpeg's adeclick, adeclip, bandreject, afftdn and highpass,
SoX's noisered; each at its defaults but for what stands beside it here. Exit code 1 when one of the aims is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "unit" / "dsp")]

from repair_peers import decode, ffmpeg, has, sox_noise_reduction  # noqa: E402
from repair_signals import HUM_LEVELS, add_clicks, add_hum, clip, driven, drop, tune  # noqa: E402

from release.dsp.repair.noise import noise_powers  # noqa: E402
from release.dsp.steps.registry import make_step  # noqa: E402

Audio = np.ndarray
Apply = Callable[[Audio, int], tuple[Audio, float]]
BLOCK = 65_536
DECLICK, DECLIP = "adeclick=method=save", "adeclip=method=save"
"""By default both add windows whose sum ripples by 2 %; this way they leave more as it was."""
REPAIRS = {"dc_removal": {}, "declick": {}, "declip": {}, "dehum": {"frequency": 50.0}, "dropout": {}}


@dataclass(frozen=True)
class Music:
    """Some clean sound."""

    name: str
    audio: Audio
    rate_hz: int


class Judge:
    """Prints tables, and remembers which aims were missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def table(self, title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """Print one as Markdown."""
        columns = list(columns)
        print(f"\n## {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
        for row in rows:
            print(f"| {' | '.join(f'{c:.1f}' if isinstance(c, float) else str(c) for c in row)} |")
        sys.stdout.flush()

    def aim(self, text: str, *, holds: bool) -> None:
        """Say whether an aim is reached."""
        print(f"\n{'holds' if holds else 'MISSED'}: {text}")
        if not holds:
            self.missed.append(text)


def mended(kind: str, audio: Audio, rate_hz: int, **parameters: object) -> tuple[Audio, list, float]:
    """Output, log and CPU seconds of a step."""
    begun = time.process_time()
    step = make_step(kind, {**REPAIRS.get(kind, {}), **parameters}, rate_hz, 2)
    parts = [step.process(audio[at : at + BLOCK]) for at in range(0, len(audio), BLOCK)]
    out = np.concatenate([*parts, step.flush()])
    return out, step.take_repairs(), time.process_time() - begun


def gained_db(clean: Audio, damaged: Audio, out: Audio) -> float:
    return float(10 * np.log10(np.sum((damaged - clean) ** 2) / max(np.sum((out - clean) ** 2), 1e-30)))


def verdict(ours: float, theirs: float) -> str:
    return "better" if ours > theirs + 0.05 else "worse" if ours < theirs - 0.05 else "even"


def clicks(materials: list[Music], judge: Judge) -> None:
    rows, found_all, gains = [], [0, 0], []
    for music in materials:
        damaged, places = add_clicks(music.audio, music.rate_hz, seed=5, over_db=20.0)
        out, log, cpu_s = mended("declick", damaged, music.rate_hz)
        hit = sum(any(e.channel == c and e.at < at + n and e.at + e.length > at for e in log) for at, n, c in places)
        false = sum(
            not any(e.channel == c and e.at < at + n + 8 and e.at + e.length > at - 8 for at, n, c in places)
            for e in log
        )
        theirs, peer_s = ffmpeg(DECLICK)(damaged, music.rate_hz)
        ours_db, theirs_db = gained_db(music.audio, damaged, out), gained_db(music.audio, damaged, theirs)
        found_all = [found_all[0] + hit, found_all[1] + len(places)]
        gains.append(ours_db)
        share = f"{hit}/{len(places)}"
        row = (music.name, music.rate_hz, share, false, ours_db, theirs_db, verdict(ours_db, theirs_db), cpu_s, peer_s)
        rows.append(row)
    columns = ("sound", "Hz", "found", "elsewhere", "gain dB", "adeclick dB", "against it", "CPU s", "adeclick CPU s")
    judge.table("Clicks 20 dB over the level of the 20 ms around", columns, rows)
    share = found_all[0] / found_all[1]
    judge.aim(f"90 % of clicks found: {share:.1%} of {found_all[1]}", holds=share >= 0.9)
    judge.aim(
        f"10 dB gained: {min(gains):.1f} dB at least, {np.median(gains):.1f} dB usual", holds=np.median(gains) >= 10.0
    )


def clipping(materials: list[Music], judge: Judge) -> None:
    rows, gains = [], []
    for music in materials:
        clean = driven(music.audio) if music.name == "tune" else music.audio
        for over_db in (3.0, 6.0):
            damaged, _ = clip(clean, over_db)
            out, log, cpu_s = mended("declip", damaged, music.rate_hz)
            theirs, peer_s = ffmpeg(DECLIP)(damaged, music.rate_hz)
            pair = gained_db(clean, damaged, out), gained_db(clean, damaged, theirs)
            gains.append(pair[0])
            rows.append((music.name, over_db, len(log), *pair, verdict(*pair), cpu_s, peer_s))
    columns = ("sound", "clipped by dB", "places", "gain dB", "adeclip dB", "against it", "CPU s", "adeclip CPU s")
    judge.table("Clipping, in words of 16 bits", columns, rows)
    judge.aim(
        f"3 dB gained: {min(gains):.1f} dB at least, {np.median(gains):.1f} dB usual", holds=np.median(gains) >= 3.0
    )


def hum(materials: list[Music], judge: Judge) -> None:
    hum_hz, rows, usual, bent = 50.04, [], [], []
    chain = ",".join(f"bandreject=f={50 * k}:width_type=h:w=4" for k in range(1, 11))
    for music in materials:
        rate_hz, n = music.rate_hz, len(music.audio)
        t = np.arange(n) / rate_hz
        beside = [k * hum_hz + side for k in (1, 2, 3) for side in (-20.0, 20.0)]
        clean = music.audio + 0.01 * sum(np.sin(2 * np.pi * f * t) for f in beside)[:, None]
        damaged = add_hum(clean, rate_hz, hum_hz, 20.0 * np.log10(np.std(music.audio)) - 20.0)
        middle = slice(4 * rate_hz, n - 4 * rate_hz)
        window = np.hanning(n - 8 * rate_hz)

        def lines(x: Audio, tones: Iterable[float], middle=middle, window=window, t=t) -> np.ndarray:
            part, place = x[middle, 0] * window, t[middle]
            return np.abs([np.sum(part * np.exp(-2j * np.pi * f * place)) for f in tones])

        harmonics = [k * hum_hz for k in HUM_LEVELS]
        there = lines(damaged - clean, harmonics)
        for name, (out, cpu_s) in {
            "dehum": mended("dehum", damaged, rate_hz)[::2],
            "bandreject": ffmpeg(chain)(damaged, rate_hz),
        }.items():
            # What is left of the hum alone: the clean sound has something of its own at these frequencies.
            left = 10.0 * np.log10(np.sum(lines(out - clean, harmonics) ** 2) / np.sum(there**2))
            off = np.max(np.abs(20.0 * np.log10(lines(out, beside) / lines(clean, beside))))
            rows.append((music.name, name, float(left), f"{off:.2f}", gained_db(clean, damaged, out), cpu_s))
            if name == "dehum":
                usual += [float(left)] if music.name == "tune" else []
                bent.append(float(off))
    columns = ("sound", "by", "hum left dB", "20 Hz beside it dB", "gain dB", "CPU s")
    judge.table("Hum of 50.04 Hz and 4 harmonics, 20 dB under the music; 50 Hz stated", columns, rows)
    judge.aim(f"30 dB less on the tune: {max(usual):.1f} dB", holds=max(usual) <= -30.0)
    judge.aim(f"notes 20 Hz away within 0.5 dB: {max(bent):.2f} dB at worst", holds=max(bent) <= 0.5)


def holes(materials: list[Music], judge: Judge) -> None:
    rows = []
    for music in materials:
        for length_s in (0.001, 0.005, 0.015):
            damaged, places = drop(music.audio, music.rate_hz, length_s, seed=6)
            if not places:
                continue
            out, log, cpu_s = mended("dropout", damaged, music.rate_hz)
            hit = sum(any(abs(e.at - at) < 16 for e in log if e.channel == 0) for at in places)
            theirs, _ = ffmpeg(DECLICK)(damaged, music.rate_hz)
            pair = gained_db(music.audio, damaged, out), gained_db(music.audio, damaged, theirs)
            rows.append((music.name, f"{1000 * length_s:g}", f"{hit}/{len(places)}", *pair, verdict(*pair), cpu_s))
    columns = ("sound", "ms", "found", "gain dB", "adeclick dB", "against it", "CPU s")
    judge.table("Holes (no peer fills holes; adeclick sees their edges)", columns, rows)


def noise(materials: list[Music], judge: Judge) -> None:
    rng, rows = np.random.default_rng(8), []
    for music in materials:
        rate_hz, n = music.rate_hz, len(music.audio)
        level_db = 20 * np.log10(np.std(music.audio)) - 30.0
        alone, over = (rng.standard_normal((m, 2)) * 10 ** (level_db / 20) for m in (4 * rate_hz, n))
        powers = tuple(noise_powers(alone[: 2 * rate_hz], rate_hz).ravel())
        damaged = music.audio + over

        def ours(x: Audio, rate: int, powers=powers) -> tuple[Audio, float]:
            return mended("denoise", x, rate, powers=powers)[::2]

        by: dict[str, Apply] = {"denoise 10 dB": ours}
        by["afftdn nr=10"] = ffmpeg(f"afftdn=nr=10:nf={max(level_db, -80.0):.1f}")
        if has("sox"):
            by["noisered 0.21"] = sox_noise_reduction(alone[: 2 * rate_hz], 0.21)
        for name, apply in by.items():
            out, cpu_s = apply(damaged, rate_hz)
            quiet, _ = apply(alone, rate_hz)
            through, _ = apply(music.audio, rate_hz)
            less = 20 * np.log10(np.std(quiet[rate_hz:-rate_hz]) / np.std(alone[rate_hz:-rate_hz]))
            harm = 10 * np.log10(np.sum((through - music.audio) ** 2) / np.sum(music.audio**2))
            rows.append((music.name, name, float(less), gained_db(music.audio, damaged, out), float(harm), cpu_s))
    columns = ("sound", "by", "noise alone dB", "gain over music dB", "harm to clean music dB", "CPU s")
    judge.table("Hiss 30 dB under the music", columns, rows)
    ours_rows = [r for r in rows if r[1].startswith("denoise")]
    judge.aim("hiss alone 10 dB softer within 1 dB", holds=all(abs(r[2] + 10.0) < 1.0 for r in ours_rows))
    judge.aim("music gains", holds=all(r[3] > 0.0 for r in ours_rows))


def offsets(materials: list[Music], judge: Judge) -> None:
    rows = []
    for music in materials:
        clean = without_offset(music)
        damaged = clean + np.array([0.02, -0.01])
        for name, (out, cpu_s) in {
            "dc_removal": mended("dc_removal", damaged, music.rate_hz)[::2],
            "highpass 5 Hz": ffmpeg("highpass=f=5")(damaged, music.rate_hz),
        }.items():
            left = 20 * np.log10(max(np.abs((out - clean).mean(axis=0)).max(), 1e-12))
            rows.append((music.name, name, float(left), gained_db(clean, damaged, out), cpu_s))
    columns = ("sound", "by", "offset left dBFS", "gain dB", "CPU s")
    judge.table("Offsets of 0.02 and -0.01", columns, rows)


def without_offset(music: Music) -> Audio:
    """The sound without what lies below 2 Hz, which some music really has."""
    spectrum = np.fft.rfft(music.audio, axis=0)
    spectrum[: int(2.0 * len(music.audio) / music.rate_hz) + 1] = 0.0
    return np.fft.irfft(spectrum, len(music.audio), axis=0)


def false_alarms(minutes: list[Music], judge: Judge) -> None:
    noted = {kind: [] for kind in REPAIRS}
    cpu_s = dict.fromkeys(REPAIRS, 0.0)
    touched = {DECLICK: [], DECLIP: []}
    loud = 0
    for music in minutes:
        for kind in REPAIRS:
            audio = without_offset(music) if kind == "dc_removal" else music.audio
            out, log, used_s = mended(kind, audio, music.rate_hz)
            cpu_s[kind] += used_s
            free = np.ones(audio.shape, dtype=bool)
            for e in log:
                free[e.at : e.at + e.length, e.channel if e.channel >= 0 else slice(None)] = False
            loud += int(np.sum(out[free] != audio[free]))
            if log:
                noted[kind].append((music.name, len(log), max(e.strength for e in log)))
        for name, found in touched.items():
            out, _ = ffmpeg(name)(music.audio, music.rate_hz)
            found.append(float(np.mean(np.abs(out - music.audio).max(axis=1) > 1e-7)))
    rows = [
        (k, f"{len(minutes) - len(v)}/{len(minutes)}", f"{60 * len(minutes) / cpu_s[k]:.0f}", v[:4])
        for k, v in noted.items()
    ]
    for name, found in touched.items():
        clean = sum(f == 0.0 for f in found)
        rows.append((name, f"{clean}/{len(minutes)}", "", f"{np.mean(found):.2%} of samples changed"))
    judge.table("Clean minutes", ("step", "untouched", "times real time", "noted elsewhere"), rows)
    judge.aim(f"bit-identical outside of logged places: {loud} samples are not", holds=loud == 0)
    for kind, found in noted.items():
        share = 1.0 - len(found) / max(len(minutes), 1)
        judge.aim(f"{kind}: nothing noted in {share:.0%} of clean minutes (aim 95 %)", holds=share >= 0.95)


TABLES = {"clicks": clicks, "clipping": clipping, "hum": hum, "holes": holes, "noise": noise, "offsets": offsets}


def real(folder: Path, start_s: float, seconds: float, most: int) -> list[Music]:
    """Parts of the sound files in a folder that are long enough."""
    found: list[Music] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in (".ogg", ".wav", ".flac", ".aiff", ".m4a", ".mp3") or len(found) == most:
            continue
        part = decode(path, start_s, seconds)
        if part is not None and np.std(part[0]) > 1e-3:
            found.append(Music(path.stem, *part))
    return found


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--music", type=Path, help="folder with real music")
    words.add_argument("--pieces", type=int, default=12, help="of real music that are damaged")
    words.add_argument("--minutes", type=int, default=100, help="of real music that are listened to for false alarms")
    words.add_argument("--only", default=",".join([*TABLES, "clean"]), help="tables, by comma")
    given = words.parse_args()
    wanted = given.only.split(",")
    judge = Judge()
    materials = [Music("tune", tune(rate, 24.0, seed=4), rate) for rate in (44_100, 96_000)]
    if given.music:
        every = real(given.music, 20.0, 30.0, 1000)
        materials += every[:: max(len(every) // given.pieces, 1)][: given.pieces]
    for name, show in TABLES.items():
        if name in wanted:
            show(materials, judge)
    if "clean" in wanted:
        minutes = [Music(f"tune {seed}", tune(44_100, 60.0, seed=seed), 44_100) for seed in range(20, 24)]
        false_alarms(minutes + (real(given.music, 20.0, 60.0, given.minutes) if given.music else []), judge)
    print("\nmissed: " + ("; ".join(judge.missed) if judge.missed else "nothing"))
    return 1 if judge.missed else 0


if __name__ == "__main__":
    sys.exit(main())
