"""Chains are held against the programme's rate, before any audio is touched, with their place."""

from __future__ import annotations

from resolve_projects import refusal, resolved, source

PROJECT = """
version: 1
release: {{title: Night Ferry, artist: The Harbour Lights}}
sequence:
  process: [{sequence}]
tracks:
  - id: one
    title: One
    source: one.wav
    process:
      - highpass: {{frequency: 25 Hz}}
      - {track}
targets:
  cd:
    process: [{target}]
"""


def written(sequence="gain: 1 dB", track="gain: 1 dB", target="gain: 1 dB"):
    return PROJECT.format(sequence=sequence, track=track, target=target)


def test_a_filter_above_half_the_rate_is_refused_with_its_line():
    text = written(
        track="lowpass: {frequency: 23 kHz}",
        target="notch: {frequency: 30 kHz}",
        sequence="eq: {shape: peak, frequency: 22050, gain: 1}",
    )
    error = refusal(text)

    assert [(p.where, p.code) for p in error.problems] == [
        ("project.yaml:5:42", "bad-step"),
        ("project.yaml:12:30", "bad-step"),
        ("project.yaml:15:34", "bad-step"),
    ]
    assert all("half the sample rate of 44100 Hz" in p.problem for p in error.problems)


def test_the_same_filter_fits_a_higher_rate():
    text = written(track="lowpass: {frequency: 23 kHz}")

    assert resolved(text, {"one.wav": source(rate_hz=96_000)})


def test_crossovers_are_one_fewer_than_bands():
    chain = "multiband: {crossovers: [100 Hz, 200 Hz, 400 Hz, 800 Hz], threshold: -20 dBFS, ratio: 2}"
    (problem,) = refusal(written(track=chain)).problems

    assert "4 make 5 band(s); 1 to 3 can be written, one fewer than bands" in problem.problem


def test_bands_that_do_not_fit_together_are_refused():
    (problem,) = refusal(written(track="width: {width: [1, 2, 1], crossovers: 300 Hz}")).problems

    assert "3 values for 2 band(s)" in problem.problem
    assert problem.where.startswith("project.yaml:12:")


def test_linear_phase_that_rings_too_long_is_refused():
    (problem,) = refusal(
        written(sequence="eq: {shape: peak, frequency: 20 Hz, gain: 9, q: 20, phase: linear}")
    ).problems

    assert "use minimum" in problem.problem


def test_what_a_step_acts_on_reaches_the_clip():
    clip = resolved(written(track="{gain: 1 dB, channels: mid}")).targets[0].programme.sequences[0].timeline.clips[0]

    assert [s.acts_on for s in clip.chain] == ["both", "mid"]


EMPHASISED = """
version: 1
release: {{title: Night Ferry, artist: The Harbour Lights}}
tracks:
  - {{id: one, title: One, source: one.wav, pre_emphasis: true, process: [{chain}]}}
targets:
  streaming:
  cd:
"""


def test_deemphasis_first_in_the_chain_frees_a_track_for_every_target():
    free = resolved(EMPHASISED.format(chain="deemphasis"), {"one.wav": source(bits=16)})
    error = refusal(EMPHASISED.format(chain="{gain: 1 dB}, deemphasis"), {"one.wav": source(bits=16)})

    assert [t.tracks["one"].pre_emphasis for t in free.targets] == [False, False]
    assert {p.code for p in error.problems} == {"emphasis"}
    assert "begin its process with deemphasis" in error.problems[0].remedy
