"""The made-up album with what a manifest says beside its record, for the tests of short versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import album

from release.model.metadata import Credit, ReleaseInfo, TrackInfo, Writer
from release.report.approval_view import RoleState
from release.report.brief_parts import BriefSource

IDENTITY = album.digest("x")


def make_source(record: dict, **changes) -> BriefSource:
    """A source whose manifest is that of the record."""
    release = ReleaseInfo(
        title="Night Ferry",
        artist="The Harbour Lights",
        label="Lowtide Records",
        catalogue_number="LTR014",
        barcode="4006381333931",
        release_date=date(2026, 12, 4),
        original_release_date=date(2019, 3, 1),
        genre="Indie Folk",
        language="en",
        p_line="2026 Lowtide Records",
        c_line="2025 Harbour Lights",
        credits=(Credit("mastering engineer", "Jo Marsh"), Credit("producer", "Ida Berg")),
    )
    tracks = {
        t["id"]: TrackInfo(
            t["id"],
            t["title"],
            "The Harbour Lights",
            explicit="yes" if i == 2 else "no",
            writers=(Writer("Jo Hale", "composer", "Tidal Music"), Writer("Ana Reis", "lyricist")),
            credits=(Credit("guitar", "P. Quill"),) if i % 3 == 0 else (),
        )
        for i, t in enumerate(record["programme"]["tracks"])
    }
    source = BriefSource(
        record,
        IDENTITY,
        release,
        tracks,
        editions={"cd": replace(release, catalogue_number="LTR014CD", barcode="4006381333948")},
        required=(RoleState("mastering engineer"), RoleState("artist", ("cd",)), RoleState("qc")),
        contact=("Jo Marsh, Lowtide Mastering", "jo@marsh.example, +44 20 7946 0000"),
        matrix={("vinyl", "A"): "LTR014-A", ("vinyl", "B"): "LTR014-B"},
    )
    return replace(source, **changes)


def make_record(titles: list[str] | None = None) -> dict:
    """The album's record with a DDP set as builds write it, services' words and loudness of sides."""
    record = album.make_record(titles)
    for item in record["targets"]["cd"]["deliverables"]:
        if item["set"] == "cd/ddp":
            name = item["path"].rpartition("/")[2]
            item["role"] = {"IMAGE.DAT": "image", "CHECKSUM.MD5": "checksums"}.get(name, "control")
    for item in record["targets"]["vinyl"]["deliverables"]:
        item["role"] = "side"
    for unit in record["targets"]["vinyl"]["units"]:
        unit["loudness"] = album.loudness(2, -2.0)
    record["qc"]["findings"] = [
        *record["qc"]["findings"],
        {
            **album.FINDINGS[4],
            "check": "services/prediction",
            "code": "gain",
            "target": "streaming",
            "track": None,
            "message": "Spotify (official page, 2026-11): the album plays -0.3 dB.",
        },
    ]
    return record
