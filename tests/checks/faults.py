"""Made-up facts for the tests of checks: a clean case, and one fault at a time."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from release.dsp.meters.delivered import DeliveredFacts, EndFacts, StereoFacts
from release.model.disc import Copy, Disc, DiscText, DiscTrack, TextBlock
from release.model.disc_hidden import HiddenParts, HiddenSound
from release.model.measurement import Loudness
from release.model.metadata import ReleaseInfo, TrackInfo, Work, Writer
from release.model.programme import Clip, Shift, TargetProgramme, Timeline, TrackSpan, Unit
from release.model.project import ResolvedProject, Waiver
from release.model.source import ClipRun, Defect, Hum, OppositeStretch, SourceFacts, SourceInfo
from release.model.target import DitherSpec, FileSpec, FilesSpec, LevelSpec, LimiterSpec, ResolvedTarget
from release.qc.contexts import (
    ArtworkContext,
    ArtworkFacts,
    DeliverableFact,
    DiscContext,
    DocumentContext,
    GainFact,
    MetadataContext,
    ProgrammeContext,
    SideContext,
    SourceContext,
    SourceUse,
    TargetContext,
    WaiverContext,
    WrittenContext,
    WrittenText,
)

RATE = 96_000
LENGTH = 180 * RATE


def info(**changes: Any) -> SourceInfo:
    clean = SourceInfo("wav", "pcm_s24", RATE, 2, LENGTH, 24, is_float=False, is_lossy=False, bytes=LENGTH * 6)
    return replace(clean, **changes)


def facts(**changes: Any) -> SourceFacts:
    clean = SourceFacts(
        sha256="a" * 64, info=info(), sample_peak_dbfs=(-1.0, -1.2), true_peak_dbtp=-0.8, true_peak_at_sample=RATE, overs=0,
        clip_runs=(), clip_run_count=0, dc_offset=(1e-6, -1e-6), head_silence_samples=RATE // 10, tail_silence_samples=RATE,
        head_quiet_samples=RATE // 10, tail_quiet_samples=RATE, first_sample_dbfs=None, last_sample_dbfs=None, inner_silences=(),
        used_bits=24, is_identical=False, dead_channels=(), correlation=0.6, bandwidth_hz=31_000.0, bandwidth_edge_db=6.0,
        integrated_lufs=-15.0, noise_floor_dbfs=-70.0,
    )  # fmt: skip
    return replace(clean, **changes)


def source(use: dict[str, Any] | None = None, **changes: Any) -> SourceContext:
    uses = replace(SourceUse("tide", 0.0, LENGTH / RATE), **(use or {}))
    return SourceContext("mixes/tide.wav", facts(**changes), (uses,))


def runs(count: int, length: int) -> dict[str, Any]:
    return {"clip_runs": tuple(ClipRun(RATE * (i + 1), 0, length, 1.0) for i in range(count)), "clip_run_count": count}


def defects(
    kind: str, *places: tuple[float, int, int], count: int = 0, strength_db: float = 40.0, is_alone: bool = False
) -> dict[str, Any]:
    """Defects at (seconds, channel, samples)."""
    listed = tuple(
        Defect(kind, round(at_s * RATE), channel, length, strength_db, is_alone) for at_s, channel, length in places
    )
    return {"defects": listed, "defect_counts": ((kind, count or len(listed)),)}


def release(**changes: Any) -> ReleaseInfo:
    clean = ReleaseInfo(
        "Night Ferry", "The Harbour Lights", label="Lowtide", catalogue_number="LTR014", barcode="4006381333931",
        release_date=date(2026, 12, 4), genre="Folk", p_line="2026 Lowtide", c_line="2026 Lowtide", artwork="front.png",
    )  # fmt: skip
    return replace(clean, **changes)


def track(key: str = "tide", **changes: Any) -> TrackInfo:
    clean = TrackInfo(key, key.capitalize(), "The Harbour Lights", isrc="GBLTR2600001", writers=(Writer("Jo Hale"),))
    return replace(clean, **changes)


KEYS = ("departure", "tide", "lanterns")


def spans(joined: str = "") -> tuple[TrackSpan, ...]:
    return tuple(
        TrackSpan(
            key,
            i + 1,
            i * LENGTH,
            i * LENGTH,
            (i + 1) * LENGTH,
            i * LENGTH,
            (i + 1) * LENGTH - RATE,
            joined=key == joined,
        )
        for i, key in enumerate(KEYS)
    )


def timeline(joined: str = "") -> Timeline:
    clips = tuple(Clip(f"mixes/{key}.wav", 0, LENGTH - RATE, i * LENGTH) for i, key in enumerate(KEYS))
    return Timeline(RATE, 3 * LENGTH, clips, spans(joined))


def resolved(kind: str = "streaming", *, joined: str = "", **changes: Any) -> ResolvedTarget:
    clean = ResolvedTarget(
        kind, kind, release(), {k: track(k) for k in KEYS}, TargetProgramme(kind, RATE, (Unit("1", "", timeline(joined)),)), 44_100, 24,
        is_float=False, level=LevelSpec("album", -14.0, -1.0), dither=DitherSpec(), spec=FilesSpec((FileSpec("flac"),)),
    )  # fmt: skip
    return replace(clean, **changes)


def loudness(integrated: float | None = -14.0, peak: float | None = -1.2) -> Loudness:
    return Loudness(integrated, 6.0, -10.0, -9.0, peak, -1.4)


VERIFIED = {"bit_exact": True, "tags": True}


def target(**changes: Any) -> TargetContext:
    clean = TargetContext(
        target=resolved(),
        loudness={k: loudness() for k in KEYS},
        album=loudness(),
        gains=tuple(GainFact(k, 1.0, "album", aim_lufs=-14.0, reached_lufs=-14.0) for k in KEYS),
        deliverables=(
            DeliverableFact("streaming/flac/1.flac", "flac", track="tide", loudness=loudness(), verified=VERIFIED),
            DeliverableFact("streaming/mp3-320/1.mp3", "mp3", track="tide", is_lossy=True, loudness=loudness(peak=-0.3), verified=VERIFIED),
        ),
        sources={k: facts() for k in KEYS},
    )  # fmt: skip
    return replace(clean, **changes)


def project(**changes: Any) -> ResolvedProject:
    clean = ResolvedProject(
        digest="0" * 64, release=release(), tracks={k: track(k) for k in KEYS}, programme=timeline(), targets=(resolved(),), waivers=(),
        sources={}, uses={k: f"mixes/{k}.wav" for k in KEYS},
    )  # fmt: skip
    return replace(clean, **changes)


def one_source(step: int) -> ProgrammeContext:
    """All tracks from one file, each starting so many samples after the one before."""
    whole = timeline()
    clips = tuple(replace(c, source="mixes/all.wav", source_start=n * step) for n, c in enumerate(whole.clips))
    return programme(programme=replace(whole, clips=clips), uses=dict.fromkeys(KEYS, "mixes/all.wav"))


def programme(**changes: Any) -> ProgrammeContext:
    sources = {f"mixes/{k}.wav": facts(sha256=k[0] * 64) for k in KEYS}
    return ProgrammeContext(project(**changes), sources)


def sized(seconds: float) -> ProgrammeContext:
    """Four files of a length."""
    short = info(n_samples=round(seconds * RATE))
    return ProgrammeContext(project(), {f"mixes/{n}.wav": facts(info=short) for n in range(4)})


def likeness(seed: int, *, noise: float = 0.0, mirrored: bool = False) -> str:
    """A print of a minute of made-up levels; the same seed is the same recording, give or take some noise."""
    rng = np.random.default_rng(seed)
    words = rng.normal(150.0, 12.0, (600, 8))
    words[:, :7] += np.random.default_rng(9).normal(0.0, noise, (600, 7))
    words[:, 7] = 128.0 + (words[:, 7] - 150.0) * (-1.0 if mirrored else 1.0)
    return b64encode(np.clip(np.rint(words), 0, 255).astype(np.uint8).tobytes()).decode()


def prints(*texts: str, **changes: Any) -> ProgrammeContext:
    """A project whose first sources have these prints."""
    context = programme(**changes)
    named = dict(zip(context.facts, texts, strict=False))
    return replace(context, facts={n: replace(f, likeness=named.get(n, "")) for n, f in context.facts.items()})


def hum(level_dbfs: float, channel: int = 0) -> Hum:
    return Hum(channel, 50.02, level_dbfs, 31.0, (1, 2, 3))


def opposite(
    length_s: float, correlation: float, band: str, elsewhere: float | None = 0.7
) -> tuple[OppositeStretch, ...]:
    return (OppositeStretch(20 * RATE, round(length_s * RATE), correlation, band, elsewhere),)


INVERTED = facts(opposite=opposite(60.0, -0.9, "all"))
ONE_SIDED = facts(dead_channels=(1,))


def disc(**changes: Any) -> Disc:
    tracks = (
        DiscTrack(1, (150,), 0, isrc="GBLTR2600001", key="departure"),
        DiscTrack(2, (15_000,), 14_850, isrc="GBLTR2600002", key="tide"),
    )
    block = TextBlock(
        "en", DiscText("Night Ferry", "The Harbour Lights"), (DiscText("Departure", "A"), DiscText("Tide", "A"))
    )
    return replace(Disc(tracks, 30_000, text_blocks=(block,)), **changes)


def cd(*, shifts: tuple[Shift, ...] = (), images: tuple[str, ...] = (), **changes: Any) -> DiscContext:
    return DiscContext("cd", disc(**changes), 1, shifts, images)


def side(length_s: float = 900.0, **changes: Any) -> SideContext:
    return replace(SideContext("vinyl", "vinyl", "A", length_s, "12in-33", other_lengths_s=(("B", 880.0),)), **changes)


def metadata(kind: str = "streaming", isrc: str = "GBLTR2600001", **changes: Any) -> MetadataContext:
    return MetadataContext(kind, kind, release(**changes), (track(isrc=isrc), track("coda", isrc="GBLTR2600002")))


def artwork(**changes: Any) -> ArtworkContext:
    clean = ArtworkFacts(2_000_000, "", "PNG", "RGB", 3000, 3000, 1)
    return ArtworkContext("front.png", replace(clean, **changes), ("streaming",))


def waiver(matches: int = 1, **changes: Any) -> WaiverContext:
    own = Waiver(
        "audio/clipping", "the sound", "Jo Marsh", date(2026, 11, 20), track="tide", expires=date(2026, 12, 31)
    )
    return replace(WaiverContext(own, matches, as_of=date(2026, 12, 4)), **changes)


SMOOTH = np.sin(np.arange(128) * 0.02)[:, None] * np.array([[0.3, 0.2]])
"""Two edges of 64 samples that go on."""


def delivered(joined: str = "", *, head: Any = None, kind: str = "streaming", **changes: Any) -> TargetContext:
    """Three tracks as delivered, of which one has its channels, its end or its head changed."""
    stereo = {
        "mono_loss_lu": -0.8,
        "worst_mono_loss_lu": -2.0,
        "worst_at_s": 30.0,
        "balance_db": 0.3,
        "bass_correlation": 0.9,
    }
    end = {"sound_end_s": 177.0, "end_dbfs": -69.0, "before_dbfs": -60.0, "is_cut": False}
    clean = DeliveredFacts(StereoFacts(**stereo), EndFacts(**end), 1e-5 * SMOOTH[64:], np.zeros((64, 2)))
    other = replace(
        clean,
        stereo=StereoFacts(**{k: changes.get(k, v) for k, v in stereo.items()}),
        end=EndFacts(**{k: changes.get(k, v) for k, v in end.items()}),
        head=clean.head if head is None else head,
    )
    before = replace(clean, tail=SMOOTH[:64]) if joined else clean
    return target(
        target=resolved(kind, joined=joined), delivered={"departure": before, "tide": other, "lanterns": clean}
    )


def crossfaded(inside: float) -> TargetContext:
    """Four seconds of crossfade at the head of a track, so many times the power of both its sides."""
    context = target(target=resolved(joined="tide"))
    (unit,) = context.target.programme.units
    longer = tuple(
        replace(t, audio_end=t.audio_end + 5 * RATE) if t.key == "departure" else t for t in unit.timeline.tracks
    )
    # In the made-up timeline a second lies between the audio of two tracks.
    unit = replace(unit, timeline=replace(unit.timeline, tracks=longer))
    programmes = replace(context.target.programme, units=(unit,))
    powers = {"departure": np.full(600, 0.01), "tide": np.concatenate([np.full(40, 0.01 * inside), np.full(600, 0.01)])}
    return replace(context, target=replace(context.target, programme=programmes), powers=powers)


def of_length(seconds: float) -> TargetContext:
    item = DeliverableFact(
        "s/flac/1.flac", "flac", track="tide", sample_rate_hz=44_100, samples=round(seconds * 44_100), verified=VERIFIED
    )
    return target(deliverables=(item,))


def version(**changes: Any) -> ProgrammeContext:
    """A main recording and its instrumental version, whose facts change."""
    context = programme(uses={"departure": "mixes/departure.wav", "departure@inst": "mixes/tide.wav"})
    inst = replace(context.facts["mixes/tide.wav"], **changes)
    main = replace(context.facts["mixes/departure.wav"], likeness=likeness(1))
    return replace(context, facts={"mixes/departure.wav": main, "mixes/tide.wav": inst})


def later(text: str, steps: int) -> str:
    """The same recording with so many readings before it."""
    words = np.frombuffer(b64decode(text), dtype=np.uint8).reshape(-1, 8)
    return b64encode(np.concatenate([words[100 : 100 + steps], words]).tobytes()).decode()


def with_gain(**changes: Any) -> TargetContext:
    return target(gains=(replace(GainFact("tide", 1.0, aim_lufs=-14.0), **changes),))


def lossy(peak: float) -> TargetContext:
    item = DeliverableFact(
        "s/mp3-320/1.mp3", "mp3", track="tide", is_lossy=True, loudness=loudness(peak=peak), verified=VERIFIED
    )
    return target(deliverables=(item,))


def overloaded() -> TargetContext:
    told = {"length": True, "overloaded": "its gain below 10 kHz is -5.06 dB", "input_peak_dbfs": 20.3}
    return target(deliverables=(DeliverableFact("s/aac-256/1.m4a", "aac", track="tide", is_lossy=True, verified=told),))


def joined(step_db: float, *, at: str = "tide") -> TargetContext:
    gains = (GainFact("departure", 0.0), GainFact("tide", step_db), GainFact("lanterns", step_db))
    return target(target=resolved(joined=at), gains=gains)


def with_services(*services: str, album_lufs: float = -10.0) -> TargetContext:
    spec = FilesSpec((FileSpec("flac"),), services=services)
    return target(
        target=resolved(spec=spec), album=loudness(album_lufs), loudness={k: loudness(album_lufs) for k in KEYS}
    )


def named(asked: str, used: str) -> WrittenContext:
    return WrittenContext("streaming", names=(WrittenText("tide in streaming/flac", asked, used, "tide"),))


def described(asked: str, used: str) -> WrittenContext:
    return WrittenContext(
        "hires", descriptions=(WrittenText("hires/wav/02 Tide.wav", f"The Lights - {asked}", f"The Lights - {used}"),)
    )


def titled(title: str, **changes: Any) -> ProgrammeContext:
    return programme(tracks={"tide": track(title=title, **changes)})


BORROWED = LevelSpec("none", None, -1.0, like="vinyl")
LIMITED = LevelSpec("album", -9.0, -1.0, limiter=LimiterSpec(max_reduction_db=3.0))
SILENT: dict[str, Any] = {
    "sample_peak_dbfs": (None, None),
    "head_silence_samples": LENGTH,
    "tail_silence_samples": LENGTH,
}
BEFORE_TRACK_1 = HiddenParts((HiddenSound("Secret", "", 1, 150, 350, 0),), 150)
MIXES = {f"mixes/{k}.wav": facts() for k in KEYS}

# check id -> (contexts with a fault and the code and status that it gives, contexts without)
CASES: dict[str, tuple[list[tuple[Any, str, str]], list[Any]]] = {
    "audio/clipping": (
        [
            (source(**runs(41, 3)), "clipped", "warn"),
            (source(**runs(1, 9)), "clipped", "warn"),
            (source(**runs(1, 3)), "clipped", "note"),
            (source({"chain_kinds": ("declip",)}, **runs(41, 9)), "clipped", "note"),
        ],
        [source(), source({"start_s": 60.0}, **runs(12, 3))],
    ),
    "audio/true-peak-overs": ([(source(true_peak_dbtp=0.4, overs=3), "over", "note")], [source(), source(true_peak_dbtp=None)]),
    "audio/dc-offset": (
        [
            (source(dc_offset=(0.002, 0.0)), "offset", "warn"),
            (source(dc_offset=(0.0003, 0.0)), "offset", "note"),
            (source({"chain_kinds": ("highpass",)}, dc_offset=(0.0, 0.01)), "offset", "note"),
            (source({"chain_kinds": ("dc_removal",)}, dc_offset=(0.0, 0.01)), "offset", "note"),
        ],
        [source(), source(dc_offset=(0.0, 0.0))],
    ),
    "audio/silence-at-head": (
        [
            (source(head_silence_samples=RATE), "silence", "note"),
            (source(head_silence_samples=6 * RATE), "silence", "warn"),
        ],
        [source(), source({"start_s": 5.9}, head_silence_samples=6 * RATE)],
    ),
    "audio/silence-at-tail": (
        [(source(tail_silence_samples=4 * RATE), "silence", "note"), (source(tail_silence_samples=12 * RATE), "silence", "warn")],
        [source(), source({"end_s": 168.5}, tail_silence_samples=12 * RATE)],
    ),
    "audio/click": (
        [
            (source(**defects("click", (5.0, 0, 3), (5.0, 1, 3), (7.5, 1, 2))), "click", "warn"),
            (source({"chain_kinds": ("declick",)}, **defects("click", (5.0, 0, 3))), "click", "note"),
            (source(info=info(channels=6), **defects("click", *((n / 2, 4, 3) for n in range(1, 101)), count=240)), "click", "warn"),
        ],
        [source(), source({"start_s": 6.0}, **defects("click", (5.0, 0, 3))), source(**defects("click", (5.0, 0, 3), strength_db=8.0))],
    ),
    "audio/noise-burst": (
        [
            (source(**defects("burst", (5.0, 0, 1000), (5.0, 1, 1000))), "burst", "note"),
        ],
        [source(), source({"end_s": 4.0}, **defects("burst", (5.0, 0, 1000)))],
    ),
    "audio/silence-inside": (
        [
            (source(quiet_stretches=((20 * RATE, 6 * RATE), (60 * RATE, 4 * RATE))), "silence", "warn"),
            (source(quiet_stretches=((20 * RATE, 4 * RATE),)), "silence", "note"),
        ],
        [source(), source(quiet_stretches=((20 * RATE, 2 * RATE),)), source({"start_s": 22.0}, quiet_stretches=((20 * RATE, 6 * RATE),))],
    ),
    "audio/cut-off": (
        [
            (source(tail_edge_dbfs=(-40.0, -38.0)), "tail", "warn"),
            (source(tail_edge_dbfs=(-20.0, -22.0), tail_silence_samples=0), "tail", "warn"),
            (source(tail_edge_dbfs=(-20.0, -18.0)), "tail", "note"),
            (source(head_edge_dbfs=(-20.0, -18.0), head_silence_samples=0), "start", "note"),
            (source(first_sample_dbfs=-20.0), "start", "warn"),
            (source(last_sample_dbfs=-20.0), "end", "warn"),
            (source(first_sample_dbfs=-55.0), "start", "note"),
            (source(last_sample_dbfs=-30.0, dc_offset=(0.006, 0.006)), "end", "warn"),
        ],
        [
            source(first_sample_dbfs=-80.0, last_sample_dbfs=-70.0),
            source(tail_edge_dbfs=(-56.0, -50.0), head_edge_dbfs=(-20.0, -18.0)),
            source(tail_edge_dbfs=(-40.0, -25.0), tail_silence_samples=0),
            source({"has_fade_out": True}, tail_edge_dbfs=(-40.0, -38.0)),
            source({"has_fade_in": True, "joined_after": True}, first_sample_dbfs=-20.0, last_sample_dbfs=-20.0),
            source({"start_s": 1.0, "end_s": 170.0}, first_sample_dbfs=-20.0, last_sample_dbfs=-20.0),
            source(first_sample_dbfs=-44.4, last_sample_dbfs=-44.4, dc_offset=(0.006, 0.006), tail_edge_dbfs=(-44.4, -44.4), tail_silence_samples=0),
        ],
    ),
    "audio/dead-channel": (
        [
            (source(dead_channels=(1,)), "silent", "fail"),
            (source(**SILENT), "no-sound", "fail"),
            (source(info=info(channels=1), **{**SILENT, "sample_peak_dbfs": (None,)}), "no-sound", "fail"),
            (source({"end_s": 4.0}, head_silence_samples=5 * RATE), "silent-part", "fail"),
            (source({"start_s": 60.5, "end_s": 62.0}, inner_silences=((60 * RATE, 3 * RATE),)), "silent-part", "fail"),
            (source({"start_s": 178.0}, tail_silence_samples=2 * RATE), "silent-part", "fail"),
        ],
        [source(), source(head_silence_samples=179 * RATE), source({"start_s": 177.9}, tail_silence_samples=2 * RATE)],
    ),
    "audio/identical-channels": ([(source(is_identical=True), "dual-mono", "note")], [source(), source(info=info(channels=1), is_identical=True)]),
    "audio/mono-source": ([(source(info=info(channels=1)), "mono", "note")], [source()]),
    "audio/low-correlation": (
        [
            (source(correlation=-0.9), "negative", "warn"),
            (source(correlation=-0.2), "negative", "note"),
            (source(correlation=-0.9, opposite=opposite(60.0, -0.9, "all")), "negative", "note"),
            (source(correlation=-0.9, opposite=opposite(3.0, -0.9, "all")), "negative", "warn"),
        ],
        [source(), source(correlation=None), source(correlation=-0.01)],
    ),
    "audio/hum": (
        [
            (source(hums=(hum(-60.0), hum(-62.0, 1))), "hum", "warn"),
            (source(hums=(hum(-80.0, 1),)), "hum", "note"),
            (source({"chain_kinds": ("dehum",)}, hums=(hum(-50.0),)), "hum", "note"),
        ],
        [source(), source(hums=(hum(-99.0),))],
    ),
    "audio/polarity": (
        [
            (source(opposite=opposite(12.0, -0.8, "all")), "opposite", "warn"),
            (source(opposite=opposite(12.0, -0.35, "all")), "opposite", "note"),
            (source(opposite=opposite(10.0, -0.9, "bass")), "opposite-bass", "warn"),
            (source(opposite=opposite(170.0, -0.9, "all", None)), "opposite", "warn"),
            (source(opposite=opposite(10.0, -0.9, "bass", 0.1)), "opposite-bass", "note"),
            (source({"chain_kinds": ("polarity",)}, opposite=opposite(10.0, -0.9, "bass")), "opposite-bass", "note"),
        ],
        [source(), source(opposite=opposite(3.0, -0.9, "all")), source({"end_s": 10.0}, opposite=opposite(30.0, -0.9, "bass"))],
    ),
    "audio/swapped-channels": (
        [(prints(likeness(1), likeness(1, mirrored=True)), "mirrored", "note")],
        [prints(likeness(1), likeness(1)), prints(likeness(1), likeness(2, mirrored=True)), programme()],
    ),
    "programme/near-same-audio": (
        [
            (prints(likeness(1), likeness(1)), "alike", "warn"),
            (prints(likeness(1), likeness(1, noise=7.0)), "alike", "note"),
        ],
        [
            prints(likeness(1), likeness(2)),
            programme(),
            prints(likeness(1), likeness(1), uses={"departure": "mixes/departure.wav", "departure@clean": "mixes/tide.wav"}),
        ],
    ),
    "audio/lossy-source": (
        [
            (source(info=info(is_lossy=True, codec="mp3")), "lossy", "warn"),
            (source(bandwidth_hz=16_600.0, bandwidth_edge_db=55.0), "suspected", "note"),
            (source(bandwidth_hz=19_400.0, bandwidth_edge_db=55.0), "suspected", "note"),
        ],
        [source(), source(bandwidth_hz=16_600.0), source(bandwidth_hz=None, bandwidth_edge_db=None)],
    ),
    "audio/upsampled": (
        [
            (source(bandwidth_hz=21_600.0, bandwidth_edge_db=60.0), "upsampled", "note"),
            (source(info=info(sample_rate_hz=44_100), bandwidth_hz=10_900.0, bandwidth_edge_db=60.0), "upsampled", "note"),
            (source(bandwidth_hz=25_600.0, bandwidth_edge_db=39.6, mirrored_hz=22_050.0), "upsampled", "note"),
        ],
        [source(), source(bandwidth_hz=21_600.0, bandwidth_edge_db=8.0),
            source(info=info(sample_rate_hz=44_100), bandwidth_hz=9_927.0, bandwidth_edge_db=51.0), source(info=info(sample_rate_hz=48_000), bandwidth_hz=21_600.0, bandwidth_edge_db=60.0)],
    ),
    "audio/padded-bits": (
        [(source(used_bits=16), "padded", "note"), (source(used_bits=16, info=info(is_float=True)), "padded", "note")],
        [source(), source(used_bits=16, info=info(bit_depth=16)), source(used_bits=None), source(used_bits=0)],
    ),
    "audio/digital-dropout": (
        [
            (source(inner_silences=((RATE, 500),)), "hole", "note"),
            (source(**defects("hole", (5.0, 0, 500), (5.0, 1, 500))), "hole", "warn"),
            (source(**defects("drop", (5.0, 0, 500), (5.0, 1, 500), (9.0, 1, 500))), "drop", "warn"),
            (source(**defects("held", (5.0, 0, 4500))), "held", "warn"),
            (source(**defects("drop", (5.0, 0, 4500), (5.0, 1, 4500))), "drop", "note"),
            (source(**defects("hole", (5.0, 1, 4000), is_alone=True)), "hole-one-side", "warn"),
            (source(**defects("hole", *((float(n), 0, 500) for n in range(1, 31)))), "hole", "note"),
            (source({"chain_kinds": ("dropout",)}, **defects("hole", (5.0, 0, 500))), "hole", "note"),
        ],
        [source(), source({"start_s": 60.0}, **defects("hole", (5.0, 0, 500))), source(**defects("hole", (5.0, 0, 4000))),
            source(inner_silences=((RATE, 3 * RATE),)), source({"start_s": 60.0}, inner_silences=((RATE, 500),)),
            source(tail_quiet_samples=5 * RATE, inner_silences=((LENGTH - 4 * RATE, 500),))],
    ),
    "programme/upsampled-delivery": (
        [
            (target(sources={"tide": facts(info=info(sample_rate_hz=32_000))}), "upsampled", "warn"),
            (target(target=resolved("vinyl"), sources={"tide": facts(info=info(sample_rate_hz=32_000))}), "upsampled", "note"),
        ],
        [target(), target(sources={"tide": facts(info=info(sample_rate_hz=44_100))})],
    ),
    "programme/same-audio": (
        [(ProgrammeContext(project(), MIXES), "same-file", "warn"), (one_source(0), "same-part", "warn")],
        [programme(), one_source(LENGTH)],
    ),
    "programme/length": (
        [(of_length(180.5), "length", "fail")],
        [target(), of_length(180.0)],
    ),
    "programme/version-length": (
        [
            (version(info=info(n_samples=LENGTH + RATE)), "length", "warn"),
            (version(likeness=later(likeness(1), 20)), "shifted", "warn"),
        ],
        [programme(), version(), version(likeness=likeness(1)), version(likeness=later(likeness(2), 20))],
    ),
    "fades/start": (
        [
            (delivered(head=SMOOTH[:64] + 0.1), "starts", "warn"),
            (delivered(head=np.full((64, 2), 0.002)), "starts", "note"),
        ],
        [target(), delivered(), delivered("tide", head=SMOOTH[64:])],
    ),
    "fades/end": (
        [
            (delivered(end_dbfs=-30.0, before_dbfs=-31.0, is_cut=True), "stops", "warn"),
            (delivered(end_dbfs=-45.0, before_dbfs=-30.0, sound_end_s=178.995), "step", "warn"),
            (delivered(end_dbfs=-20.0, before_dbfs=-21.0), "stops", "note"),
            (delivered(end_dbfs=-58.0, before_dbfs=-30.0), "step", "note"),
        ],
        [target(), delivered(), delivered("lanterns", end_dbfs=-20.0)],
    ),
    "joins/click": (
        [
            (delivered("tide", head=SMOOTH[64:] + 0.2), "step", "warn"),
            (delivered("tide", head=SMOOTH[64:] + 0.0008), "step", "note"),
        ],
        [target(), delivered(head=SMOOTH[64:] + 0.2), delivered("tide", head=SMOOTH[64:])],
    ),
    "joins/crossfade": (
        [(crossfaded(0.3), "dip", "note"), (crossfaded(2.0), "swell", "note")],
        [target(), crossfaded(1.0), crossfaded(0.6)],
    ),
    "stereo/mono-loss": (
        [
            (delivered(mono_loss_lu=-9.0), "lost", "warn"),
            (delivered(mono_loss_lu=-4.0), "lost", "note"),
            (replace(delivered(mono_loss_lu=-9.0), sources={"tide": INVERTED}), "lost", "note"),
        ],
        [target(), delivered(), delivered(mono_loss_lu=None), replace(delivered(mono_loss_lu=-4.0), sources={"tide": ONE_SIDED})],
    ),
    "stereo/balance": (
        [(delivered(balance_db=-6.0), "uneven", "warn"), (delivered(balance_db=2.5), "uneven", "note")],
        [target(), delivered(), delivered(balance_db=None), replace(delivered(balance_db=100.0), sources={"tide": ONE_SIDED})],
    ),
    "stereo/bass-correlation": (
        [
            (delivered(bass_correlation=-0.6), "against", "warn"),
            (delivered(bass_correlation=0.3, kind="vinyl"), "wide", "note"),
            (delivered(bass_correlation=-0.1, kind="vinyl"), "against", "warn"),
            (replace(delivered(bass_correlation=-1.0), sources={"tide": INVERTED}), "against", "note"),
        ],
        [target(), delivered(), delivered(bass_correlation=0.3), delivered(bass_correlation=None),
            replace(delivered(bass_correlation=-0.6), sources={"tide": ONE_SIDED})],
    ),
    "level/aim": (
        [
            (with_gain(reached_lufs=-13.5), "missed", "warn"),
            (target(gains=(GainFact("tide", 0.0, aim_lufs=-16.0),)), "missed", "warn"),
            (replace(with_gain(), loudness={"tide": loudness(None)}), "not-measurable", "warn"),
            (replace(with_gain(), target=resolved(level=LevelSpec("tracks", -14.0)), loudness={"tide": loudness(None)}), "not-measurable", "warn"),
            (target(target=resolved(level=LevelSpec("peak", None, -1.0)), loudness={"tide": loudness(None, None)}, gains=()), "not-measurable", "warn"),
        ],
        [target(), with_gain(reached_lufs=-13.9), with_gain(reached_lufs=-16.0, held_back_lu=2.0), with_gain(aim_lufs=None)],
    ),
    "level/butt-join-step": (
        [(joined(0.5), "step", "warn"), (joined(-0.1), "step", "note")],
        [target(), joined(0.0), joined(3.0, at="")],
    ),
    "level/ceiling": (
        [
            (target(loudness={"tide": loudness(peak=-0.9)}), "over", "fail"),
            (target(target=resolved(level=BORROWED), loudness={"tide": loudness(peak=-0.9)}), "over", "warn"),
        ],
        [target(), target(loudness={"tide": loudness(peak=-1.0)}), target(loudness={"tide": loudness(peak=None)})],
    ),
    "level/clipped": ([(target(clipped={"tide": (812, 3.25)}), "clipped", "fail")], [target()]),
    "level/encoder-overload": (
        [(overloaded(), "overloaded", "fail")],
        [target(), lossy(0.31)],
    ),
    "level/held-back": (
        [
            (with_gain(held_back_lu=1.4, held_back_by="tide"), "held-back", "warn"),
            (replace(with_gain(held_back_lu=1.4), target=resolved(level=LIMITED)), "held-back", "warn"),
        ],
        [target(), with_gain(held_back_lu=0.01)],
    ),
    "level/lossy-overshoot": ([(lossy(0.31), "over", "warn")], [target(), lossy(0.0), lossy(-0.2)]),
    "level/outlier": (
        [
            (target(loudness={"a": loudness(-14.0), "b": loudness(-15.0), "c": loudness(-22.0)}), "outlier", "note"),
            (target(loudness={"a": loudness(-14.0), "b": loudness(-15.0), "c": loudness(-28.0)}), "outlier", "warn"),
        ],
        [target(), target(loudness={"a": loudness(-14.0), "b": loudness(-30.0)}), target(loudness={k: loudness(None) for k in "abc"})],
    ),
    "cd/track-length": (
        [
            (cd(tracks=(DiscTrack(1, (150,), 0), DiscTrack(2, (400,)))), "track-short", "fail"),
            (cd(tracks=(DiscTrack(1, (150,), 0), DiscTrack(2, (500,), 400))), "track-short-before-pause", "warn"),
        ],
        [cd()],
    ),
    "cd/first-pause": (
        [
            (cd(tracks=(DiscTrack(1, (400,), 0),)), "first-pause-long", "warn"),
            (replace(cd(tracks=(DiscTrack(1, (400,), 0),)), hidden=BEFORE_TRACK_1), "hidden-audio", "note"),
            (replace(cd(tracks=(DiscTrack(1, (400,), 0),)), hidden=HiddenParts((), 200)), "hidden-audio", "note"),
        ],
        [cd(), replace(cd(), hidden=HiddenParts((HiddenSound("Secret", "", 2, 20_000, 21_000, 2),)))],
    ),
    "cd/disc-length": (
        [
            (cd(lead_out_cd_frames=75 * 4500), "disc-long", "warn"),
            (cd(lead_out_cd_frames=79 * 4500), "disc-very-long", "warn"),
            (cd(lead_out_cd_frames=80 * 4500), "disc-too-long", "fail"),
        ],
        [cd(), cd(lead_out_cd_frames=74 * 4500)],
    ),
    "cd/structure": (
        [
            (cd(tracks=(DiscTrack(1, (150,), 0), DiscTrack(3, (9000,)))), "track-number", "fail"),
            (cd(tracks=(DiscTrack(1, (150,), 0, isrc="NO"),)), "isrc-form", "fail"),
            (cd(tracks=(DiscTrack(1, (149,), 0),)), "first-pause-short", "fail"),
            (cd(lead_out_cd_frames=450_000), "disc-past-format", "fail"),
        ],
        [cd()],
    ),
    "cd/isrc-missing": ([(cd(tracks=(DiscTrack(1, (150,), 0),)), "missing", "warn")], [cd()]),
    "cd/text-charset": (
        [
            (cd(text_blocks=(TextBlock("en", DiscText("Nuit", "A"), (DiscText("夜", "A"), DiscText("Tide", "A"))),)), "unencodable", "warn"),
            (cd(text_blocks=(TextBlock("xx", DiscText("Nuit", "A"), (DiscText("A", "A"), DiscText("Tide", "A"))),)), "language", "fail"),
        ],
        [cd(), cd(text_blocks=())],
    ),
    "cd/sheet-text": (
        [
            (cd(text=DiscText('The "Ferry"'), images=("cue",)), "replaced", "warn"),
            (cd(text=DiscText("夜"), images=("bin",)), "replaced", "warn"),
            (cd(tracks=(DiscTrack(1, (150,), 0, copy=Copy.SCMS),), images=("toc",)), "scms", "warn"),
            (cd(text_blocks=(TextBlock("ja", DiscText("夜"), (DiscText("夜"),), "ms-jis"),), images=("toc",)), "language", "warn"),
            (cd(tracks=(DiscTrack(1, (150, 300), 0),), images=("cue",)), "index", "warn"),
            (cd(tracks=(DiscTrack(1, (150, 300), 0),), images=("ddp", "cue")), "index", "note"),
            (cd(text_blocks=(TextBlock("en", DiscText("A"), (DiscText("A", message="Hello"),)),), images=("cue",)), "left-out", "warn"),
            (cd(text_blocks=(TextBlock("en", DiscText("A"), (DiscText("A"),)), TextBlock("de", DiscText("A"), (DiscText("A"),))), images=("bin",)), "left-out", "warn"),
            (cd(text_blocks=(TextBlock("en", DiscText("A"), (DiscText("A"),), disc_id="X", genre="Rock"),), images=("cue",)), "left-out", "warn"),
            (cd(text_blocks=(TextBlock("en", DiscText("A"), (DiscText("A"),), copyright=3),), images=("toc",)), "left-out", "warn"),
        ],
        [cd(images=("ddp", "cue", "bin", "toc")), cd(text=DiscText('The "Ferry"'), images=("ddp", "toc"))],
    ),
    "cd/shifts": (
        [
            (cd(shifts=(Shift("cd", "tide", "start", 1000, 819, 96_000),)), "snapped", "note"),
            (cd(shifts=tuple(Shift("cd", "tide", what, 1000, 819, 96_000) for what in ("start", "pause"))), "snapped", "note"),
        ],
        [cd(), cd(shifts=(Shift("cd", "tide", "pause", 1280, 1280, 96_000, reason="sound"),)), cd(shifts=(Shift("cd", "tide", "start", 1280, 1280, 96_000),))],
    ),
    "side/length": (
        [
            (side(1200.0), "long", "warn"),
            (side(1400.0), "too-long", "fail"),
            (side(1390.0, kind="cassette", carrier="cassette", tape_minutes=46), "too-long", "fail"),
            (side(1900.0, kind="cassette", carrier="cassette", tape_minutes=90), "long", "warn"),
        ],
        [side(), side(1170.0), side(1370.0, kind="cassette", carrier="cassette", tape_minutes=46), side(9999.0, carrier="16in-78")],
    ),
    "side/balance": ([(side(1100.0), "unequal", "note")], [side(), side(1100.0, other_lengths_s=()), side(1100.0, name="B")]),
    "metadata/isrc": (
        [(metadata(isrc=""), "missing", "fail"), (metadata("vinyl", isrc=""), "missing", "warn")],
        [metadata(), metadata("cd", isrc="")],
    ),
    "metadata/barcode": (
        [
            (metadata(barcode=""), "missing", "warn"),
            (metadata("vinyl", barcode=""), "missing", "note"),
            (metadata(barcode="2006381333931"), "in-store", "warn"),
            (metadata(barcode="9790060012345"), "book", "warn"),
        ],
        [metadata(), metadata(barcode="036000291452")],
    ),
    "metadata/bext-text": (
        [(described("Beyonc\u00e9 & \u014ce", "Beyonce & Oe"), "replaced", "note"), (described("\u202eTide", "Tide"), "replaced", "note")],
        [described("Tide", "Tide"), named("a", "b")],
    ),
    "names/changed": (
        [
            (named('01 AC/DC: "Live"?', "01 AC-DC- -Live--"), "replaced", "note"),
            (named("03 ..", "03"), "replaced", "note"),
            (named("con", "con_"), "replaced", "note"),
            (named(f"04 {'Long ' * 40}", f"04 {'Long ' * 40}"[:120].rstrip()), "cut", "note"),
            (named("05 Cafe\u0301", "05 Caf\u00e9"), "composed", "note"),
        ],
        [named("01 Departure", "01 Departure"), named("\u591c", "\u591c"), described("\u00e9", "e")],
    ),
    "metadata/completeness": (
        [
            (programme(release=release(p_line="")), "missing", "warn"),
            (programme(release=release(p_line=""), targets=(resolved("vinyl"),)), "missing", "note"),
            (programme(tracks={"tide": track(writers=())}), "no-writers", "note"),
        ],
        [programme(), programme(tracks={"tide": track(writers=(), work=Work("Suite", composer="Jo Hale"))})],
    ),
    "metadata/title-style": (
        [
            (titled("Tide (Live)"), "version", "note"),
            (titled("Tide feat. Ana"), "featured", "note"),
            (titled("Tide (Explicit)"), "advisory", "note"),
            (titled("Tide  Two"), "spaces", "note"),
            (titled("TIDE TWO"), "capitals", "note"),
        ],
        [programme(), titled("Alive (in the Room)"), titled("ABC"), titled("Defeat"), titled("夜")],
    ),
    "artwork/missing": (
        [(ArtworkContext("", None, ("streaming",)), "missing", "warn"), (artwork(problem="it is no picture"), "unreadable", "fail")],
        [artwork()],
    ),
    "artwork/size": (
        [
            (artwork(width=2000, height=2000), "small", "warn"),
            (artwork(width=500, height=500), "small", "fail"),
            (artwork(width=4000), "not-square", "fail"),
            (artwork(bytes=11_000_000), "heavy", "warn"),
        ],
        [artwork(), artwork(problem="damaged", width=0, height=0)],
    ),
    "artwork/mode": (
        [(artwork(mode="CMYK"), "mode", "warn"), (artwork(orientation=6), "orientation", "warn"), (artwork(format="TIFF"), "format", "warn")],
        [artwork(), artwork(format="JPEG")],
    ),
    "services/prediction": (
        [(with_services("spotify"), "gain", "note"), (with_services("nobody"), "unknown", "note")],
        [target(), with_services("youtube", album_lufs=-18.0), with_services("tidal", album_lufs=-14.0)],
    ),
    "verification/read-back": (
        [
            (target(deliverables=(DeliverableFact("a.flac", "flac", verified={"bit_exact": False, "tags": True}),)), "mismatch", "fail"),
            (target(deliverables=(DeliverableFact("a.flac", "flac"),)), "not-verified", "fail"),
        ],
        [target()],
    ),
    "documents/missing-glyph": (
        [
            (DocumentContext("qc-report.pdf", ("夜",)), "missing-glyph", "note"),
            (DocumentContext("cd/pq-sheet.pdf", ("夜", "月"), "cd"), "missing-glyph", "warn"),
        ],
        [DocumentContext("qc-report.pdf"), DocumentContext("cd/pq-sheet.pdf", (), "cd")],
    ),
    "qc/not-judged": (
        [
            (sized(9.9), "hum", "note"),
            (sized(33.9), "clear-hum", "note"),
            (sized(9.9), "near-same-audio", "note"),
            (sized(4.9), "upsampled", "note"),
            (sized(4.9), "polarity", "note"),
        ],
        [programme(), sized(34.0), ProgrammeContext(project(), {"mixes/tide.wav": facts(**SILENT, info=info(n_samples=RATE))})],
    ),
    "qc/stale-waiver": (
        [
            (waiver(0), "covers-nothing", "warn"),
            (waiver(is_known=False), "unknown-check", "warn"),
            (waiver(can_be_waived=False), "not-waivable", "warn"),
            (waiver(as_of=date(2027, 1, 1)), "expired", "warn"),
            (waiver(waiver=replace(waiver().waiver, date=None)), "undated", "note"),
            (waiver(as_of=None), "no-date", "warn"),
        ],
        [waiver(), waiver(waiver=replace(waiver().waiver, expires=None), as_of=None)],
    ),
}  # fmt: skip
