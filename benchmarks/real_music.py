"""Builds an album of real music for every carrier, and holds what came out against other programs.

    python benchmarks/real_music.py WORK [--jobs N] [--only-check]

Debian's packages of free games ship whole, freely licensed pieces. The script downloads three of them with apt-get,
decodes a dozen pieces into mixed rates, word lengths and containers (as the mixes of a real release arrive), writes a
manifest with joins, chains and every kind of target, runs ``release build``, and then lets ffmpeg, flac, cdrdao, bchunk,
opusdec, lame and md5sum read the deliverables. Nothing of the music goes into the repository: all is below WORK.

Needs apt-get and the Debian packages ffmpeg, flac, lame, opus-tools, cdrdao and bchunk; about 300 MB of downloads and
4 GB of room. Exit code 1 when a program disagrees with the record, or when a check finds what nobody put there.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outside import Verdict, judge_build

ROOT = Path(__file__).resolve().parent.parent
WESNOTH, HYPERROGUE, SINGULARITY = "wesnoth-1.16-music", "hyperrogue-music", "singularity-music"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a game, and the mix that is made of it.

    Attributes:
        game: Debian package.
        name: the end of its path in the package.
        mix: name of the source file in the project.
        output: ffmpeg's output options: codec, sample format, channels; empty leaves the file as it is.
        rate_hz: of the mix; None keeps that of the piece.
        seconds: how much of it is taken; None takes all.
        gain_db: before writing; only floating point survives more than full scale.
    """

    game: str
    name: str
    mix: str
    output: str = ""
    rate_hz: int | None = None
    seconds: float | None = None
    gain_db: float = 0.0


PIECES = (
    Piece(WESNOTH, "transience.ogg", "01 transience.wav", "-c:a pcm_s16le"),
    Piece(WESNOTH, "love_theme.ogg", "02 love theme.wav", "-c:a pcm_s24le", 48_000),  # ffmpeg: WAVE_EXTENSIBLE
    Piece(WESNOTH, "the_dangerous_symphony.ogg", "03 symphony.flac", "-c:a flac -sample_fmt s32", 96_000, 150.0),
    Piece(WESNOTH, "battle-epic.ogg", "05 battle epic.aiff", "-c:a pcm_s24be", 88_200),
    Piece(WESNOTH, "sad.ogg", "06 sad.m4a", "-c:a alac -sample_fmt s32p"),
    Piece(HYPERROGUE, "hr3-caves.ogg", "07 caves.wav", "-c:a pcm_f32le", gain_db=4.5),
    Piece(HYPERROGUE, "hr-domina-hunting.ogg", "08 hunting.flac", "-c:a flac -sample_fmt s32", 88_200),
    Piece(HYPERROGUE, "hr3-crossroads.ogg", "09 crossroads.ogg"),  # left as it is: a lossy source
    Piece(HYPERROGUE, "hr-savino-palace.ogg", "10 palace.aiff", "-c:a pcm_s16be"),
    Piece(SINGULARITY, "Chimes They Fade.ogg", "11 chimes.flac", "-c:a flac -sample_fmt s16 -ac 1"),
    Piece(SINGULARITY, "Apex Aleph.ogg", "12 apex aleph.wav", "-c:a pcm_s24le"),
    Piece(WESNOTH, "northerners.ogg", "13 northerners.wav", "-c:a pcm_f32le", 96_000, 130.0),
)

MANIFEST = """\
version: 1

release:
  title: Music of Free Games
  artist: Various Artists
  type: album
  compilation: true
  label: Free Games
  catalogue_number: FG001
  barcode: "4006381333931"
  release_date: 2026-12-04
  genre: Soundtrack
  language: zxx
  p_line: 2012 The composers, GPL-2.0-or-later (Wesnoth) and CC-BY-SA-3.0 (HyperRogue, Singularity)
  c_line: 2012 The composers, GPL-2.0-or-later (Wesnoth) and CC-BY-SA-3.0 (HyperRogue, Singularity)
  artwork: artwork/front.png

sequence:
  sample_rate: 96 kHz
  gap: 2 s

tracks:
  - id: transience
    title: Transience
    source: mixes/01 transience.wav
    isrc: ZZ-FG0-26-00001
    artists: [Aleksi Aubry-Carlson]
    writers: [{name: Aleksi Aubry-Carlson, role: composer}]

  - id: love-theme
    title: Love Theme
    source: mixes/02 love theme.wav
    isrc: ZZ-FG0-26-00002
    artists: [Ryan Reilly]
    writers: [{name: Ryan Reilly, role: composer}]

  - id: symphony-1
    work: {title: The Dangerous Symphony, composer: Gianmarco Leone, movement: 1, movement_title: Approach}
    source: mixes/03 symphony.flac
    isrc: ZZ-FG0-26-00003
    artists: [Gianmarco Leone]
    process: &glue
      - highpass: {frequency: 25 Hz}
      - compressor: {threshold: -16 dBFS, ratio: 1.8, attack: 30 ms, release: 200 ms}
        name: glue

  - id: symphony-2                      # the same source and the same clip: one chain run, cut in two
    work: {title: The Dangerous Symphony, composer: Gianmarco Leone, movement: 2, movement_title: Danger}
    source: mixes/03 symphony.flac
    trim: {start: 80 s, end: 2:28}
    isrc: ZZ-FG0-26-00004
    artists: [Gianmarco Leone]
    gap: 0 s
    fade_out: 6 s
    process: *glue

  - id: battle-epic
    title: Battle Epic
    source: mixes/05 battle epic.aiff
    isrc: ZZ-FG0-26-00005
    artists: [Doug Kaufman]
    writers: [{name: Doug Kaufman, role: composer}]
    gap: {length: 4 s, fill: mixes/room.wav}

  - id: sad
    title: Sad
    source: mixes/06 sad.m4a
    isrc: ZZ-FG0-26-00006
    artists: [Tyler Johnson]
    writers: [{name: Tyler Johnson, role: composer}]
    gap: 3.5 s
    fade_out: {length: 4 s, curve: exponential}

  - id: caves
    title: Living Caves
    source: mixes/07 caves.wav          # a float mix that goes over full scale
    isrc: ZZ-FG0-26-00007
    artists: [Shawn Parrotte]
    writers: [{name: Shawn Parrotte, role: composer}]
    gain: -6 dB

  - id: hunting
    title: The Hunting Ground
    source: mixes/08 hunting.flac
    isrc: ZZ-FG0-26-00008
    artists: [Lincoln Domina]
    writers: [{name: Lincoln Domina, role: composer}]
    crossfade: {length: 4 s, curve: equal-power}
    process:
      - eq: {shape: low-shelf, frequency: 110 Hz, gain: 1.5 dB, q: 0.7}

  - id: crossroads
    title: Crossroads
    source: mixes/09 crossroads.ogg
    isrc: ZZ-FG0-26-00009
    artists: [Shawn Parrotte]
    writers: [{name: Shawn Parrotte, role: composer}]

  - id: palace
    title: Palace
    source: mixes/10 palace.aiff
    isrc: ZZ-FG0-26-00010
    artists: [Will Savino]
    writers: [{name: Will Savino, role: composer}]
    gap: -1.5 s                         # an overlap with both at full level
    unjoined: {head: {fade_in: 20 ms}, tail: {fade_out: 1.5 s}}

  - id: chimes
    title: Chimes They Fade
    source: mixes/11 chimes.flac        # one channel
    isrc: ZZ-FG0-26-00011
    artists: [Maxstack]
    writers: [{name: Max McCracken, role: composer}]

  - id: apex-aleph
    title: Apex Aleph
    source: mixes/12 apex aleph.wav
    isrc: ZZ-FG0-26-00012
    artists: [Maxstack]
    writers: [{name: Max McCracken, role: composer}]

  - id: northerners
    title: Northerners
    source: mixes/13 northerners.wav
    trim: {start: 0 s, end: 2:04.321}
    isrc: ZZ-FG0-26-00013
    artists: [Stephen Rozanc]
    writers: [{name: Stephen Rozanc, role: composer}]
    fade_out: 8 s
    indexes: [1:00.5]

targets:
  streaming:
    level: {match: tracks, loudness: -14 LUFS, ceiling: -1 dBTP, limiter: {max_reduction: 4 dB}}
    sample_rate: 44.1 kHz
    files: [flac, {format: wav, chunks: none}, {format: mp3, bitrate: 320}, {format: aac, bitrate: 256}, opus]
    services: [spotify, apple-music, youtube]

  download:
    sample_rate: 44.1 kHz
    files: [alac, {format: wav, chunks: [bext, axml, info, id3]}]
    level: {as: streaming}

  cd:
    level: {match: album, loudness: -11 LUFS, ceiling: -0.3 dBTP, limiter: {max_reduction: 6 dB}}
    dither: {type: shaped}
    images: [ddp, cue, toc]
    text: true

  vinyl:
    size: 12 in
    speed: 45 rpm
    sides: auto
    level: {match: peak, ceiling: -3 dBTP}
    process: [{mono_below: {frequency: 150 Hz}}]
    matrix: {A: FG001-A, B: FG001-B}
"""

EXPECTED = frozenset(
    {
        ("audio/upsampled", "symphony-1"),  # made here from 44.1 kHz
        ("audio/upsampled", "northerners"),
        ("audio/lossy-source", "crossroads"),  # left in Ogg Vorbis
        ("audio/clipping", "hunting"),  # goes 0.1 dB over full scale, and integers clip
        ("audio/cut-off", "palace"),  # both are loops
        ("audio/cut-off", "chimes"),
        ("audio/dc-offset", "chimes"),  # a synthesizer with a tenth of full scale below its sound
        ("audio/dc-offset", "apex-aleph"),
        ("level/held-back", "apex-aleph"),  # max_reduction is meant to be reached
        ("level/lossy-overshoot", "apex-aleph"),  # Opus takes the offset away, and the peaks rise
    }
)
"""Warnings that the pieces deserve; another one is a false alarm, or a fault that was not there before."""


def run(*words: str, **options: Any) -> str:
    """Run a program; its output, or its complaint as an error."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return str(done.stdout)


def fetch(games: Iterable[str], work: Path) -> Path:
    """Download and unpack the packages below ``work``, those that are not there yet."""
    packages, unpacked = work / "packages", work / "games"
    packages.mkdir(parents=True, exist_ok=True)
    for game in games:
        if not list(packages.glob(f"{game}_*.deb")):
            print(f"apt-get download {game}", file=sys.stderr)
            run("apt-get", "download", "-q", game, cwd=packages)
        if not (unpacked / game).is_dir():
            (unpacked / game).mkdir(parents=True)
            run("dpkg-deb", "-x", str(next(packages.glob(f"{game}_*.deb"))), str(unpacked / game))
    return unpacked


def decode(piece: Piece, games: Path, mixes: Path) -> None:
    """Make one mix of a piece, as a studio would have sent it."""
    found = sorted((games / piece.game).rglob(piece.name))
    if not found:
        sys.exit(f"{piece.game} has no {piece.name}: the package has changed")
    target = mixes / piece.mix
    if target.exists():
        return
    if not piece.output:
        target.write_bytes(found[0].read_bytes())
        return
    words = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(found[0]), "-map", "0:a:0", "-map_metadata", "-1"]
    words += ["-t", str(piece.seconds)] if piece.seconds else []
    resample = f",aresample={piece.rate_hz}:resampler=soxr:precision=28" if piece.rate_hz else ""
    words += ["-af", f"volume={piece.gain_db}dB:precision=double{resample}"]
    run(*words, *piece.output.split(), str(target))


def prepare(work: Path) -> Path:
    """The whole project below ``work``; the manifest's path."""
    project = work / "project"
    (project / "mixes").mkdir(parents=True, exist_ok=True)
    (project / "artwork").mkdir(exist_ok=True)
    games = fetch(dict.fromkeys(piece.game for piece in PIECES), work)
    for piece in PIECES:
        decode(piece, games, project / "mixes")
    made = ("ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i")
    room = "anoisesrc=color=brown:amplitude=0.0008:seed=7:r=96000:d=5"
    run(*made, room, "-ac", "2", "-c:a", "pcm_s24le", str(project / "mixes" / "room.wav"))
    run(*made, "mandelbrot=size=3000x3000", "-frames:v", "1", str(project / "artwork" / "front.png"))
    manifest = project / "project.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    return manifest


def build(manifest: Path, output: Path, cache: Path, jobs: str | None) -> float:
    """Build the release; the CPU seconds that it took."""
    words = [sys.executable, "-m", "release", "build", str(manifest), "--output", str(output)]
    words += ["--jobs", jobs] if jobs else []
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(words, env={**os.environ, "RELEASE_CACHE": str(cache)}, cwd=ROOT, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        sys.exit(f"release build ended with exit code {done.returncode}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"\nbuilt in {time.monotonic() - started:.0f} s, {cpu_s:.0f} CPU seconds\n")
    return cpu_s


def unexpected_findings(record: Mapping[str, Any]) -> Iterator[Verdict]:
    """Warnings and failures that nothing in the album explains."""
    for finding in record["qc"]["findings"]:
        known = (finding["check"], finding["track"]) in EXPECTED
        if finding["status"] != "note" and not known:
            where = " ".join(filter(None, (finding["target"], finding["track"])))
            yield Verdict("findings", f"{finding['check']} {where}", finding["message"], is_good=False)


def table(verdicts: Iterable[Verdict]) -> int:
    """Print what every program said; how many disagreed."""
    bad = 0
    for verdict in verdicts:
        bad += not verdict.is_good
        print(f"{'ok  ' if verdict.is_good else 'BAD '} {verdict.tool:<14} {verdict.what:<44} {verdict.said}")
    return bad


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path, help="folder for downloads, mixes and the build")
    parser.add_argument("--jobs", help="workers of the build")
    parser.add_argument("--only-check", action="store_true", help="check the build that is there")
    options = parser.parse_args()
    work: Path = options.work.resolve()
    output = work / "build"
    manifest = prepare(work)
    if not options.only_check:
        build(manifest, output, work / "cache", options.jobs)
    record = json.loads((output / "release.json").read_text(encoding="utf-8"))
    bad = table((*judge_build(output, record), *unexpected_findings(record)))
    print(f"\n{bad} disagreements" if bad else "\nevery program agrees with the record")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
