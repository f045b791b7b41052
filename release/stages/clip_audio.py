"""The sound of one clip: decode, convert, chain, cut, fade, in the order of the signal path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from release.audio.reader import open_reader
from release.dsp.fade import fade_gain
from release.dsp.repair.log import Repair, Repairing
from release.dsp.resample import Resampler
from release.dsp.steps.kind import Processor
from release.dsp.steps.registry import make_step, settle_samples
from release.model.programme import Clip, ProcessStep
from release.model.source import SourceInfo
from release.stages.repair_log import Note, RepairLog
from release.stages.scratch import BLOCK_SAMPLES, ScratchAudio
from release.units import db_to_linear

Audio = NDArray[np.float64]

PRE_ROLL_S = 10
"""A chain is fed at least this long from before the trim start, and longer where its steps take longer to settle."""


class Sound(Protocol):
    """Anything that plays stereo at the programme's rate, from any sample on."""

    def blocks(self, start: int) -> Iterator[Audio]:
        """Stereo blocks from ``start`` to the end of the sound."""
        ...


class SourceSound:
    """A source file as it sounds at the programme's rate, after gain and chain."""

    def __init__(
        self,
        path: Path,
        info: SourceInfo,
        rate_hz: int,
        *,
        gain_db: float = 0.0,
        chain: tuple[ProcessStep, ...] = (),
        log: Callable[[int], Note] | None = None,
    ) -> None:
        self._path, self._info, self._rate_hz = path, info, rate_hz
        self._gain_db, self._chain, self._log = gain_db, chain, log

    def blocks(self, start: int) -> Iterator[Audio]:
        """Stereo blocks from ``start``, counted at the programme's rate."""
        from_hz, to_hz = self._info.sample_rate_hz, self._rate_hz
        settles = bool(self._chain) or from_hz != to_hz
        # Only a whole second is a whole sample at every rate.
        second = max(start // to_hz - pre_roll_s(self._chain, to_hz), 0) if settles else 0
        skip = start - second * to_hz
        first = second * from_hz if settles else start
        if not settles:
            skip = 0
        yield from drop(self._processed(first), skip)

    def _processed(self, first: int) -> Iterator[Audio]:
        stream: Iterator[Audio] = self._decoded(first)
        from_hz = self._info.sample_rate_hz
        if from_hz != self._rate_hz:
            stream = converted(stream, from_hz, self._rate_hz)
        if self._gain_db:
            stream = scaled(stream, db_to_linear(self._gain_db))
        note = self._log(first // from_hz * self._rate_hz) if self._log and self._chain else None
        return chained(stream, self._chain, self._rate_hz, note)

    def _decoded(self, first: int) -> Iterator[Audio]:
        with open_reader(self._path, self._info) as reader:
            at = first
            while at < reader.n_samples:
                count = min(BLOCK_SAMPLES, reader.n_samples - at)
                yield stereo(reader.read(at, count))
                at += count


class ScratchSound:
    """A run of the sequence chain, already rendered."""

    def __init__(self, audio: ScratchAudio) -> None:
        self._audio = audio

    def blocks(self, start: int) -> Iterator[Audio]:
        """Stereo blocks from ``start``."""
        for block in self._audio.blocks(start):
            yield block.astype(np.float64, copy=False)


class RepeatedSound:
    """Room tone: the same sound again from its start, as often as the gap needs."""

    def __init__(self, sound: Sound) -> None:
        self._sound = sound

    def blocks(self, start: int) -> Iterator[Audio]:
        """Stereo blocks without end, or none when the sound is empty."""
        at = start
        while True:
            got = 0
            for block in self._sound.blocks(at):
                got += block.shape[0]
                yield block
            if not got and not at:
                return
            at = 0


def pre_roll_s(chain: tuple[ProcessStep, ...], rate_hz: int) -> int:
    """Whole seconds in which every step of a chain has settled, one after the other."""
    samples = sum(settle_samples(step.kind, dict(step.parameters), rate_hz) for step in chain)
    return max(PRE_ROLL_S, -(-samples // rate_hz))


def stereo(block: Audio) -> Audio:
    """Two channels: a mono source becomes two equal ones at unchanged sample values."""
    return np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block


def drop(stream: Iterator[Audio], count: int) -> Iterator[Audio]:
    """The stream without its first ``count`` samples."""
    for block in stream:
        if count >= block.shape[0]:
            count -= block.shape[0]
            continue
        yield block[count:] if count else block
        count = 0


def scaled(stream: Iterator[Audio], factor: float) -> Iterator[Audio]:
    """The stream times a factor."""
    for block in stream:
        yield block * factor


def converted(stream: Iterator[Audio], from_hz: int, to_hz: int) -> Iterator[Audio]:
    """The stream at another rate, without delay, of exactly the length that the rates demand."""
    resampler = Resampler(from_hz, to_hz, 2)
    for block in stream:
        out = resampler.process(block)
        if out.shape[0]:
            yield out
    out = resampler.flush()
    if out.shape[0]:
        yield out


def chained(
    stream: Iterator[Audio], chain: tuple[ProcessStep, ...], rate_hz: int, note: Note | None = None
) -> Iterator[Audio]:
    """The stream through a chain of process steps; the same length, without delay. Repairs are told to ``note``."""
    for number, step in enumerate(chain):
        stream = processed(stream, step, rate_hz, partial(note, number) if note else None)
    return stream


def processed(
    stream: Iterator[Audio], step: ProcessStep, rate_hz: int, note: Callable[[Repair], None] | None = None
) -> Iterator[Audio]:
    """The stream through one process step."""
    processor = make_step(step.kind, dict(step.parameters), rate_hz, 2, acts_on=step.acts_on)
    for block in stream:
        out = processor.process(block)
        _tell(processor, note)
        if out.shape[0]:
            yield out
    out = processor.flush()
    _tell(processor, note)
    if out.shape[0]:
        yield out


def _tell(processor: Processor, note: Callable[[Repair], None] | None) -> None:
    if note is not None and isinstance(processor, Repairing):
        for repair in processor.take_repairs():
            note(repair)


class Puller:
    """Turns a stream of blocks of any size into reads of any size; past its end it gives zeros."""

    def __init__(self, stream: Iterator[Audio]) -> None:
        self._stream = stream
        self._rest: Audio = np.zeros((0, 2))

    def read(self, count: int) -> Audio:
        """The next ``count`` samples."""
        parts: list[Audio] = []
        have = 0
        while have < count:
            if not self._rest.shape[0]:
                block = next(self._stream, None)
                if block is None:
                    parts.append(np.zeros((count - have, 2)))
                    break
                self._rest = block
            take = self._rest[: count - have]
            self._rest = self._rest[take.shape[0] :]
            parts.append(take)
            have += take.shape[0]
        return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.zeros((0, 2))


class ClipPlayer:
    """Plays one clip from its first sample to its last, with its fades."""

    def __init__(self, clip: Clip, sound: Sound) -> None:
        self._clip = clip
        self._puller = Puller(sound.blocks(clip.source_start))
        self._at = 0

    def read(self, count: int) -> Audio:
        """The next ``count`` samples of the clip."""
        start, clip = self._at, self._clip
        block = self._puller.read(count)
        self._at += count
        if clip.fade_in is not None and start < clip.fade_in.length:
            n = min(count, clip.fade_in.length - start)
            gain = fade_gain(clip.fade_in.length, clip.fade_in.curve, start, n, rising=True)
            block = _faded(block, 0, gain)
        if clip.fade_out is not None and start + count > clip.length - clip.fade_out.length:
            fade_start = clip.length - clip.fade_out.length
            first = max(fade_start - start, 0)
            offset = start + first - fade_start
            gain = fade_gain(clip.fade_out.length, clip.fade_out.curve, offset, count - first, rising=False)
            block = _faded(block, first, gain)
        return block


def _faded(block: Audio, first: int, gain: NDArray[np.float64]) -> Audio:
    out = block.copy()
    out[first : first + gain.shape[0]] *= gain[:, None]
    return out


def sound_of(
    clip: Clip,
    rate_hz: int,
    paths: Mapping[str, Path],
    infos: Mapping[str, SourceInfo],
    runs: Mapping[str, ScratchAudio],
    log: Callable[[int], Note] | None = None,
) -> Sound:
    """The sound that a clip plays: a source file, or a run of the sequence chain."""
    sound: Sound
    if clip.source in runs:
        sound = ScratchSound(runs[clip.source])
    else:
        sound = SourceSound(
            paths[clip.source], infos[clip.source], rate_hz, gain_db=clip.gain_db, chain=clip.chain, log=log
        )
    return RepeatedSound(sound) if clip.repeats else sound


def mixed(
    clips: tuple[Clip, ...],
    start: int,
    end: int,
    rate_hz: int,
    *,
    paths: Mapping[str, Path],
    infos: Mapping[str, SourceInfo],
    runs: Mapping[str, ScratchAudio],
    log: RepairLog | None = None,
) -> Iterator[Audio]:
    """The timeline ``[start, end)`` in blocks: clips where they stand, zeros elsewhere, overlaps added.

    A stretch that only one clip covers is that clip's samples, bit for bit.
    """
    waiting = sorted(enumerate(clips), key=lambda item: item[1].position)
    playing: list[tuple[Clip, ClipPlayer]] = []
    at = start
    while at < end:
        stop = min(at + BLOCK_SAMPLES, end)
        while waiting and waiting[0][1].position < stop:
            number, clip = waiting.pop(0)
            note = partial(log.note, number) if log else None
            playing.append((clip, ClipPlayer(clip, sound_of(clip, rate_hz, paths, infos, runs, note))))
        yield _mix_block(playing, at, stop)
        playing = [(clip, player) for clip, player in playing if clip.end > stop]
        at = stop


def _mix_block(playing: list[tuple[Clip, ClipPlayer]], at: int, stop: int) -> Audio:
    parts = [(max(clip.position, at), min(clip.end, stop), player) for clip, player in playing]
    if len(parts) == 1 and parts[0][0] == at and parts[0][1] == stop:
        return parts[0][2].read(stop - at)
    block = np.zeros((stop - at, 2))
    for first, last, player in parts:
        if last > first:
            block[first - at : last - at] += player.read(last - first)
    return block
