"""Outside programs' opinion of a build: each reads the deliverables and is held against the record.

| program | what it is asked |
|---|---|
| md5sum, sha256sum | every checksum list |
| ffmpeg (hash) | decoded samples of every lossless file equal ``audio_sha256`` |
| ffmpeg (ebur128) | integrated loudness within 0.1 LU, true peak within 0.2 dB (0.3 dB of decoded lossy audio) |
| ffmpeg, lame, opusdec | decoded length of lossy files, to the sample |
| ffprobe | title, artist, album, track number, ISRC |
| flac | every frame and the MD5 |
| cdrdao | the TOC and every byte of its audio |
| bchunk | CUE and image: each track, from its last index to the next pause, is the record's part of the image |
| numpy | the step where one file ends and the joined next one begins is no larger than those around it |
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

LOUDNESS_TOLERANCE_LU = 0.1
PEAK_TOLERANCE_DB = 0.2
LOSSY_PEAK_TOLERANCE_DB = 0.3
"""Decoders differ in their last bits, and meters in how they read peaks near half the sample rate."""
PRINTED = 0.0501
"""ffmpeg prints one decimal."""
LOSSY = ("mp3", "aac", "opus")
CD_FRAME_SAMPLES = 588
AAC_FRAME_SAMPLES = 1024
"""ffmpeg 5.1 takes the delay off AAC, but plays its last frame to the end; later ones do not."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one program said of one thing."""

    tool: str
    what: str
    said: str
    is_good: bool = True


def judge_build(output: Path, record: Json) -> Iterator[Verdict]:
    """Everything that outside programs say of a build.

    Args:
        output: the build folder.
        record: its release.json.
    """
    measured: dict[str, tuple[float, float]] = {}
    for name, target in record["targets"].items():
        yield from _checksums(output / name)
        for item in target["deliverables"]:
            if item["role"] in {"audio", "side"} or (item["role"] == "image" and item["format"] == "wav"):
                yield from _audio(output, item, measured)
        yield from _tags(output, target)
        yield from _disc(output / name, target)
        yield from _joins(output, name, target)


def said_by(*words: str | Path, cwd: Path | None = None) -> tuple[int, str]:
    """Exit code of a program, and what it wrote."""
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False, cwd=cwd)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def _checksums(folder: Path) -> Iterator[Verdict]:
    for kind in ("md5", "sha256"):
        for listing in sorted(folder.rglob(f"checksums.{kind}")):
            code, text = said_by(f"{kind}sum", "--strict", "--quiet", "-c", listing.name, cwd=listing.parent)
            count = len(listing.read_text(encoding="utf-8").splitlines())
            yield Verdict(f"{kind}sum", f"{folder.name}/{listing.name}", text.strip() or f"{count} files", code == 0)


def _audio(output: Path, item: Json, measured: dict[str, tuple[float, float]]) -> Iterator[Verdict]:
    path, is_lossy = output / item["path"], item["format"] in LOSSY
    what = item["path"]
    if item["format"] == "flac":
        code, text = said_by("flac", "-ts", path)
        yield Verdict("flac -t", what, text.strip() or "every frame right", code == 0)
    if is_lossy:
        yield from _length(path, item)
    elif item["bit_depth"] is not None:
        depth = item["bit_depth"]
        _, text = said_by(
            "ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c:a", f"pcm_s{depth}le", "-f", "hash", "-"
        )
        digest = text.strip().removeprefix("SHA256=")
        yield Verdict("ffmpeg", what, f"samples {digest[:12]}", digest == item["audio_sha256"])
    digest = item["audio_sha256"] or item["sha256"]
    if digest not in measured:
        measured[digest] = _ebur128(path)
    loudness, peak = measured[digest]
    own = item["loudness"]
    apart_lu = abs(loudness - (own["integrated_lufs"] if own["integrated_lufs"] is not None else -70.0))
    apart_db = abs(peak - own["true_peak_dbtp"])
    limit_db = LOSSY_PEAK_TOLERANCE_DB if is_lossy else PEAK_TOLERANCE_DB
    said = f"{loudness:6.1f} LUFS {peak:+5.1f} dBTP; record {own['integrated_lufs']:7.2f} {own['true_peak_dbtp']:+6.2f}"
    is_good = apart_lu <= LOUDNESS_TOLERANCE_LU + PRINTED and apart_db <= limit_db + PRINTED
    yield Verdict("ebur128", what, said, is_good)


def _ebur128(path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak, by ffmpeg."""
    words = ("-nostdin", "-nostats", "-hide_banner", "-i", path, "-map", "0:a:0")
    _, text = said_by("ffmpeg", *words, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-")
    summary = text[text.rindex("Summary:") :]
    loudness, peak = (re.search(rf"{name}:\s+(-?[\d.]+|-inf)", summary) for name in ("I", "Peak"))
    if loudness is None or peak is None:
        return math.nan, math.nan
    return float(loudness[1]), float(peak[1])


def _length(path: Path, item: Json) -> Iterator[Verdict]:
    """The decoded length of a lossy file, by every decoder at hand for its format."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "decoded.wav"
        decoders: list[tuple[str | Path, ...]] = [
            ("ffmpeg", "-v", "error", "-y", "-i", path, "-map", "0:a", "-c:a", "pcm_s16le", wav)
        ]
        if item["format"] == "mp3":
            decoders.append(("lame", "--quiet", "--decode", path, wav))
        if item["format"] == "opus":
            decoders.append(("opusdec", "--quiet", "--rate", "48000", path, wav))
        for words in decoders:
            said_by(*words)
            with wave.open(str(wav)) as decoded:
                n_samples = decoded.getnframes()
            wav.unlink()
            promised = item["samples"]
            if item["format"] == "aac":
                promised += -promised % AAC_FRAME_SAMPLES
            said = f"{n_samples} samples; record {item['samples']}"
            yield Verdict(str(words[0]), item["path"], said, n_samples == promised)


def _tags(output: Path, target: Json) -> Iterator[Verdict]:
    """Tags as ffprobe shows them, against the record's track list."""
    known = {track["key"]: track for unit in target["units"] for track in unit["tracks"]}
    for item in target["deliverables"]:
        if item["role"] != "audio" or item["track"] is None or "chunks-none" in item["path"]:
            continue
        _, text = said_by(
            "ffprobe", "-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json", output / item["path"]
        )
        shown = json.loads(text)
        tags = {key.lower(): value for key, value in shown.get("format", {}).get("tags", {}).items()}
        for stream in shown.get("streams", ()):
            tags |= {key.lower(): value for key, value in stream.get("tags", {}).items()}
        if not tags:
            yield Verdict("ffprobe", item["path"], "no tags", item["format"] == "wav")
            continue
        track = known[item["track"]]
        wanted = {"title": track["title"], "artist": track["artist"]}
        wrong = [f"{key} is {tags.get(key)!r}" for key, value in wanted.items() if tags.get(key) != value]
        number = str(tags.get("track", "")).split("/", maxsplit=1)[0].lstrip("0")
        if number != str(track["number"]):
            wrong.append(f"track is {tags.get('track')!r}")
        isrc = tags.get("isrc", tags.get("tsrc", "")).replace("-", "")
        if isrc != track["isrc"] and item["format"] != "wav":
            wrong.append(f"isrc is {isrc!r}")
        yield Verdict("ffprobe", item["path"], "; ".join(wrong) or "title, artist, number, ISRC", not wrong)


def _disc(folder: Path, target: Json) -> Iterator[Verdict]:
    for toc in sorted(folder.rglob("*.toc")):
        for command in ("show-toc", "read-test"):
            code, text = said_by("cdrdao", command, toc.name, cwd=toc.parent)
            wrong = [line for line in text.splitlines() if "WARNING" in line or "ERROR" in line]
            said = "; ".join((command, *wrong))
            yield Verdict("cdrdao", f"{folder.name}/{toc.name}", said, code == 0 and not wrong)
    for number, cue in enumerate(sorted(folder.rglob("*.cue"))):
        yield from _bchunk(cue, target["units"][number])


def _bchunk(cue: Path, unit: Json) -> Iterator[Verdict]:
    """The parts that bchunk cuts by the sheet; it leaves out all before a track's last index."""
    with wave.open(str(cue.with_suffix(".wav"))) as image, tempfile.TemporaryDirectory() as folder:
        pcm = image.readframes(image.getnframes())
        binary = Path(folder) / "image.bin"
        binary.write_bytes(pcm)
        code, text = said_by("bchunk", "-w", binary, cue, Path(folder) / "t")
        yield Verdict("bchunk", cue.name, "reads" if code == 0 else text.strip(), code == 0)
        tracks = unit["tracks"]
        ends = [later["start"] - later["pause"] for later in tracks[1:]] + [len(pcm) // 4]
        begins = _last_indexes(cue)
        for path, track, start, end in zip(sorted(Path(folder).glob("t*.wav")), tracks, begins, ends, strict=True):
            with wave.open(str(path)) as part:
                found = part.readframes(part.getnframes())
            said = f"{len(found) // 4} samples; record {end - start}"
            is_good = start >= track["start"] and found == pcm[4 * start : 4 * end]
            yield Verdict("bchunk", f"{cue.name}: {track['key']}", said, is_good)


def _last_indexes(cue: Path) -> list[int]:
    """Where bchunk begins each track, in samples: at the last of its indexes."""
    begins: list[int] = []
    for line in cue.read_text(encoding="latin-1").splitlines():
        if line.strip().startswith("TRACK"):
            begins.append(0)
        elif found := re.match(r"\s+INDEX \d\d (\d\d):(\d\d):(\d\d)", line):
            minutes, seconds, cd_frames = (int(text) for text in found.groups())
            begins[-1] = ((minutes * 60 + seconds) * 75 + cd_frames) * CD_FRAME_SAMPLES
    return begins


def _joins(output: Path, name: str, target: Json) -> Iterator[Verdict]:
    """Where a track runs into the next, the step from file to file is one of those around it."""
    files = {item["track"]: item for item in target["deliverables"] if item["format"] == "flac"}
    for unit in target["units"]:
        for before, after in pairwise(unit["tracks"]):
            if before["key"] not in files or after["key"] not in files:
                continue
            end = _samples(output / files[before["key"]]["path"])[-2000:]
            start = _samples(output / files[after["key"]]["path"])[:2000]
            joined = np.concatenate((end, start))
            steps = np.abs(np.diff(joined, axis=0)).max(axis=1)
            step, around = steps[len(end) - 1], np.sort(np.delete(steps, len(end) - 1))[-3]
            said = f"step {_dbfs(step)}, others up to {_dbfs(around)}"
            yield Verdict("numpy", f"{name}: {before['key']} > {after['key']}", said, bool(step <= around + 2**-22))


def _samples(path: Path) -> npt.NDArray[np.float64]:
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "f64le", "-"], capture_output=True, check=True)
    return np.frombuffer(done.stdout).reshape(-1, 2)


def _dbfs(value: float) -> str:
    return f"{20 * math.log10(value):.0f} dBFS" if value > 0 else "zero"
