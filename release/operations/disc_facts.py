"""A disc as facts for people and programs: what a plant's intake asks of a master."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.model.disc import Disc, DiscTrack
from release.units import format_msf


def disc_facts(disc: Disc) -> dict[str, Any]:
    """Everything about a disc that stands in its control files, times as A-time ``MM:SS:FF`` and in CD frames."""
    return {
        "title": disc.text.title,
        "performer": disc.text.performer,
        "ean": disc.ean,
        "catalogue_number": disc.catalogue,
        "cd_text": [
            {"language": block.language, "charset": block.charset, "album": _texts(block.album)}
            for block in disc.text_blocks
        ],
        "lead_out": format_msf(disc.lead_out_cd_frames),
        "lead_out_cd_frames": disc.lead_out_cd_frames,
        "programme": format_msf(max(disc.lead_out_cd_frames - disc.tracks[0].start_cd_frames, 0)),
        "tracks": [_track_facts(disc, track) for track in disc.tracks],
    }


def _texts(texts: Any) -> Mapping[str, str]:
    return {name: value for name in type(texts).__dataclass_fields__ if (value := getattr(texts, name))}


def _track_facts(disc: Disc, track: DiscTrack) -> dict[str, Any]:
    following = next((t for t in disc.tracks if t.number == track.number + 1), None)
    end = following.start_cd_frames if following else disc.lead_out_cd_frames
    return {
        "number": track.number,
        "title": track.text.title,
        "performer": track.text.performer,
        "pause": None if track.index00_cd_frames is None else format_msf(track.index00_cd_frames),
        "start": format_msf(track.start_cd_frames),
        "start_cd_frames": track.start_cd_frames,
        "indexes": [format_msf(at) for at in track.indexes[1:]],
        "length": format_msf(max(end - track.start_cd_frames, 0)),
        "length_cd_frames": end - track.start_cd_frames,
        "isrc": track.isrc,
        "copy": str(track.copy),
        "pre_emphasis": track.has_pre_emphasis,
    }
