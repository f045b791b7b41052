"""A disc as JSON and back, for step parameters and facts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from release.model.disc import Copy, Disc, DiscText, DiscTrack, TextBlock
from release.model.disc_hidden import HiddenParts, HiddenSound


def disc_to_json(disc: Disc) -> dict[str, Any]:
    """Everything that the files of a disc are made from; keys of tracks do not enter."""
    data = asdict(disc)
    for track in data["tracks"]:
        track.pop("key", None)
    return data


def disc_from_json(data: dict[str, Any]) -> Disc:
    """The disc of ``disc_to_json``."""
    return Disc(
        tracks=tuple(_track(t) for t in data["tracks"]),
        lead_out_cd_frames=data["lead_out_cd_frames"],
        ean=data["ean"],
        catalogue=data["catalogue"],
        text=DiscText(**data["text"]),
        text_blocks=tuple(_block(b) for b in data["text_blocks"]),
        programme_start_cd_frames=data["programme_start_cd_frames"],
    )


def hidden_to_json(hidden: HiddenParts) -> dict[str, Any]:
    """What a disc plays beside its numbered tracks, for its sheet."""
    return asdict(hidden)


def hidden_from_json(data: dict[str, Any]) -> HiddenParts:
    """The parts of ``hidden_to_json``."""
    return HiddenParts(
        tuple(HiddenSound(**item) for item in data["tracks"]),
        data["first_sound_cd_frames"],
        tuple(data["pauses_with_sound"]),
    )


def _track(data: dict[str, Any]) -> DiscTrack:
    return DiscTrack(
        number=data["number"],
        indexes=tuple(data["indexes"]),
        index00_cd_frames=data["index00_cd_frames"],
        isrc=data["isrc"],
        copy=Copy(data["copy"]),
        has_pre_emphasis=data["has_pre_emphasis"],
        text=DiscText(**data["text"]),
    )


def _block(data: dict[str, Any]) -> TextBlock:
    rest = {k: v for k, v in data.items() if k not in ("album", "tracks", "isrcs")}
    return TextBlock(
        album=DiscText(**data["album"]),
        tracks=tuple(DiscText(**t) for t in data["tracks"]),
        isrcs=tuple(data["isrcs"]),
        **rest,
    )
