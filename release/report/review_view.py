"""Makes the view record of the review page from the record of a build and from what is known of its sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from release.dsp.meters.spectrum import NOMINAL_HZ
from release.pipeline.canonical import Json as Plain
from release.report import figures as fig
from release.report.approval_view import RoleState, approval_rows, required_roles
from release.report.diff_view import DiffView
from release.report.qc_report import Fact, QcReport
from release.report.record_view import NO_NUMBER, Json, Tracks, other_artist
from release.report.review_page import PageClip, PageTrack, PageUnit, ReviewPage, Spot, Transition
from release.report.review_sound import BINS_PER_SECOND, SPECTRA_PER_SECOND, STEPS_PER_SECOND, ReviewSound

LEAD_IN_S = 6.0
"""How long before a transition it is heard from."""
CD_FRAME_S = 1 / 75
"""Starts of tracks may lie this far from the sound that they were set to."""
SPOT_LEAD_IN_S = 2.0
"""The same before a finding."""
ROLES = ("mastering engineer", "qc", "artist", "producer", "label")
UNIT_WORDS = {"cd": "disc", "vinyl": "side", "cassette": "side"}
AUDIO_ROLES = ("audio", "image", "side")


def review_page(
    record: Json,
    qc: QcReport,
    sound: ReviewSound,
    *,
    identity: str,
    clips: Sequence[PageClip] = (),
    before: tuple[Json, ReviewSound] | None = None,
    required: Sequence[RoleState] = (),
    difference: DiffView | None = None,
    script_digest: str,
) -> ReviewPage:
    """The page of one build.

    Args:
        record: ``release.json`` as a dictionary.
        qc: the QC report's view of the same record.
        sound: of the target that is heard.
        identity: SHA-256 of ``release.json``.
        clips: where sources stand on the page; findings on sources get their sound by them.
        before: record and sound of a previous build, to switch to.
        required: approvals that the project asks for, with their state.
        difference: from the previous build.
        script_digest: SHA-256 of the page's script, base64.
    """
    names = Tracks(record)
    units = page_units(record, sound)
    tracks = page_tracks(record, sound, names)
    transitions = tuple(t for unit in range(len(units)) for t in _transitions(tracks, unit))
    findings = list(record.get("qc", {}).get("findings", ()))
    spots = {i: s for i, f in enumerate(findings) if (s := _spot(f, tracks, clips))}
    marks = [f"sound:{s.sha256}" for s in (sound, before[1] if before else None) if s is not None and s.path]
    finding_keys = tuple(str(f.get("track") or "*") for f in findings)
    level: Json = record["targets"][sound.target].get("level") or {}
    project = record.get("project", {})
    return ReviewPage(
        title=qc.title,
        artist=qc.artist,
        document="Review",
        language=qc.language,
        qc=qc,
        target=sound.target,
        tracks=tracks,
        transitions=transitions,
        spots=spots,
        finding_keys=finding_keys,
        finding_tracks={key: names.label(key) for key in _in_order(finding_keys, names)}
        | ({"*": "No track: the release or a target"} if "*" in finding_keys else {}),
        unit_words=_unit_words(record, sound),
        sound_words=_sound_words(sound, before[1] if before else None),
        sounds=tuple(marks),
        before=_before_words(before[0]) if before else "",
        difference=difference,
        approvals=approval_rows(required),
        required_roles=required_roles(required),
        roles=ROLES,
        scopes=_scopes(record, names),
        data={
            "identity": identity,
            "title": _short(project.get("title")),
            "artist": _short(project.get("artist")),
            "catalogue_number": _short(project.get("catalogue_number")),
            "target": sound.target,
            "seconds": sound.seconds,
            "aim_lufs": level.get("aim_lufs"),
            "ceiling_dbtp": level.get("ceiling_dbtp"),
            "bins_per_second": BINS_PER_SECOND,
            "steps_per_second": STEPS_PER_SECOND,
            "spectra_per_second": SPECTRA_PER_SECOND,
            "bands": [int(hz) if hz == int(hz) else hz for hz in NOMINAL_HZ],
            "units": [{"name": u.name, "at": u.at_s, "end": u.end_s} for u in units],
            "tracks": [_track_data(t) for t in tracks],
            "transitions": [{"at": t.at_s, "kind": t.kind, "words": t.words} for t in transitions],
            "findings": [_finding_data(findings[i], i, s) for i, s in spots.items()],
            "heard": _heard_sets(record),
            "before": [_track_data(t) for t in page_tracks(before[0], before[1], Tracks(before[0]))] if before else [],
            **{name: sound.fact[name] for name in ("outline", "lufs", "peaks", "spectra")},
        },
        script_digest=script_digest,
    )


def _in_order(keys: Sequence[str], names: Tracks) -> list[str]:
    """Track keys, each once, as the main order has them; others (versions) behind."""
    order = {str(t["id"]): i for i, t in enumerate(names.main)}
    return sorted({k for k in keys if k != "*"}, key=lambda k: (order.get(k.partition("@")[0], len(order)), k))


def page_units(record: Json, sound: ReviewSound) -> tuple[PageUnit, ...]:
    """Discs, sides or sets of files on the page's timeline."""
    target = record["targets"][sound.target]
    rate_hz = target["sample_rate_hz"]
    word = UNIT_WORDS.get(target["kind"], "part")
    return tuple(
        PageUnit(
            fig.name(unit.get("title") or f"{word.capitalize()} {unit['name']}"),
            at_s,
            round(at_s + unit["samples"] / rate_hz, 4),
        )
        for unit, at_s in zip(target["units"], sound.unit_starts_s, strict=True)
    )


def page_tracks(record: Json, sound: ReviewSound, names: Tracks) -> tuple[PageTrack, ...]:
    """Every track of the target that is heard, in order."""
    target = record["targets"][sound.target]
    rate_hz = target["sample_rate_hz"]
    artist = record.get("project", {}).get("artist", "")
    loudest: Mapping[str, Any] = sound.fact["loudest"]  # type: ignore[assignment]
    found = []
    for number, (unit, unit_s) in enumerate(zip(target["units"], sound.unit_starts_s, strict=True)):
        for track in unit["tracks"]:
            at_s = unit_s + track["start"] / rate_hz
            audio_s = unit_s + track["audio_start"] / rate_hz
            loudness = track.get("loudness") or {}
            key = str(track["key"])
            found.append(
                PageTrack(
                    key=key,
                    number=names.numbers.get(key.partition("@")[0], "") or NO_NUMBER,
                    title=fig.name(track.get("title") or key),
                    artist=other_artist(track, artist),
                    isrc=fig.isrc(track.get("isrc")),
                    unit=number,
                    at_s=round(at_s, 4),
                    end_s=round(at_s + track["length"] / rate_hz, 4),
                    audio_at_s=round(audio_s, 4),
                    audio_end_s=round(audio_s + track["audio_length"] / rate_hz, 4),
                    start=fig.clock(track["start"], rate_hz),
                    length=fig.clock(track["length"], rate_hz),
                    integrated=fig.level(loudness.get("integrated_lufs")),
                    true_peak=fig.level(loudness.get("true_peak_dbtp")),
                    integrated_lufs=loudness.get("integrated_lufs"),
                    loudest_s=float(loudest.get(key, at_s)),
                )
            )
    return tuple(found)


def _transitions(tracks: Sequence[PageTrack], unit: int) -> list[Transition]:
    """What lies between the tracks of one disc or side."""
    own = [t for t in tracks if t.unit == unit]
    found = []
    for before, after in pairwise(own):
        gap_s = round(after.audio_at_s - before.audio_end_s, 3)
        kind = "gap" if gap_s > 0 else "overlap" if gap_s < 0 else "butt"
        words = {
            "gap": f"Gap of {gap_s:.2f} s",
            "butt": "Butt join, no gap",
            "overlap": f"Overlap of {-gap_s:.2f} s (crossfade or tail)",
        }[kind]
        # What is heard begins before the end of the first one's sound, however long the gap is.
        start_s = min(before.audio_end_s, after.audio_at_s) - LEAD_IN_S
        label = [f"{t.number} {fig.isolated(t.title)}" for t in (before, after)]
        found.append(Transition(kind, words, label[0], label[1], after.audio_at_s, round(max(start_s, 0.0), 3)))
    return found


def _spot(finding: Json, tracks: Sequence[PageTrack], clips: Sequence[PageClip]) -> Spot | None:
    """Where a finding is heard: at its moment, else at the loudest part of its track; None for what no sound shows."""
    track = next((t for t in tracks if t.key == finding.get("track")), None)
    at_s = finding.get("at_s")
    source = finding.get("source")
    if source and at_s is not None:
        place = next((c for c in clips if c.source == source and c.source_s <= at_s < c.source_s + c.length_s), None)
        if place is not None:
            moment_s = place.at_s + at_s - place.source_s
            return _moment(moment_s, next((t for t in tracks if t.at_s <= moment_s < t.end_s), track), at_s)
    if track is None:
        return None
    if at_s is not None and not source:
        return _moment(min(track.at_s + at_s, track.end_s), track)
    return Spot(track.loudest_s, track.loudest_s, f"Hear track {track.number} at its loudest")


def _moment(at_s: float, track: PageTrack | None, told_s: float | None = None) -> Spot:
    """A place on the page; within a CD frame of the time that its finding tells, it is called by that one."""
    inside = "" if track is None else f" of track {track.number}"
    inside_s = at_s - (track.at_s if track else 0.0)
    is_told = told_s is not None and abs(told_s - inside_s) < CD_FRAME_S
    clock = fig.clock_seconds(told_s if told_s is not None and is_told else inside_s)
    return Spot(round(at_s, 3), round(max(at_s - SPOT_LEAD_IN_S, 0.0), 3), f"Hear it at {clock}{inside}")


def _track_data(track: PageTrack) -> dict[str, Plain]:
    return {
        "key": track.key,
        "number": track.number,
        "title": track.title,
        "at": track.at_s,
        "end": track.end_s,
        "audio": [track.audio_at_s, track.audio_end_s],
        "lufs": track.integrated_lufs,
        "loudest": track.loudest_s,
    }


def _finding_data(finding: Json, place: int, spot: Spot) -> dict[str, Plain]:
    return {
        "at": spot.at_s,
        "place": place,
        "status": str(finding.get("status", "note")),
        "waived": bool(finding.get("waived")),
        "has_moment": finding.get("at_s") is not None,
        "words": fig.name(f"{finding.get('check', '')}: {finding.get('message', '')}"),
    }


def _scopes(record: Json, names: Tracks) -> tuple[Fact, ...]:
    """What can be approved: value of the form and its words."""
    scopes = [Fact("release", "The whole release")]
    scopes += [Fact(f"target:{name}", f"Target {fig.visible(name)}") for name in sorted(record.get("targets", {}))]
    keys = dict.fromkeys(
        str(d["track"]) for t in record["targets"].values() for d in t["deliverables"] if d.get("track")
    )
    return (*scopes, *(Fact(f"track:{key}", f"Track {names.label(key)}") for key in keys))


def _heard_sets(record: Json) -> list[Plain]:
    """Delivered audio by folder: what a person can say to have heard."""
    sets: dict[tuple[str, str], list[Plain]] = {}
    for name, target in sorted(record.get("targets", {}).items()):
        for item in target.get("deliverables", ()):
            if item.get("role") in AUDIO_ROLES:
                folder = str(item["path"]).rpartition("/")[0]
                file = {"path": item["path"], "sha256": item["sha256"], "track": item.get("track")}
                sets.setdefault((name, folder), []).append(file)
    return [{"target": name, "folder": folder, "files": files} for (name, folder), files in sets.items()]


def _unit_words(record: Json, sound: ReviewSound) -> str:
    target = record["targets"][sound.target]
    word = UNIT_WORDS.get(target["kind"], "part")
    return f"{len(target['units'])} {word}s, one after the other." if len(target["units"]) > 1 else ""


def _sound_words(sound: ReviewSound, before: ReviewSound | None) -> str:
    if sound.path is None:
        return ""
    n_bytes = sum(-(-s.n_bytes // 3) * 4 for s in (sound, before) if s is not None)
    return f"Opus, about {sound.bitrate_kbps} kb/s, {fig.size(n_bytes)} of this file"


def _before_words(record: Json) -> str:
    project = record.get("project", {})
    return fig.name(project.get("title") or "previous build")


def _short(text: Any) -> str:
    """A name as the export carries it: whole, up to what the review format takes."""
    return fig.visible(text or "")[:200]
