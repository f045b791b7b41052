"""The models of what people sign: approvals with listening records, and what a review page exports.

``schemas/approval.schema.json`` and ``schemas/review.schema.json`` are made from them; ``docs/sign-off.md`` explains them.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from release.signoff.guarded_json import parse_model
from release.signoff.text import ForeignLine, ForeignParagraphs, Line, Name, Paragraphs, Shown

REJECT_SEVERITY = 5
_ENTRY = re.compile(r"([0-9a-f]{64}) \*([^\x00-\x1f\x7f-\x9f\\]+)")
EVENT_TYPES = (
    "click", "pop", "dropout", "distortion", "noise", "hum", "edit", "fade", "level-jump", "phase", "sibilance",
    "wrong-version", "metadata", "other",
)  # fmt: skip
EventType = Literal[
    "click", "pop", "dropout", "distortion", "noise", "hum", "edit", "fade", "level-jump", "phase", "sibilance",
    "wrong-version", "metadata", "other",
]  # fmt: skip


def _check_date(text: str) -> str:
    date.fromisoformat(text)
    return text


def _check_path(text: str) -> str:
    if text.startswith("/") or any(part in ("", ".", "..") for part in text.split("/")):
        raise ValueError("the path leads out of the build folder")
    if re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\\]", text):
        raise ValueError("the path has a control character, a direction override or a backslash in it")
    return text


def _check_entry(text: str) -> str:
    found = _ENTRY.fullmatch(text)
    if found is None:
        raise ValueError("a deliverable is written as sha256sum writes it: 64 hexadecimal digits, blank, *, path")
    _check_path(found[2])
    return text


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-11-20"]), AfterValidator(_check_date)]
FilePath = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_check_path)]
Entry = Annotated[str, Field(max_length=1100), AfterValidator(_check_entry)]
Severity = Annotated[int, Field(ge=1, le=REJECT_SEVERITY)]
Seconds = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Decision = Literal["approved", "approved-with-notes", "rejected"]


class Frozen(BaseModel):
    """Base of all sign-off models: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class BuildIdentity(Frozen):
    """Which build is spoken of."""

    identity: Sha256 = Field(description="SHA-256 of release.json: the build's identity, as reports print it.")
    title: Shown = Field(default="", description="Title of the release, for people.")
    artist: Shown = Field(default="", description="Artist of the release, for people.")
    catalogue_number: Shown = Field(default="", description="Catalogue number, for people.")


class Scope(Frozen):
    """What an approval covers."""

    kind: Literal["release", "target", "track"] = Field(
        description="release: every deliverable; target: those of one target; track: the files of one track."
    )
    target: str | None = Field(default=None, max_length=200, description="Name of the target.")
    track: str | None = Field(default=None, max_length=200, description="Track id, or id@version.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        wanted = {"release": (False, False), "target": (True, False), "track": (self.target is not None, True)}
        if (self.target is not None, self.track is not None) != wanted[self.kind]:
            raise ValueError(f"a scope of kind {self.kind} names something else")
        return self

    def __str__(self) -> str:
        if self.kind == "release":
            return "the release"
        if self.kind == "target":
            return f"target {self.target}"
        return f"track {self.track}" + (f" in target {self.target}" if self.target else "")


class ListeningEvent(Frozen):
    """Something that was heard."""

    time: Seconds = Field(description="Seconds from the start of the file.")
    type: EventType = Field(description="What it is.")
    severity: Severity = Field(description="1 (barely there) to 5 (reject).")
    is_intended: bool = Field(description="True when it belongs to the music.")
    text: Paragraphs = Field(default="", description="What was heard, in words.")
    resolved_by: Line = Field(default="", description="Who or what settled it; empty while it is open.")

    @property
    def is_open(self) -> bool:
        """Whether it still stands in the way: neither intended nor resolved."""
        return not self.is_intended and not self.resolved_by


class Listening(Frozen):
    """A listening record of one deliverable."""

    path: FilePath = Field(description="The deliverable, relative to the build folder.")
    sha256: Sha256 = Field(description="SHA-256 of exactly the file that was played.")
    heard: Literal["start-to-end", "spots"] = Field(description="Whether all of it was heard.")
    room: Line = Field(description="Where: room, or headphones.")
    chain: Line = Field(description="Playback chain: converter, amplifier, loudspeakers, level.")
    date: Day = Field(description="When.")
    events: list[ListeningEvent] = Field(default_factory=list, max_length=1000, description="What was heard.")


class Asked(Frozen):
    """An approval that the project asked for when somebody approved; what a signature covers, nobody can take out again."""

    role: Line = Field(default="", description="In which role; empty for any.")
    targets: list[Name] = Field(default_factory=list, max_length=1000, description="For which targets; empty for all.")
    listening: Literal["none", "spots", "start-to-end"] = "none"
    other_than: list[Name] = Field(
        default_factory=list, max_length=1000, description="Roles whose people may not give it."
    )


class Approval(Frozen):
    """A statement of one person about exactly some deliverables; the bytes of its file are what is signed."""

    format: Literal["release-approval"] = "release-approval"
    version: Literal[1] = 1
    build: BuildIdentity
    scope: Scope
    person: Name = Field(description="Who says it.")
    role: Name = Field(description="In which role: mastering engineer, artist, label, qc.")
    decision: Decision
    remarks: Paragraphs = ""
    date: Day = Field(description="When it was said.")
    signature: Literal["ssh", "none"] = Field(description="ssh: FILE.sig beside it; none: unsigned, by choice.")
    signer: Line = Field(default="", description="Principal in the allowed signers file; empty when unsigned.")
    deliverables: list[Entry] = Field(
        min_length=1,
        max_length=20_000,
        description="Every deliverable in scope: SHA-256 and path, each as a line of sha256sum; sorted by path.",
    )
    listening: list[Listening] = Field(default_factory=list, max_length=1000)
    supersedes: list[Sha256] = Field(
        default_factory=list,
        max_length=1000,
        description="SHA-256 of earlier statements by this person that it replaces.",
    )
    asked: list[Asked] = Field(
        default_factory=list, max_length=1000, description="Every approval that the project asked for in this scope."
    )
    report: list[Entry] = Field(
        default_factory=list,
        max_length=100,
        description="The QC report that lay beside the files: SHA-256 and path, each as a line of sha256sum.",
    )

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.signature == "ssh") != bool(self.signer):
            raise ValueError("a signed approval names its signer, an unsigned one names none")
        paths = [path for path, _ in self.entries()]
        if len(set(paths)) != len(paths):
            raise ValueError("a deliverable is named twice")
        digests = dict(self.entries())
        for record in self.listening:
            if digests.get(record.path) != record.sha256:
                raise ValueError(f"{record.path} was heard in a form that this approval does not name")
            if record.date > self.date:
                raise ValueError(f"{record.path} was heard on {record.date}, after the day of this approval")
            grave = any(e.is_open and e.severity == REJECT_SEVERITY for e in record.events)
            if grave and self.decision != "rejected":
                raise ValueError(f"{record.path} has an open event of severity 5, and is approved all the same")
        return self

    def entries(self) -> list[tuple[str, str]]:
        """Path and SHA-256 of every deliverable."""
        return [(line[66:], line[:64]) for line in self.deliverables]

    @property
    def is_positive(self) -> bool:
        """Whether it lets the deliverables pass."""
        return self.decision != "rejected"


class CommentPlace(Frozen):
    """What a comment speaks of."""

    target: ForeignLine | None = Field(default=None, description="Name of the target; null for all.")
    track: ForeignLine | None = Field(default=None, description="Track id; null for the whole.")


class Comment(Frozen):
    """A remark with its moment."""

    time: Seconds | None = Field(
        default=None,
        description="Seconds from the start of the track, or of the target's programme where no track is named; null for none.",
    )
    where: CommentPlace = Field(default_factory=CommentPlace)
    severity: Severity = Field(description="1 (remark) to 5 (reject).")
    text: ForeignParagraphs
    author: ForeignLine


class ReviewApproval(Frozen):
    """The sign-off form of a review page; it becomes an approval when it is imported, and signed then."""

    person: Name
    role: Name
    decision: Decision
    remarks: Paragraphs = ""
    date: Day
    scope: Scope
    listening: list[Listening] = Field(default_factory=list, max_length=1000)


class Review(Frozen):
    """What a review page exports."""

    format: Literal["release-review"] = "release-review"
    version: Literal[1] = 1
    build: BuildIdentity
    comments: list[Comment] = Field(default_factory=list, max_length=1000)
    approval: ReviewApproval | None = None


def statement_bytes(model: Approval | Review) -> bytes:
    """The bytes of a statement's file: sorted keys, one value a line, one line end at the end."""
    data = model.model_dump(mode="json")
    return (json.dumps(data, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def parse_approval(data: bytes, where: str) -> Approval:
    """An approval from the bytes of its file.

    Raises:
        UsageError: with everything that is not as the format asks.
    """
    return parse_model(Approval, data, "approval", where)


def parse_review(data: bytes, where: str) -> Review:
    """A review page's export.

    Raises:
        UsageError: with everything that is not as the format asks.
    """
    return parse_model(Review, data, "review", where)


def statement_digest(data: bytes) -> str:
    """What a statement is called by: SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()


def statement_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas of both formats, by name of their files."""
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        "approval.schema.json": {**draft, **Approval.model_json_schema()},
        "review.schema.json": {**draft, **Review.model_json_schema()},
    }
