"""What the user wrote, in types: the project, its release, sequence and tracks. Targets are in ``targets.py``.

Field names are the manifest's keys and field descriptions are the users' documentation: ``docs/manifest.md`` and the
JSON Schema are made from them. A key that is a Python keyword has an underscore behind it here (``in_``, ``as_``).
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from release.manifest.fields import (
    AnyTime,
    ArtworkPath,
    Barcode,
    Colour,
    Date,
    IsrcText,
    Language,
    LanguageOrNone,
    Length,
    LongText,
    ManifestModel,
    NamedText,
    Number,
    PathText,
    Rate,
    Switch,
    Text,
    Time,
    TrackRef,
    choice,
    fail,
    level,
    whole,
    word,
)
from release.manifest.process import Process
from release.manifest.scalars import parse_time

ZERO = parse_time("0")
CURVES = ("s-curve", "linear", "equal-power", "exponential", "logarithmic")
Curve = Annotated[str, choice(*CURVES)]
TrackId = Annotated[str, word("a track id")]
GainDb = Annotated[float, level("dB", -60, 60)]
OffsetLu = Annotated[float, level("LU", -60, 60)]
Copy = Annotated[str, choice("prohibited", "permitted", "scms")]
Explicit = Annotated[str, choice("no", "yes", "clean", true="yes", false="no")]


class Credit(ManifestModel):
    """A person and what they did."""

    role: NamedText = Field(description="What the person did, in your own words: producer, mastering engineer, guitar.")
    name: NamedText = Field(description="The person's name.")


class Artist(ManifestModel):
    """An artist of a track; a bare name is a primary artist."""

    shorthand: ClassVar[str] = "name"
    name: NamedText = Field(description="The artist's name.")
    role: Annotated[str, choice("primary", "featured", "with")] = Field(
        default="primary", description="Part the artist takes; a featured one is shown behind 'feat.'."
    )


class Writer(ManifestModel):
    """A writer of a track."""

    name: NamedText = Field(description="The writer's name.")
    role: Annotated[str, choice("composer", "lyricist", "songwriter", "arranger")] = Field(
        default="songwriter", description="What the writer wrote; a songwriter wrote words and music."
    )
    publisher: Text = Field(default="", description="The writer's publisher.")


class Translation(ManifestModel):
    """Texts in another language."""

    title: Text = Field(default="", description="Title in that language.")
    artist: Text = Field(default="", description="Artist in that language.")
    message: Text = Field(default="", description="CD-TEXT message in that language.")
    songwriter: Text = Field(default="", description="Songwriters in that language, as CD-TEXT names them.")
    composer: Text = Field(default="", description="Composers in that language, as CD-TEXT names them.")
    arranger: Text = Field(default="", description="Arrangers in that language, as CD-TEXT names them.")


Translations = dict[Language, Translation]


class ReleaseFields(ManifestModel):
    """What a release and a target's edition of it have in common."""

    type: Annotated[str, choice("album", "ep", "single")] = Field(default="album", description="Kind of release.")
    compilation: Switch = Field(default=False, description="True when the tracks are by various artists.")
    label: Text = Field(default="", description="Label, as printed.")
    catalogue_number: Text = Field(default="", description="The label's number of this release.")
    barcode: Barcode = Field(default="", description="UPC-A or EAN-13, check digit included; it is verified.")
    release_date: Date | None = Field(
        default=None, description="Day of this release; also the date written into files."
    )
    original_release_date: Date | None = Field(default=None, description="Day of the first release, for reissues.")
    genre: Text = Field(default="", description="Genre, in the words your distributor uses.")
    language: LanguageOrNone = Field(default="", description="Language of the words; zxx for none.")
    p_line: Text = Field(default="", description="Who owns the recordings, with the year; without the ℗ sign.")
    c_line: Text = Field(default="", description="Who owns the artwork and texts, with the year; without the © sign.")
    artwork: ArtworkPath = Field(default="", description="Front cover, PNG or JPEG, relative to the manifest.")
    credits: tuple[Credit, ...] = Field(default=(), description="People behind the whole release.")
    translations: Translations = Field(
        default={}, description="Texts in other languages, by language code; CD-TEXT of that language takes them."
    )


class Release(ReleaseFields):
    """The product: what tags, sheets and discs say of the whole."""

    title: NamedText = Field(description="Title of the release.")
    artist: NamedText = Field(description="Artist of the release, as shown; tracks without artists take it.")


class Edition(ReleaseFields):
    """Release fields that one target overrides in its tags, sheets and names; only those written count: any key of release."""

    title: NamedText = Field(default="", description="Title of this edition.")
    artist: NamedText = Field(default="", description="Artist of this edition.")


class Gap(ManifestModel):
    """The distance from the end of the previous track's audio; a bare time is its length."""

    shorthand: ClassVar[str] = "length"
    length: AnyTime = Field(description="How long; 0 s is a butt join, negative an overlap with both at full level.")
    fill: PathText | None = Field(
        default=None, description="Room tone that fills the gap, repeated as needed; silence without."
    )


class Fade(ManifestModel):
    """A fade at one end of a track; a bare time is its length."""

    shorthand: ClassVar[str] = "length"
    length: Length = Field(description="How long the fade lasts.")
    curve: Curve = Field(default="s-curve", description="Shape of the fade.")


class Crossfade(ManifestModel):
    """A crossfade from the track before; a bare time is its length."""

    shorthand: ClassVar[str] = "length"
    length: Length | None = Field(default=None, description="Length of both fades and of the overlap.")
    out: Length | None = Field(
        default=None, description="Length of the outgoing fade and of the overlap, instead of length."
    )
    in_: Length | None = Field(
        default=None,
        alias="in",
        description="Length of the incoming fade, at most out; it starts with the overlap. Default: out.",
    )
    curve: Curve = Field(default="equal-power", description="Shape of both fades.")


class Trim(ManifestModel):
    """The part of a source that is used."""

    start: Time = Field(default=ZERO, description="First moment used, in the source.")
    end: Length | None = Field(
        default=None,
        description="Where use of the source ends; default: its end, or where the next track on the same source begins.",
    )


class UnjoinedTail(ManifestModel):
    """How the track before ends when it is parted from this one."""

    fade_out: Fade | None = Field(default=None, description="Fade-out of the track before.")


class UnjoinedHead(ManifestModel):
    """How this track begins when it is parted from the one before."""

    fade_in: Fade | None = Field(default=None, description="Fade-in of this track.")


class Unjoined(ManifestModel):
    """What a target does that parts this track from the one it is joined to."""

    tail: UnjoinedTail = Field(default=UnjoinedTail(), description="End of the track before.")
    head: UnjoinedHead = Field(default=UnjoinedHead(), description="Beginning of this track.")
    gap: Gap | None = Field(default=None, description="Gap before this track then; default: the sequence's gap.")


class Work(ManifestModel):
    """The classical work that a track is a movement of; a bare text is its title."""

    shorthand: ClassVar[str] = "title"
    title: NamedText = Field(description="Title of the work.")
    composer: Text = Field(default="", description="Composer of the work.")
    movement: Annotated[int, whole(1, 999)] | None = Field(default=None, description="Number of the movement.")
    movement_title: Text = Field(default="", description="Title of the movement.")


class Version(ManifestModel):
    """Another version of a track; a bare path is its source. It inherits all else from the track."""

    shorthand: ClassVar[str] = "source"
    source: PathText = Field(description="Audio file of this version, relative to the manifest.")
    isrc: IsrcText = Field(
        default="", description="Its own code: it is another recording then, and its version follows the title."
    )
    title_version: Text = Field(
        default="", description="What the version is called behind the title; default: its name."
    )
    explicit: Explicit | None = Field(default=None, description="Advisory of this version; default: the track's.")
    level_group: Text = Field(
        default="", description="Group that it is measured with; own: alone. Default: the track's."
    )


class Track(ManifestModel):
    """One titled recording in the programme."""

    id: TrackId = Field(description="Short name that the rest of the manifest calls this track by.")
    title: Text = Field(default="", description="Title, without the version; may be left out where work is given.")
    title_version: Text = Field(
        default="", description="Version shown in parentheses behind the title: Live, Remastered 2026."
    )
    source: PathText = Field(description="Audio file, relative to the manifest.")
    isrc: IsrcText = Field(default="", description="International Standard Recording Code, with or without hyphens.")
    trim: Trim = Field(default=Trim(), description="Part of the source that is used; samples are the source's.")
    fade_in: Fade | None = Field(default=None, description="Fade-in from the start of the trimmed audio.")
    fade_out: Fade | None = Field(default=None, description="Fade-out to the end of the trimmed audio.")
    gain: GainDb = Field(default=0.0, description="Gain before the chain, in dB.")
    process: Process = Field(default=(), description="Chain of processing steps, in order.")
    explicit: Explicit = Field(
        default="no", description="Advisory: explicit words (yes), none (no), or an edited version (clean)."
    )
    artists: tuple[Artist, ...] = Field(default=(), description="Artists of the track; default: the release's artist.")
    writers: tuple[Writer, ...] = Field(default=(), description="Who wrote it.")
    credits: tuple[Credit, ...] = Field(default=(), description="Who else took part.")
    message: Text = Field(default="", description="CD-TEXT message of this track.")
    translations: Translations = Field(
        default={}, description="Texts in other languages, by language code; CD-TEXT of that language takes them."
    )
    work: Work | None = Field(
        default=None, description="The work that it is a movement of; tracks of one work share a level group."
    )
    gap: Gap | None = Field(default=None, description="Gap before this track; default: the sequence's gap.")
    crossfade: Crossfade | None = Field(
        default=None, description="Crossfade from the track before, in place of gap and fades."
    )
    unjoined: Unjoined | None = Field(
        default=None,
        description="How a joined pair is parted where a target's order, selection, side or disc parts it.",
    )
    track_start: AnyTime | None = Field(
        default=None,
        description="Where number, file cut and ISRC begin, from the start of the trimmed audio; default: the sequence's.",
    )
    pause: Time | None = Field(
        default=None,
        description="Length of CD index 00 before the start; default: the gap, 0 s after a join, 2 s for a disc's first track.",
    )
    indexes: tuple[Time, ...] = Field(default=(), description="CD index 02 and up, counted from the track's start.")
    index: Switch = Field(
        default=False, description="For a hidden track behind another: mark its start with CD index 02."
    )
    hidden: Switch = Field(default=False, description="A track without number and code of its own.")
    level_offset: OffsetLu = Field(default=0.0, description="Distance from the aim with match: tracks, in LU.")
    level_group: Text = Field(
        default="",
        description="Tracks of one group are measured pooled and move as one; own: alone. Default: joined tracks are one.",
    )
    copy_: Copy | None = Field(default=None, alias="copy", description="Copy flag on CD; default: the target's.")
    pre_emphasis: Switch = Field(
        default=False, description="The source carries 50/15 µs emphasis; only an untouched CD may keep it."
    )
    versions: dict[Annotated[str, word("the name of a version")], Version] = Field(
        default={}, description="Other versions by name; id@name stands for one."
    )


class SequenceDisc(ManifestModel):
    """A disc of a set."""

    title: Text = Field(default="", description="Title of the disc.")
    first: TrackId = Field(description="Id of its first track.")
    translations: Translations = Field(default={}, description="Title in other languages, by language code.")


class Sequence(ManifestModel):
    """The programme: all tracks on one timeline, in the order of tracks."""

    sample_rate: Rate | None = Field(
        default=None,
        description="Rate of the programme; default: the sources' common rate, must be written where they differ.",
    )
    gap: Gap = Field(default=Gap(length=parse_time("2")), description="Gap before each track but the first.")
    track_start: AnyTime = Field(default=ZERO, description="Default of the tracks' track_start.")
    process: Process = Field(default=(), description="Chain over the whole programme.")
    discs: tuple[SequenceDisc, ...] = Field(
        default=(), description="Where discs begin; numbers restart there in every target."
    )
    cuts: Annotated[str, choice("cd-frame", "sample")] = Field(
        default="cd-frame",
        description="Grid of the track cuts: with a cd target all files are cut on its frames, unless sample is said.",
    )


class Waiver(ManifestModel):
    """A finding that a named person accepts."""

    check: NamedText = Field(description="Id of the check, area/rule, as the report names it.")
    track: TrackRef | None = Field(default=None, description="Only for this track.")
    target: Text | None = Field(default=None, description="Only for this target.")
    reason: LongText = Field(description="Why it is accepted; printed in the report.")
    by: NamedText = Field(description="Who accepts it.")
    date: Date | None = Field(default=None, description="When it was accepted.")
    expires: Date | None = Field(
        default=None,
        description="Last day on which it counts, held against the release date, never the clock; without a release date it does not count.",
    )


class LimitOverride(ManifestModel):
    """A limit of a check that this project sets itself, over the house's and over every profile's."""

    check: NamedText = Field(description="Id of the check, area/rule.")
    name: NamedText = Field(description="Which of its limits, as docs/checks.md names it.")
    value: Number = Field(description="In the unit of the name's end.")
    reason: LongText = Field(description="Why, and on whose word.")


class Qc(ManifestModel):
    """Quality control."""

    profiles: tuple[PathText, ...] = Field(
        default=(),
        description="What a plant, a service or a label asks: names that `release checks` lists, or .json files of the same form "
        "beside the manifest; later ones are laid over earlier ones.",
    )
    limits: tuple[LimitOverride, ...] = Field(default=(), description="Limits of checks that this project sets itself.")
    waivers: tuple[Waiver, ...] = Field(default=(), description="Findings that are accepted, each by whom and why.")


class Signatory(ManifestModel):
    """A person whose approvals count, and in which roles."""

    name: NamedText = Field(description="The person's name, as approvals give it.")
    signer: Text = Field(
        default="", description="Principal of the person's key in the signers file; default: the name."
    )
    roles: tuple[NamedText, ...] = Field(description="Roles that this person may approve in.")


class RequiredApproval(ManifestModel):
    """An approval without which nothing ships; a bare text is its role."""

    shorthand: ClassVar[str] = "role"
    role: NamedText = Field(description="Role in which somebody must approve: mastering engineer, artist, label, qc.")
    targets: tuple[Text, ...] = Field(default=(), description="Targets that need it; default: all.")
    listening: Annotated[str, choice("none", "spots", "start-to-end")] = Field(
        default="none", description="Listening record that must come with it, for at least one format of the target."
    )
    other_than: tuple[NamedText, ...] = Field(
        default=(),
        description="Roles whose people may not give it: [mastering engineer] asks for a second pair of ears.",
    )


class Signoff(ManifestModel):
    """Who has to approve before anything ships."""

    signers: PathText | None = Field(
        default=None,
        description="Keys that count: an allowed signers file as ssh-keygen reads it, relative to the manifest.",
    )
    people: tuple[Signatory, ...] = Field(
        default=(), description="Who may approve, and as what; empty: everybody whose key stands in the signers file."
    )
    required: tuple[RequiredApproval, ...] = Field(
        default=(), description="Approvals that each target needs to ship; empty: one, in any role."
    )
    unsigned: Annotated[str, choice("refuse", "accept")] = Field(
        default="refuse", description="Whether approvals without a signature count; they stay marked."
    )


class House(ManifestModel):
    """Whose documents they are."""

    name: Text = Field(default="", description="Name of the house, as it stands on documents without a logo.")
    logo: PathText | None = Field(
        default=None, description="Logo above every document: PNG, JPEG, or an SVG of plain shapes; at most 500 kB."
    )
    colour: Colour = Field(default="", description='Colour of the rule below the logo, as "#14508c"; never of text.')
    contact: tuple[NamedText, ...] = Field(
        default=(), description="Lines that say whom to ask, at the foot of every document."
    )


class Documents(ManifestModel):
    """How documents look, and which short versions of the report are written."""

    short: tuple[Annotated[str, choice("client", "label", "plant")], ...] = Field(
        default=(), description="Short versions that each build writes beside the QC report."
    )
    house: House = Field(default=House(), description="Name, logo, colour and contact of the house.")
    templates: PathText | None = Field(
        default=None,
        description="Folder with templates that stand in for the program's, in html/ and typst/. They are code: release trust.",
    )
    fonts: PathText | None = Field(
        default=None, description="Folder with fonts for PDFs, for scripts that the program's lack."
    )


class ProjectFields(ManifestModel):
    """The manifest without its targets."""

    version: Literal[1] = Field(description="Version of this format.")
    release: Release = Field(description="The product: titles, codes, dates, lines, artwork.")
    sequence: Sequence = Field(default=Sequence(), description="The programme's rate, gaps, chain and discs.")
    tracks: tuple[Track, ...] = Field(description="The recordings, in programme order.")
    qc: Qc = Field(default=Qc(), description="Quality control.")
    signoff: Signoff = Field(default=Signoff(), description="Who has to approve before anything ships.")
    documents: Documents = Field(
        default=Documents(), description="How documents look, and which short versions of the report are written."
    )

    @field_validator("version", mode="before")
    @classmethod
    def read_version(cls, value: object) -> object:
        """Only version 1 exists."""
        if str(value).strip() != "1":
            raise fail(
                f"version {value} of the manifest is not known to this program", "write version: 1", "unknown-version"
            )
        return 1

    @field_validator("tracks", mode="after")
    @classmethod
    def need_a_track(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        """A release has sound."""
        if not value:
            raise fail("the list of tracks is empty", "write at least one track", "missing")
        return value
