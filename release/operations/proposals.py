"""Manifest lines that would bring an outlier nearer to the others. They are printed; nobody applies them but people.

Steps go to the end of the track's own chain, before whatever the programme and the target do: what the track would have to
give up by itself, no more than a few dB, in round figures. All steps of a track are one proposal, to be pasted together: its
gain counts what the steps before it do to the loudness.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release.dsp.cohesion import NARROWEST_DB, Comparison, Outlier, TrackDistance
from release.dsp.tone_advice import ToneBand, advise_tone, loudness_change
from release.manifest.project import Track
from release.model.programme import Clip, Timeline, TrackSpan
from release.model.project import ResolvedProject
from release.model.target import LevelSpec, ResolvedTarget
from release.operations.project import OpenProject
from release.record import CohesionProposal
from release.targets.plan import TargetPlan

MOST_GAIN_DB = 12.0
MOST_REDUCTION_DB = 4.0
WIDTHS = (0.5, 2.0)
LOWEST_CEILING_DBTP = -40.0


@dataclass(frozen=True, slots=True)
class _Case:
    """An outlier with all that decides its cure.

    Attributes:
        gain_db: that the target gave the track, after its chain.
        is_matched: True where the target brings this track to the aim by itself: then only ``level_offset`` moves it.
        offset_lu: the ``level_offset`` that is written.
        levels_db: third octaves as delivered, None for silence.
        has_limiter: True where the track's own chain ends its peaks already.
    """

    outlier: Outlier
    distance: TrackDistance
    true_peak_dbtp: float | None
    width_db: float | None
    gain_db: float
    rate_hz: int
    is_matched: bool
    offset_lu: float
    levels_db: tuple[float, ...] | None
    has_limiter: bool


def propose(
    opened: OpenProject,
    plan: TargetPlan,
    facts: Mapping[str, Any],
    comparison: Comparison,
    measured: Mapping[str, tuple[float | None, float | None]],
    levels_db: Mapping[str, tuple[float, ...] | None],
    explained: Collection[tuple[str, str]] = (),
) -> list[CohesionProposal]:
    """Proposals for the outliers of a target: offsets, and one chain of steps for each track, in the order of outliers.

    Args:
        opened: the project.
        plan: the target.
        facts: of its steps.
        comparison: its tracks side by side.
        measured: true peak and width of each track by key.
        levels_db: third octaves of each track by key.
        explained: outliers by track key and what lies out that a fault of the mix explains: a step would only hide it.
    """
    written = {track.id: track for track in opened.manifest.project.tracks}
    gains = dict(zip(plan.audio.level_keys, facts[plan.audio.level]["gains_db"], strict=True))
    distances = {d.key: d for d in comparison.tracks}
    found: list[CohesionProposal] = []
    cases: dict[str, list[_Case]] = {}
    for outlier in comparison.outliers:
        track = written.get(outlier.key)
        if (outlier.key, outlier.what) in explained:
            continue
        if track is None or _is_bound(track, opened.project.programme):
            continue
        peak, width = measured[outlier.key]
        gain = gains.get(outlier.key, 0.0) + plan.target.programme.gain_db
        case = _Case(
            outlier,
            distances[outlier.key],
            peak,
            width,
            gain,
            opened.project.programme.rate_hz,
            _is_matched(opened.project, plan, outlier.key),
            track.level_offset,
            levels_db[outlier.key],
            any(step.kind == "limiter" for step in track.process),
        )
        if case.is_matched and outlier.what == "level":
            found += _propose_offset(case)
        else:
            cases.setdefault(outlier.key, []).append(case)
    for key, of_track in cases.items():
        chain = _chain(of_track)
        if chain.steps:
            found.append(_proposal(opened, written[key], chain))
    order = [(o.key, o.what) for o in comparison.outliers]
    return sorted(found, key=lambda p: order.index((p.track, p.what)))


def effective_level(project: ResolvedProject, target: ResolvedTarget) -> LevelSpec:
    """What decides the gains of a target: its own level, or that of the target that it names."""
    level = target.level
    for _ in project.targets:
        other = next((t.level for t in project.targets if t.name == level.like), None)
        if other is None:
            break
        level = other
    return level


def _is_matched(project: ResolvedProject, plan: TargetPlan, key: str) -> bool:
    """Whether the track is brought to the aim alone: with ``match: tracks``, joined to no other."""
    if effective_level(project, plan.target).match != "tracks":
        return False
    spans = [span for placed in plan.audio.units for span in placed.spans]
    group = next((span.level_group for span in spans if span.key == key), "")
    return not group or sum(span.level_group == group for span in spans) == 1


def _propose_offset(case: _Case) -> list[CohesionProposal]:
    """A softer place for a track that is too loud; one that is too soft was held back, and no offset lifts it."""
    offset = _half(case.offset_lu - case.outlier.distance)
    if case.outlier.distance <= 0.0 or offset == case.offset_lu:
        return []
    key = case.outlier.key
    place = f"in track {key}" + (", in place of its level_offset" if case.offset_lu else "")
    note = "the others are held back: with a limiter, or an aim that they reach, all would meet"
    return [CohesionProposal(track=key, what="level", place=place, lines=[f"level_offset: {offset:g} LU"], note=note)]


def _is_bound(track: Track, programme: Timeline) -> bool:
    """Whether a step of its own is impossible: one clip for several tracks, or a pre-emphasised source."""
    if track.pre_emphasis:
        return True
    span = next((s for s in programme.tracks if s.key == track.id), None)
    if span is None:
        return True
    clip = next((c for c in programme.clips if _plays(c, span)), None)
    return clip is None or any(other.key != span.key and _plays(clip, other) for other in programme.tracks)


def _plays(clip: Clip, span: TrackSpan) -> bool:
    """Whether a clip plays a track from start to end; the other clip of a crossfade does not."""
    return not clip.repeats and clip.position <= span.audio_start < clip.end and span.audio_end <= clip.end


@dataclass(frozen=True, slots=True)
class _Chain:
    """The steps that one track is proposed, in the order in which they run.

    Attributes:
        cured: the outliers that they answer.
        change_lu: what they do to the loudness.
    """

    cured: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    change_lu: float = 0.0

    def then(self, what: str, steps: Sequence[str], note: str = "", change_lu: float = 0.0) -> _Chain:
        """With further steps; the same where there are none."""
        if not steps:
            return self
        notes = (*self.notes, note) if note else self.notes
        cured = (*self.cured, what) if what else self.cured
        return _Chain(cured, (*self.steps, *steps), notes, self.change_lu + change_lu)


def _chain(cases: Sequence[_Case]) -> _Chain:
    """All steps of one track: tone, width, peaks, and the gain last, which makes up for what the others took."""
    by_what = {case.outlier.what: case for case in cases}
    chain = _Chain()
    if case := by_what.get("tone"):
        bands = advise_tone(case.distance.bands_db, case.rate_hz)
        chain = chain.then(
            "tone", [_band_words(b) for b in bands], "", loudness_change(case.levels_db, bands, case.rate_hz)
        )
    if case := by_what.get("width"):
        chain = _with_width(chain, case)
    if case := by_what.get("dynamics"):
        chain = _with_limiter(chain, case)
    return _with_gain(chain, cases[0], by_what.get("level"))


def _with_width(chain: _Chain, case: _Case) -> _Chain:
    if case.width_db is None or case.width_db <= NARROWEST_DB:
        return chain  # there is no side to be made louder
    factor = 10.0 ** (-case.outlier.distance / 20.0)
    width = round(max(WIDTHS[0], min(WIDTHS[1], factor)) * 20.0) / 20.0
    if width == 1.0:
        return chain
    side = 10.0 ** (case.width_db / 10.0)
    change_lu = 10.0 * math.log10((1.0 + width * width * side) / (1.0 + side))
    return chain.then("width", [f"width: {{width: {width:g}}}"], "check it in mono" if width > 1.0 else "", change_lu)


def _with_limiter(chain: _Chain, case: _Case) -> _Chain:
    """Only the peaks come down: what makes the loudness stays as it is. One limiter is enough."""
    distance = case.outlier.distance
    if distance <= 0.0 or case.true_peak_dbtp is None or case.has_limiter:
        return chain
    ceiling = _half(case.true_peak_dbtp - case.gain_db + chain.change_lu - min(distance, MOST_REDUCTION_DB))
    if not LOWEST_CEILING_DBTP <= ceiling <= 0.0:
        return chain
    return chain.then("dynamics", [f"limiter: {{ceiling: {ceiling:g} dBTP}}"], "listen to the attacks of drums")


def _with_gain(chain: _Chain, case: _Case, level: _Case | None) -> _Chain:
    """A gain toward the others, or one that keeps the loudness where no target brings the track to an aim."""
    if level is not None:
        gain = _half(max(-MOST_GAIN_DB, min(MOST_GAIN_DB, -level.outlier.distance - chain.change_lu)))
        note = "the gain counts what the other steps do to its loudness" if chain.steps and gain else ""
        return chain.then("level", [f"gain: {gain:g} dB"] if gain else [], note)
    gain = 0.0 if case.is_matched else _half(max(-MOST_GAIN_DB, min(MOST_GAIN_DB, -chain.change_lu)))
    if not gain or chain.cured == ("width",):
        return chain
    return chain.then("", [f"gain: {gain:g} dB"], "the gain keeps its loudness")


def _band_words(band: ToneBand) -> str:
    if band.shape == "tilt":
        return f"tilt: {{gain: {band.gain_db:g} dB, frequency: {_hertz(band.frequency_hz)}}}"
    return (
        f"eq: {{shape: {band.shape}, frequency: {_hertz(band.frequency_hz)}, gain: {band.gain_db:g} dB, q: {band.q:g}}}"
    )


def _hertz(frequency_hz: float) -> str:
    return f"{frequency_hz / 1000.0:g} kHz" if frequency_hz >= 1000.0 else f"{frequency_hz:g} Hz"


def _half(value: float) -> float:
    return round(value * 2.0) / 2.0 + 0.0


def _proposal(opened: OpenProject, track: Track, chain: _Chain) -> CohesionProposal:
    lines = [f"- {step}" for step in chain.steps]
    place = f"at the end of the process of track {track.id}"
    if not track.process:
        lines = ["process:", *(f"  {line}" for line in lines)]
        place = f"in track {track.id}"
    notes = list(chain.notes)
    if "level" in chain.cured and _is_joined(opened.project.programme, track.id):
        notes.append("joined to a neighbour without a pause: the level steps there")
    what, *also = chain.cured
    return CohesionProposal(
        track=track.id,
        what=what,  # type: ignore[arg-type]
        also=also,  # type: ignore[arg-type]
        place=place,
        lines=lines,
        note="; ".join(notes),
    )


def _is_joined(programme: Timeline, key: str) -> bool:
    spans = programme.tracks
    at = next(n for n, s in enumerate(spans) if s.key == key)
    return spans[at].joined or (at + 1 < len(spans) and spans[at + 1].joined)
