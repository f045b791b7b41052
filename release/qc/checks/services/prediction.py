"""services/prediction."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.target import FilesSpec
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.profiles import Service, service


@check(
    "services/prediction",
    context=TargetContext,
    rationale="Services change the level on playback; knowing by how much beforehand ends the guessing. It is advice and changes no audio.",
    source="release/qc/data/services.json, dated by service; delivery.md 5.1",
    remedy="Nothing to do: louder or softer than a service's aim is no fault.",
    severity=Status.NOTE,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """The services named play the release at the level that was delivered."""
    spec = context.target.spec
    for service_id in spec.services if isinstance(spec, FilesSpec) else ():
        rule_of = service(service_id)
        if rule_of is None:
            yield Outcome(
                Status.NOTE,
                "unknown",
                f"No playback rule is known for {service_id}.",
                remedy="Name a service that release checks lists.",
            )
            continue
        message = _predict(context, rule_of)
        if message:
            yield Outcome(Status.NOTE, "gain", f"{rule_of.name} ({rule_of.confidence}, {rule_of.as_of}): {message}.")


def _predict(context: TargetContext, item: Service) -> str:
    """What one service is expected to do, in words; empty when nothing can be said or nothing changes."""
    smallest = context.limits.get("services/prediction", "smallest_db")
    parts = []
    peaks = [entry.true_peak_dbtp for entry in context.loudness.values() if entry.true_peak_dbtp is not None]
    if "album" in item.modes and context.album and context.album.integrated_lufs is not None:
        gain = playback_gain(item, context.album.integrated_lufs, max(peaks, default=None))
        if abs(gain) >= smallest:
            parts.append(f"the album plays {gain:+.1f} dB")
    if "track" in item.modes:
        gains = [
            playback_gain(item, entry.integrated_lufs, entry.true_peak_dbtp)
            for entry in context.loudness.values()
            if entry.integrated_lufs is not None
        ]
        if gains and max(map(abs, gains)) >= smallest:
            low, high = min(gains), max(gains)
            span = f"{_signed(low)} dB" if high - low < 0.05 else f"{_signed(low)} to {_signed(high)} dB"
            parts.append(f"single tracks play {span}")
    return "; ".join(parts)


def _signed(gain_db: float) -> str:
    """One decimal with its sign; plain 0.0 for nothing."""
    text = f"{gain_db:+.1f}"
    return text if float(text) else "0.0"


def playback_gain(item: Service, integrated_lufs: float, true_peak_dbtp: float | None) -> float:
    """The gain a service is expected to apply, in dB (delivery.md 5.1)."""
    gain = item.aim_lufs - integrated_lufs
    if gain <= 0.0:
        return gain
    if not item.turns_up:
        return 0.0
    if item.peak_cap_dbtp is not None and true_peak_dbtp is not None:
        gain = min(gain, max(0.0, item.peak_cap_dbtp - true_peak_dbtp))
    return gain
