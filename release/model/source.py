"""What is known of a source file: from its headers (SourceInfo), and from reading all of it (SourceFacts)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Header facts, already held against the size of the file.

    Attributes:
        container: ``wav``, ``rf64``, ``aiff``, ``flac``, ``m4a``, ``mp3``, ``ogg``…
        codec: ``pcm_s16``, ``pcm_s24``, ``pcm_u8``, ``pcm_s32``, ``float32``, ``float64``, ``flac``, ``alac``, ``mp3``, ``aac``, ``vorbis``, ``opus``.
        bit_depth: valid bits of integer formats (24 for float32's integer range), None for lossy.
        is_float: True for floating point samples.
        is_lossy: True when the file was made by a lossy encoder.
        n_samples: per channel, exact after delay and padding.
    """

    container: str
    codec: str
    sample_rate_hz: int
    channels: int
    n_samples: int
    bit_depth: int | None
    is_float: bool
    is_lossy: bool
    bytes: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class ClipRun:
    """Consecutive samples at the same extreme value."""

    at_sample: int
    channel: int
    length: int
    value: float


@dataclass(frozen=True, slots=True)
class Hum:
    """Hum of the mains in one channel.

    Attributes:
        channel: 0 or 1.
        fundamental_hz: of the mains as measured.
        level_dbfs: all harmonics together; a full-scale sine is 0.
        above_db: how far the clearest of them stands above its surroundings.
        harmonics: numbers of those that were found, 1 the fundamental.
    """

    channel: int
    fundamental_hz: float
    level_dbfs: float
    above_db: float
    harmonics: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OppositeStretch:
    """A stretch in which left and right are of opposite polarity.

    Attributes:
        correlation: of the stretch.
        band: ``all`` or ``bass``.
        elsewhere: correlation of the same band outside of all such stretches; None where there is nothing else.
    """

    at_sample: int
    length: int
    correlation: float
    band: str
    elsewhere: float | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that sound does not do by itself.

    Attributes:
        kind: ``click``; ``hole`` (digital silence inside the sound), ``drop`` (a fall of more than 40 dB that comes back),
            ``held`` (one value over and over); ``burst`` (noise).
        strength_db: of a click over the prediction errors beside it; how far a hole lies below the sound beside it; of a
            burst over the roughness of the sound before it.
        is_alone: a hole while other channels go on.
    """

    kind: str
    at_sample: int
    channel: int
    length: int
    strength_db: float
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Facts from one full pass over a source, at its own rate. Positions are its samples.

    Attributes:
        sha256: of the file.
        sample_peak_dbfs: per channel; None for digital silence.
        true_peak_dbtp: highest of all channels; None for digital silence.
        true_peak_at_sample: where.
        overs: separate excursions of the true peak above 0 dBTP (merged within 10 ms).
        clip_runs: the first hundred runs of at least 3 samples at full scale or at the file's own maximum.
        clip_run_count: how many there are in all.
        dc_offset: mean of the samples per channel, digital silence of more than 0.5 s left out; full scale 1.0.
        head_silence_samples: digital silence (all channels zero) before the first sound.
        tail_silence_samples: after the last sound.
        head_quiet_samples: below -60 dBFS before the first sound.
        tail_quiet_samples: after the last sound.
        first_sample_dbfs: level of the first sample; None when zero.
        last_sample_dbfs: level of the last one.
        inner_silences: (start, length) of digital silence inside the sound, 1 ms and longer; the first hundred.
        used_bits: bits really used (integer sources), None for float sources that are no integers.
        is_identical: two channels that are equal sample for sample.
        dead_channels: channels of digital silence beside a channel with sound.
        correlation: of left and right over the file; None when either is silent or for mono.
        bandwidth_hz: highest frequency with content (measurement.md section 9); None when not measurable.
        bandwidth_edge_db: how far the spectrum falls within 500 Hz beyond it.
        mirrored_hz: half of a lower rate about which the spectrum is mirrored, an image of a converter; None without.
        integrated_lufs: loudness as two channels when mono is meant for a release.
        noise_floor_dbfs: 5th percentile of 400 ms RMS, digital silence left out.
        defects: clicks, holes and bursts in the order of the file, the first hundred of each kind.
        defect_counts: (kind, how many there are in all).
        quiet_stretches: (start, length) inside the sound below -70 dBFS in all channels, 1 s and longer; the first hundred.
        head_edge_dbfs: peaks of the first millisecond of sound and of the 20 ms after it; None for digital silence.
        tail_edge_dbfs: peaks of the last 5 ms of sound and of the 40 ms before them.
        hums: hum of the mains, at most one for each channel.
        bass_correlation: of left and right from 30 to 150 Hz over the file; None as for ``correlation``.
        opposite: stretches of negative correlation, the twenty longest over all frequencies and in the bass.
        likeness: print of the recording that finds it again under another name (``release.dsp.likeness``).
    """

    sha256: str
    info: SourceInfo
    sample_peak_dbfs: tuple[float | None, ...]
    true_peak_dbtp: float | None
    true_peak_at_sample: int
    overs: int
    clip_runs: tuple[ClipRun, ...]
    clip_run_count: int
    dc_offset: tuple[float, ...]
    head_silence_samples: int
    tail_silence_samples: int
    head_quiet_samples: int
    tail_quiet_samples: int
    first_sample_dbfs: float | None
    last_sample_dbfs: float | None
    inner_silences: tuple[tuple[int, int], ...]
    used_bits: int | None
    is_identical: bool
    dead_channels: tuple[int, ...]
    correlation: float | None
    bandwidth_hz: float | None
    bandwidth_edge_db: float | None
    integrated_lufs: float | None
    noise_floor_dbfs: float | None
    notes: tuple[str, ...] = field(default=())
    hums: tuple[Hum, ...] = ()
    bass_correlation: float | None = None
    opposite: tuple[OppositeStretch, ...] = ()
    likeness: str = ""
    defects: tuple[Defect, ...] = ()
    defect_counts: tuple[tuple[str, int], ...] = ()
    quiet_stretches: tuple[tuple[int, int], ...] = ()
    head_edge_dbfs: tuple[float, float] | None = None
    tail_edge_dbfs: tuple[float, float] | None = None
    mirrored_hz: float | None = None
