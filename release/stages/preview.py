"""Stage of a disc's preview: the sound of its image, encoded small, and the outline of its waveform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from release.dsp.resample import Resampler, resample
from release.dsp.steps.deemphasis import Deemphasis
from release.dsp.steps.kind import Processor
from release.encode.preview import RATE_HZ, encode_preview
from release.model.disc import LEAD_PAUSE_CD_FRAMES
from release.pipeline.canonical import Json
from release.pipeline.step import RunContext, Stage, StageResult
from release.units import BYTES_PER_CD_FRAME, CD_RATE_HZ, SAMPLES_PER_CD_FRAME, convert_position

PREVIEW_FILE = "preview.webm"
COLUMNS = 1200
"""Columns of the outline: more than a page is wide."""
_BLOCK_CD_FRAMES = 120
WINDOW_S = 0.3
MOST_HEARD = 12
MOST_LAG_SAMPLES = 48
"""One millisecond: what an encoder's delay would move is 6.5 ms and more."""
LIKENESS = 0.6
"""Of a correlation between -1 and 1; sound at another place reaches that only where it repeats itself."""
AS_LIKE = 0.8
"""A place elsewhere must be clearly more like the image than the one that was meant."""
ALMOST_SILENT = 1e-4


def run_preview(ctx: RunContext) -> StageResult:
    """Encode the image from A-time 00:02:00 to the lead-out.

    ``params``: ``file`` of the image step, ``image_cd_frames``, ``bitrate_kbps``, ``emphasis``: (first, end) CD frames
    from 00:02:00 on of what has pre-emphasis, which a player takes off by the flag in the subcode, and so does this.
    """
    n_cd_frames = ctx.params["image_cd_frames"] - LEAD_PAUSE_CD_FRAMES
    n_samples = convert_position(n_cd_frames * SAMPLES_PER_CD_FRAME, CD_RATE_HZ, RATE_HZ)
    peaks: list[NDArray[np.int32]] = []
    path = ctx.work_dir / PREVIEW_FILE
    blocks = _resampled(played(_words(ctx, n_cd_frames, peaks), ctx.params["emphasis"]))
    encode_preview(blocks, path, bitrate_kbps=ctx.params["bitrate_kbps"], n_samples=n_samples)
    fact: dict[str, Json] = {
        "n_samples": n_samples,
        "outline": _outline(np.concatenate(peaks)),
        "image_sha256": ctx.info("image", ctx.params["file"]).sha256,
    }
    return StageResult(fact=fact, files={PREVIEW_FILE: path})


def _words(ctx: RunContext, n_cd_frames: int, peaks: list[NDArray[np.int32]]) -> Iterator[NDArray[np.int16]]:
    """The words of the image from 00:02:00 on; the peak of each CD frame is noted on the way."""
    path = ctx.file("image", ctx.params["file"])
    with path.open("rb", buffering=0) as file:
        # A raw image begins two seconds earlier, a WAV with its header; both end with the last sample.
        file.seek(path.stat().st_size - n_cd_frames * BYTES_PER_CD_FRAME)
        for at in range(0, n_cd_frames, _BLOCK_CD_FRAMES):
            count = min(_BLOCK_CD_FRAMES, n_cd_frames - at)
            words = np.fromfile(file, "<i2", count * SAMPLES_PER_CD_FRAME * 2)
            frames = words.reshape(count, -1)
            highest, lowest = frames.max(axis=1).astype(np.int32), frames.min(axis=1).astype(np.int32)
            peaks.append(np.maximum(highest, -lowest))
            ctx.progress(at / n_cd_frames)
            yield words.reshape(-1, 2)


def played(words: Iterable[NDArray[np.int16]], emphasis: Sequence[Sequence[int]]) -> Iterator[NDArray[np.float64]]:
    """Words as a CD player plays them: as they are, and without the treble boost where there is pre-emphasis.

    Args:
        words: (n, 2) blocks, one after the other.
        emphasis: (first, end) CD frames from the first word on, in order.
    """
    stretches = [tuple(at * SAMPLES_PER_CD_FRAME for at in stretch) for stretch in emphasis]
    taking_off: Processor | None = None
    at = 0
    for block in words:
        audio, done = block.astype(np.float64) / 32_768.0, 0
        while done < len(audio):
            while stretches and at + done >= stretches[0][1]:
                stretches.pop(0)
            first, end = stretches[0] if stretches else (at + len(audio), at + len(audio))
            if at + done < first:
                part = audio[done : first - at]
                yield part
            else:
                taking_off = taking_off or Deemphasis().make(CD_RATE_HZ, 2)
                part = audio[done : end - at]
                yield taking_off.process(part)
            done += len(part)
            if taking_off is not None and at + done == end:
                yield taking_off.flush()
                taking_off = None
        at += len(audio)
    if taking_off is not None:
        yield taking_off.flush()


def _resampled(blocks: Iterator[NDArray[np.float64]]) -> Iterator[NDArray[np.float64]]:
    resampler = Resampler(CD_RATE_HZ, RATE_HZ, 2)
    for block in blocks:
        yield resampler.process(block)
    yield resampler.flush()


def _outline(peaks: NDArray[np.int32]) -> list[int]:
    """The highest peak of each column, in thousandths of full scale."""
    columns = min(COLUMNS, len(peaks))
    starts = np.arange(columns) * len(peaks) // columns
    return [int(value) * 1000 // 32_768 for value in np.maximum.reduceat(peaks, starts)]


def preview_places(ctx: RunContext, seconds: Sequence[float]) -> tuple[int, list[tuple[float, float]]]:
    """Hear the preview at some moments, by another decoder than its encoder, beside the image.

    Args:
        ctx: with the inputs ``preview`` and ``image``.
        seconds: moments from A-time 00:02:00 on; at most a dozen of them are heard.

    Returns:
        How many were recognised, and those that were recognised elsewhere: (moment, distance in seconds). Silence, and
        sound that the encoder changed beyond recognition, gives no verdict.
    """
    heard, displaced = 0, []
    chosen = list(seconds)[:: max(-(-len(seconds) // MOST_HEARD), 1)]
    with _Decoder(ctx.file("preview", PREVIEW_FILE)) as decoder:
        for at_s in chosen:
            ctx.check_cancelled()
            lag = _lag_samples(decoder.read(at_s), _image_at(ctx, at_s))
            if lag is None:
                continue
            heard += 1
            if abs(lag) > MOST_LAG_SAMPLES:
                displaced.append((at_s, lag / RATE_HZ))
    return heard, displaced


class _Decoder:
    """FFmpeg's own Opus decoder, from any moment."""

    def __init__(self, path: Path) -> None:
        import av

        self._container: Any = av.open(str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def read(self, at_s: float) -> NDArray[np.float64]:
        """``WINDOW_S`` seconds of both channels, (n, 2); less at the end."""
        self._container.seek(round(max(at_s - 0.1, 0.0) * 1_000_000))
        wanted, first = round(WINDOW_S * RATE_HZ), round(at_s * RATE_HZ)
        out = np.zeros((wanted, 2))
        for frame in self._container.decode(audio=0):
            at = round(float(frame.pts * frame.time_base) * RATE_HZ) - first
            if at >= wanted:
                break
            samples = frame.to_ndarray()
            samples = samples.T if samples.shape[0] == 2 else samples.reshape(-1, 2)
            low, high = max(at, 0), min(at + len(samples), wanted)
            if low < high:
                out[low:high] = samples[low - at : high - at]
        return out


def _image_at(ctx: RunContext, at_s: float) -> NDArray[np.float64]:
    """The image at the same moment, at the preview's rate, (n, 2)."""
    path = ctx.file("image", ctx.params["file"])
    total = (ctx.params["image_cd_frames"] - LEAD_PAUSE_CD_FRAMES) * SAMPLES_PER_CD_FRAME
    first, count = round(at_s * CD_RATE_HZ), round(WINDOW_S * CD_RATE_HZ)
    count = min(count, total - first)
    with path.open("rb", buffering=0) as file:
        file.seek(path.stat().st_size - (total - first) * 4)
        words = np.fromfile(file, "<i2", count * 2).reshape(-1, 2)
    at = first // SAMPLES_PER_CD_FRAME
    is_emphasised = any(begin <= at < end for begin, end in ctx.params["emphasis"])
    heard = list(played([words], [(0, total)] if is_emphasised else []))
    return resample(np.concatenate(heard) if heard else np.zeros((0, 2)), CD_RATE_HZ, RATE_HZ)


def _lag_samples(heard: NDArray[np.float64], meant: NDArray[np.float64]) -> int | None:
    """By how many samples what is heard comes late; None where it is not recognised."""
    n = min(len(heard), len(meant))
    size = 1 << (2 * n - 1).bit_length()
    spectra = [np.fft.rfft(audio[:n], size, axis=0) for audio in (heard, meant)]
    likeness = np.fft.irfft((spectra[0] * spectra[1].conj()).sum(axis=1), size)
    energy = np.sqrt((heard[:n] ** 2).sum() * (meant[:n] ** 2).sum())
    best = int(np.argmax(likeness))
    if energy < ALMOST_SILENT or likeness[best] < LIKENESS * energy:
        return None
    near = max(likeness[: MOST_LAG_SAMPLES + 1].max(), likeness[-MOST_LAG_SAMPLES:].max())
    if near > AS_LIKE * likeness[best]:
        return 0  # a steady tone is as like itself a period later: that it stands elsewhere is not shown
    return best if best < size // 2 else best - size


PREVIEW = Stage("cd-preview", 3, run_preview, "file", libraries=("av", "soxr", "numpy"), weight=0.008)
