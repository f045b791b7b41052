"""Discs for tests: the worked example of the reference, and random legal ones."""

import struct

from hypothesis import strategies as st

from release.model.disc import Copy, Disc, DiscText, DiscTrack, TextBlock
from release.model.identifiers import check_digit


def track(number, *indexes, pause=None, isrc="", **more):
    return DiscTrack(number, tuple(indexes), pause, isrc, **more)


def text_block(titles, *, album="Test Album", performer="The Band", **more):
    tracks = tuple(DiscText(title, performer) for title in titles)
    return TextBlock("en", DiscText(album, performer), tracks, **more)


WORKED_EXAMPLE = Disc(
    tracks=(
        track(1, 150, pause=0, isrc="USABC2600001", text=DiscText("First Song", "The Band")),
        track(2, 750, pause=675, isrc="USABC2600002", text=DiscText("Second Song", "The Band")),
    ),
    lead_out_cd_frames=1500,
    ean="0123456789012",
    catalogue="RLS-001",
    text=DiscText("Test Album", "The Band"),
    text_blocks=(text_block(["First Song", "Second Song"]),),
)


def image_bytes(disc):
    """An image whose every sample is different from its neighbours, silent before 00:02:00."""
    n_samples = (disc.lead_out_cd_frames - 150) * 588
    data = bytearray(disc.lead_out_cd_frames * 2352)
    counter = (((i * 40503) & 0x7FFE) + 1 for i in range(n_samples * 2))
    struct.pack_into(f"<{n_samples * 2}h", data, 150 * 2352, *counter)
    return bytes(data)


LATIN = st.text(
    st.sampled_from([chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x100))]), max_size=30
).map(str.strip)  # fmt: skip
ISRC = st.from_regex(r"\A[A-Z]{2}[A-Z0-9]{3}[0-9]{7}\Z")
EAN = st.from_regex(r"\A[0-9]{12}\Z").map(lambda d: d + str(check_digit(d)))


@st.composite
def discs(draw, *, most_tracks=99, longest_cd_frames=3000, texts=LATIN):
    """A legal disc: every feature, random positions on the grid."""
    n_tracks = draw(st.integers(1, most_tracks))
    length = st.integers(300, longest_cd_frames)
    at = draw(st.integers(150, 400))
    tracks = []
    for number in range(1, n_tracks + 1):
        pause = 0 if number == 1 else None
        if number > 1 and draw(st.booleans()):
            pause = at
            at += draw(st.integers(1, 400))
        span = draw(length)
        inner = draw(st.lists(st.integers(1, span - 1), max_size=3, unique=True).map(sorted))
        tracks.append(
            DiscTrack(
                number,
                (at, *(at + i for i in inner)),
                pause,
                draw(st.just("") | ISRC),
                draw(st.sampled_from(Copy)),
                draw(st.booleans()),
            )
        )
        at += span
    blocks = ()
    if draw(st.booleans()):
        of_track = st.builds(DiscText, title=texts, performer=texts, composer=texts if n_tracks < 20 else st.just(""))
        given = (
            tuple(draw(of_track) for _ in tracks) if n_tracks < 30 else tuple(DiscText(f"T{t.number}") for t in tracks)
        )
        blocks = (TextBlock(draw(st.sampled_from(["en", "de", "fr"])), draw(of_track), given),)
        tracks = [DiscTrack(t.number, t.indexes, t.index00_cd_frames, t.isrc, t.copy, t.has_pre_emphasis, g)
                  for t, g in zip(tracks, given, strict=True)]  # fmt: skip
    return Disc(
        tracks=tuple(tracks),
        lead_out_cd_frames=at,
        ean=draw(st.just("") | EAN),
        catalogue=draw(st.sampled_from(["", "LTR014CD"])),
        text=blocks[0].album if blocks else DiscText(),
        text_blocks=blocks,
    )
