"""What holds for every album: spans tile, audio never moves, marks move less than a CD frame, sides partition."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from resolve_projects import resolved, source

from release.model.side import VINYL_SIDES
from release.model.spans import gain_regions
from release.units import samples_per_cd_frame

RATES = (44_100, 48_000, 96_000)
JOINS = (
    "", "gap: {n} samples", "gap: 0 s", "gap: -{n} samples", "crossfade: {{length: {n} samples}}",
    "gap: {{length: {n} samples, fill: tone.wav}}", "gap: {n} samples, track_start: -{m} samples",
    "gap: {n} samples, track_start: {m} samples", "gap: {n} samples, pause: {m} samples",
)  # fmt: skip


@st.composite
def albums(draw, joins=JOINS):
    rate = draw(st.sampled_from(RATES))
    count = draw(st.integers(1, 6))
    lines, sources = [], {"tone.wav": source(3, rate)}
    for index in range(count):
        sources[f"{index}.wav"] = source(rate_hz=rate, n_samples=draw(st.integers(5 * rate, 9 * rate)))
        join = "" if index == 0 else draw(st.sampled_from(joins))
        more = join.format(n=draw(st.integers(rate // 10, 2 * rate)), m=draw(st.integers(1, rate // 20)))
        hidden = draw(st.booleans()) if index == 2 and "track_start" not in more else False
        parts = [f"id: t{index}", f"title: T{index}", f"source: {index}.wav", *([more] if more else [])]
        parts += ["unjoined: {}"] if more.startswith(("gap: 0 s", "gap: -", "crossfade")) else []
        parts += ["hidden: true"] if hidden else []
        lines.append(f"  - {{{', '.join(parts)}}}\n")
    return "tracks:\n" + "".join(lines), sources, rate


@settings(max_examples=60, deadline=None)
@given(albums())
def test_spans_tile_and_audio_never_moves(album):
    text, sources, rate = album
    project = resolved(text + "targets: {streaming: {hidden: inside}, cd: {}}\n", sources)
    files, disc = (t.programme.units[0].timeline for t in project.targets)
    frame = samples_per_cd_frame(rate)

    spans = [t for t in files.tracks if t.number is not None]
    assert spans[0].start == 0
    assert spans[-1].end == files.length == disc.length
    assert all(one.end == two.start for one, two in pairwise(spans))
    assert files.clips == disc.clips == project.programme.clips
    assert [t.audio_start for t in files.tracks] == [t.audio_start for t in disc.tracks]

    for one, two in zip(files.tracks[1:], disc.tracks[1:], strict=True):
        assert one.start == two.start
    for span in disc.tracks:
        if span.number is None:
            continue
        in_sound = any(c.position < span.asked_start <= c.end for c in disc.clips)
        assert span.start % frame == 0
        assert abs(span.start - span.asked_start) <= (frame // 2 if in_sound else frame - 1)
        assert in_sound or span.start <= span.asked_start
        if span.pause_start is not None:
            assert (span.start - span.pause_start) % frame == 0
            assert span.pause_start < span.start


@settings(max_examples=40, deadline=None)
@given(albums(joins=("", "gap: {n} samples", "gap: {n} samples, track_start: -{m} samples")))
def test_default_pauses_lie_in_silence_and_fill_it_to_a_frame(album):
    text, sources, rate = album
    tracks = resolved(text + "targets: {cd: {}}\n", sources).targets[0].programme.units[0].timeline.tracks
    frame = samples_per_cd_frame(rate)

    for before, span in pairwise(tracks):
        if span.number is not None and span.pause_start is not None:
            assert span.pause_start >= before.audio_end
            assert span.pause_start - before.audio_end < 2 * frame


@settings(max_examples=40, deadline=None)
@given(albums())
def test_gain_regions_tile_and_change_at_clip_edges(album):
    text, sources, _ = album
    timeline = (
        resolved(text + "targets: {streaming: {hidden: inside}}\n", sources).targets[0].programme.units[0].timeline
    )
    regions = gain_regions(timeline)

    assert regions[0][0] == 0
    assert regions[-1][1] == timeline.length
    assert all(one[1] == two[0] for one, two in pairwise(regions))
    edges = {c.position for c in timeline.clips} | {c.end for c in timeline.clips}
    assert all(end in edges for _, end, _ in regions)
    assert [key for _, _, key in regions] == [t.key for t in timeline.tracks]


@settings(max_examples=30, deadline=None)
@given(albums(), st.sampled_from([("7 in", 45), ("12 in", 33)]))
def test_sides_hold_every_track_once_in_order(album, form):
    text, sources, rate = album
    size, speed = form
    settings_ = f"vinyl: {{size: {size}, speed: {speed}, sides: auto}}"
    units = resolved(text + f"targets: {{{settings_}}}\n", sources).targets[0].programme.units

    keys = [t.key for unit in units for t in unit.timeline.tracks]
    assert keys == [f"t{n}" for n in range(len(keys))]
    longest = VINYL_SIDES[int(size.split()[0]), speed].longest_s * rate
    assert all(unit.timeline.length <= longest for unit in units)


@settings(max_examples=30, deadline=None)
@given(
    albums(joins=("", "gap: 0 s", "crossfade: {{length: {n} samples}}", "gap: {{length: {n} samples, fill: tone.wav}}"))
)
def test_a_chain_over_the_main_order_plays_it_from_end_to_end(album):
    text, sources, _ = album
    chain = "sequence: {process: [{gain: {gain: 1 dB}}]}\n"
    programme = resolved(chain + text + "targets: {cd: {}}\n", sources).targets[0].programme

    (clip,) = programme.units[0].timeline.clips
    assert (clip.source, clip.source_start, clip.position, clip.length) == (
        "@main",
        0,
        0,
        programme.units[0].timeline.length,
    )
    assert len(programme.sequences) == 1
