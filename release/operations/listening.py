"""Listening records of an approval: from a file, or for everything below a folder of the build that was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release.errors import UsageError
from release.record import Deliverable
from release.signoff.guarded_json import check_model, parse_json, read_guarded
from release.signoff.statement import Listening

AUDIO_ROLES = ("audio", "image", "side")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person says to have heard, before digests are added.

    Attributes:
        paths: files of the build, or folders such as ``streaming/flac``, below the build folder.
        is_whole: from start to end; False for spots.
        room: where.
        chain: over what.
        file: a JSON file with records instead, or None.
    """

    paths: tuple[str, ...] = ()
    is_whole: bool = True
    room: str = ""
    chain: str = ""
    file: Path | None = None


NOTHING_HEARD = Heard()


def listening_records(heard: Heard, deliverables: tuple[Deliverable, ...], day: str) -> tuple[Listening, ...]:
    """Records with the digests of the files that are in scope.

    Raises:
        UsageError: when something was heard that is not in scope, or room and chain are missing.
    """
    by_path = {d.path: d for d in deliverables}
    records = list(_read(heard.file, by_path)) if heard.file is not None else []
    for path in heard.paths:
        files = [d for d in deliverables if d.role in AUDIO_ROLES and (d.path == path or _is_below(d.path, path))]
        if not files:
            raise UsageError(
                f"the approval has no audio at {path}",
                remedy=f"name a file or a folder of its scope, such as {_example(deliverables)}",
            )
        if not heard.room.strip() or not heard.chain.strip():
            raise UsageError(
                "a listening record names room and chain",
                remedy='--room "Studio 2" --chain "D/A, amplifier, loudspeakers"',
            )
        records += [
            Listening(
                path=d.path,
                sha256=d.sha256,
                heard="start-to-end" if heard.is_whole else "spots",
                room=heard.room,
                chain=heard.chain,
                date=day,
            )
            for d in files
        ]
    return tuple(records)


def check_events(records: Sequence[Listening], deliverables: tuple[Deliverable, ...]) -> None:
    """Refuse what was heard after the end of a file.

    Raises:
        UsageError: naming the file, the moment and its length.
    """
    by_path = {d.path: d for d in deliverables}
    for record in records:
        item = by_path.get(record.path)
        if item is None or not item.samples or not item.sample_rate_hz:
            continue
        length_s = item.samples / item.sample_rate_hz
        late = next((e for e in record.events if e.time > length_s), None)
        if late is not None:
            raise UsageError(
                f"an event at {late.time:g} s lies past the end: the file is {length_s:.3f} s long",
                where=record.path,
                remedy="times count from the start of the file",
            )


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")


def _example(deliverables: tuple[Deliverable, ...]) -> str:
    return next((d.path.rpartition("/")[0] for d in deliverables if d.role in AUDIO_ROLES), "streaming/flac")


def _read(file: Path, by_path: dict[str, Deliverable]) -> list[Listening]:
    """The records of a file: a JSON list; a digest that is left out is that of the file in the build."""
    try:
        value = parse_json(read_guarded(file, "listening record"))
    except ValueError as exc:
        raise UsageError(f"this is no listening record: {exc}", where=str(file)) from exc
    if not isinstance(value, list):
        raise UsageError("a file of listening records is a JSON list", where=str(file), remedy="see docs/sign-off.md")
    found = []
    for number, item in enumerate(value):
        known = by_path.get(str(item.get("path"))) if isinstance(item, dict) else None
        whole = {"sha256": known.sha256, **item} if known is not None else item
        found.append(check_model(Listening, whole, "listening record", f"{file.name}[{number}]"))
    return found
