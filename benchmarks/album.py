#!/usr/bin/env python3
"""Compare a build of a whole album with the same work by hand, in one run; see README.md beside this file.

    python benchmarks/album.py SCRATCH [--tracks 12] [--seconds 240] [--rounds 3] [--parts build,memory,measure,rebuild]

Everything is written below SCRATCH: the album (made by make_album.py when it is not there), the builds, their cache.
CPU seconds are user + system time of a process and of all its children, so that other work on the machine disturbs little.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from make_album import make_album

HERE = Path(__file__).resolve().parent
RELEASE = (sys.executable, "-m", "release")
SAMPLING_S = 0.05
LONGER = 4

PROJECT = """\
version: 1
release: {{title: {title}, artist: The Benchmarks, label: Own, catalogue_number: BENCH1, release_date: 2026-01-01}}
sequence: {{gap: 2 s, discs: {discs}}}
tracks:
{tracks}
targets:
  streaming:
    sample_rate: 44.1 kHz
    bit_depth: 24
    files: [flac, {{format: mp3, bitrate: 320}}]
    level: {{match: album, loudness: -14 LUFS, ceiling: -1 dBTP, limiter: {{}}}}
  cd:
    dither: {{type: shaped}}
    images: [cue]
    player: false
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: CPU seconds of the whole tree, and the peak of its summed PSS (None when not sampled)."""

    cpu_s: float
    peak_mib: float | None = None


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, sample: bool = False) -> Cost:
    """Run a command to its end; its output goes nowhere."""
    process = subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, **(env or {})},
        cwd=HERE.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peaks: list[float] = []
    sampler = threading.Thread(target=sample_memory, args=(process.pid, peaks), daemon=True)
    errors: list[bytes] = []
    reader = threading.Thread(target=lambda: errors.append(process.stderr.read() if process.stderr else b""))
    reader.start()
    if sample:
        sampler.start()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    if sample:
        sampler.join()
    if process.returncode not in (0, 1):  # 1: built, and a check has found something
        sys.exit(f"{command} ended with {process.returncode}: {b''.join(errors).decode(errors='replace')[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, max(peaks) if peaks else None)


def sample_memory(root: int, peaks: list[float]) -> None:
    """Sum PSS over a process and all its descendants at 20 Hz, until the process is gone."""
    while True:
        members = tree(root)
        total = sum(pss_kib(pid) for pid in members)
        if not total:
            return
        peaks.append(total / 1024)
        time.sleep(SAMPLING_S)


def tree(root: int) -> list[int]:
    """The process and its descendants that live now."""
    members = [root]
    for pid in members:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                members += [int(word) for word in task.read_text().split()]
            except OSError:
                continue
    return members


def pss_kib(pid: int) -> int:
    """Proportional set size of a process; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


@dataclass(frozen=True, slots=True)
class Bench:
    """The folders and sizes of one comparison."""

    folder: Path
    sources: Sequence[Path]
    rounds: int
    jobs: int

    @property
    def env(self) -> dict[str, str]:
        """The cache of our builds lies with the rest; compiled kernels stay where they are."""
        return {"RELEASE_CACHE": str(self.folder / "cache")}

    def project(self, name: str, sources: Sequence[Path], title: str = "First Title") -> Path:
        """Write a project of these sources."""
        folder = self.folder / name
        (folder / "mixes").mkdir(parents=True, exist_ok=True)
        lines = []
        for number, source in enumerate(sources, 1):
            link = folder / "mixes" / f"{number:02d}.wav"
            link.unlink(missing_ok=True)
            os.link(source, link)
            lines.append(
                f"  - {{id: t{number:02d}, title: {title if number == 1 else f'Track {number}'}, "
                f"source: mixes/{link.name}, gain: {(number - 1) // len(self.sources) / 100:g} dB}}"
            )
        path = folder / "project.yaml"
        # A disc holds what the album holds; one four times as long goes on four.
        discs = ", ".join(f"{{first: t{first + 1:02d}}}" for first in range(0, len(sources), len(self.sources)))
        text = PROJECT.format(title="Benchmark", tracks="\n".join(lines), discs=f"[{discs}]")
        path.write_text(text, encoding="utf-8")
        return path

    def build(self, project: Path, *, fresh: bool, sample: bool = False) -> Cost:
        """Build a project; fresh: as if for the first time."""
        if fresh:
            for leftover in (self.folder / "cache", project.parent / "build", project.parent / ".release"):
                shutil.rmtree(leftover, ignore_errors=True)
        return run([*RELEASE, "build", project, "--jobs", str(self.jobs)], env=self.env, sample=sample)


def median(cost: Callable[[], Cost], rounds: int) -> float:
    """Median CPU seconds of several runs."""
    return statistics.median(cost().cpu_s for _ in range(rounds))


def warm_up(bench: Bench) -> None:
    """Compile the kernels and read the libraries from disk once, outside of what is measured."""
    short = make_album(bench.folder / "short", tracks=1, seconds=5, rate_hz=96_000, bits=24)
    bench.build(bench.project("warm", short), fresh=True)


def compare_builds(bench: Bench) -> dict[str, float]:
    """Our build against the script by hand, in turns, both one job at a time: two at once slow each other down."""
    project = bench.project("project", bench.sources)
    ours, by_hand = [], []
    for _ in range(bench.rounds):
        shutil.rmtree(bench.folder / "by-hand", ignore_errors=True)
        by_hand.append(run([HERE / "by_hand.sh", bench.sources[0].parent, bench.folder / "by-hand"]).cpu_s)
        ours.append(replace(bench, jobs=1).build(project, fresh=True).cpu_s)
    ratio = statistics.median(ours) / statistics.median(by_hand)
    return {"build_cpu_s": statistics.median(ours), "by_hand_cpu_s": statistics.median(by_hand), "ratio": ratio}


def compare_memory(bench: Bench) -> dict[str, float]:
    """Peak of our build, and of one of an album four times as long: the same files again, a little louder each time.

    Not the same level, because what was already made of a source is not made again.
    """
    album = bench.build(bench.project("project", bench.sources), fresh=True, sample=True)
    longer = bench.build(bench.project("longer", list(bench.sources) * LONGER), fresh=True, sample=True)
    shutil.rmtree(bench.folder / "longer")
    assert album.peak_mib is not None
    assert longer.peak_mib is not None
    return {"peak_mib": album.peak_mib, f"peak_mib_{LONGER}_times_as_long": longer.peak_mib}


def compare_meters(bench: Bench) -> dict[str, float]:
    """``release measure`` against ffmpeg's meter, with everything that starting costs, and beside it without that.

    What starting costs is what a file of a second costs: once for us, once a file for ffmpeg. Both measure one file at
    a time, because two at once slow each other down, and one run of each goes before, so that both find the files in
    memory.
    """

    def ours(files: Sequence[Path]) -> Cost:
        return run([*RELEASE, "measure", "--json", "--jobs", "1", *files])

    def theirs(files: Sequence[Path]) -> Cost:
        meter = ("-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
        costs = [run(["ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-i", file, *meter]) for file in files]
        return Cost(sum(cost.cpu_s for cost in costs))

    ours(bench.sources)
    theirs(bench.sources)
    second = make_album(bench.folder / "second", tracks=1, seconds=1, rate_hz=96_000, bits=24)
    start, their_start = (
        median(lambda: ours(second), 2 * bench.rounds),
        median(lambda: theirs(second), 2 * bench.rounds),
    )
    found = {}
    for name, files in (("album", bench.sources), ("file", bench.sources[:1])):
        mine, other = median(lambda f=files: ours(f), bench.rounds), median(lambda f=files: theirs(f), bench.rounds)
        found |= {f"{name}_cpu_s": mine, f"{name}_ffmpeg_cpu_s": other, f"{name}_ratio": mine / other}
    running, theirs_running = (
        found["album_cpu_s"] - start,
        found["album_ffmpeg_cpu_s"] - len(bench.sources) * their_start,
    )
    return found | {"album_ratio_without_start": running / theirs_running}


def compare_rebuild(bench: Bench) -> dict[str, float]:
    """A build after one title was changed, against the first build."""
    first = bench.build(bench.project("project", bench.sources), fresh=True).cpu_s

    def again(round_number: int) -> float:
        title = f"Another Title {round_number}"
        return bench.build(bench.project("project", bench.sources, title), fresh=False).cpu_s

    rebuild = statistics.median(again(n) for n in range(bench.rounds))
    return {"first_cpu_s": first, "rebuild_cpu_s": rebuild, "share_percent": 100 * rebuild / first}


PARTS: Mapping[str, Callable[[Bench], dict[str, float]]] = {
    "build": compare_builds,
    "memory": compare_memory,
    "measure": compare_meters,
    "rebuild": compare_rebuild,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--album", type=Path, help="folder of 01.wav, 02.wav… to use instead of our own album")
    parser.add_argument("--tracks", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--rate", type=int, default=96_000)
    parser.add_argument("--bits", type=int, default=24, choices=(16, 24))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--parts", default=",".join(PARTS))
    wish = parser.parse_args()
    folder = wish.scratch.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if wish.album:
        sources = sorted(wish.album.absolute().glob("[0-9][0-9].wav"))
    else:
        name = f"album-{wish.tracks}x{wish.seconds:g}-{wish.rate}-{wish.bits}"
        shape = {"tracks": wish.tracks, "seconds": wish.seconds, "rate_hz": wish.rate, "bits": wish.bits}
        sources = make_album(folder / name, **shape)
    bench = Bench(folder, sources, wish.rounds, wish.jobs)
    warm_up(bench)
    results = {}
    for part in wish.parts.split(","):
        results[part] = {name: round(value, 3) for name, value in PARTS[part](bench).items()}
        print(part, json.dumps(results[part]), flush=True)


if __name__ == "__main__":
    main()
