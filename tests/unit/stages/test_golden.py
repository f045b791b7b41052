"""Golden digests of what stages leave: a change here means that the version of the stage must be raised.

The material is made so that every processor gives the same words on every machine: sums and rounding only, or float64
work that is rounded to 24 bits far from any half. Dither is left out: its noise is seeded from keys, and these name the
versions of libraries; the quantiser's own tests hold it with a fixed seed.
"""

import hashlib

import numpy as np
import pytest
import soundfile as sf

from release.operations.build import build_project

PROJECT = """
version: 1
release: {{title: Golden, artist: Us}}
tracks:
  - {{id: a, title: A, source: a.wav, isrc: GB-LTR-26-00001}}
  - {{id: b, title: B, source: b.wav, isrc: GB-LTR-26-00002, {join}}}
targets:
  download: {target}
"""


def make_sources(folder):
    rng = np.random.default_rng(26)
    for name, n in (("a", 30_000), ("b", 26_460)):
        words = (rng.integers(-(2**21), 2**21, (n, 2)) << 8).astype(np.int32)
        sf.write(folder / f"{name}.wav", words, 44_100, subtype="PCM_24")


def digest_of(folder, *, join, target):
    """SHA-256 of the decoded words of both files, in order."""
    make_sources(folder)
    (folder / "project.yaml").write_text(PROJECT.format(join=join, target=target))
    result = build_project(folder / "project.yaml", jobs=1)
    digest = hashlib.sha256()
    for deliverable in result.record["targets"]["download"]["deliverables"]:
        if deliverable["role"] == "audio":
            words, _ = sf.read(result.output / deliverable["path"], dtype="int32", always_2d=True)
            digest.update(words.tobytes())
    return digest.hexdigest()[:16]


@pytest.mark.parametrize(
    ("join", "target", "golden"),
    [
        pytest.param("gap: 0.5 s", "{files: [wav]}", "380820a0db6c406b", id="exact"),
        pytest.param("gap: 0 s", "{files: [wav], gain: -3 dB, dither: none}", "cc2f9cb8ee9c5fdd", id="gain"),
        pytest.param("gap: 1 s", "{files: [wav], bit_depth: 16, dither: none}", "bd5c332b22f54524", id="rounded-to-16"),
        pytest.param("crossfade: 100 ms", "{files: [wav], dither: none}", "b23fda60ef630b01", id="crossfade"),
        pytest.param(
            "gap: 1 s", "{files: [wav], sample_rate: 48 kHz, dither: none}", "d2aef9afa2949c27", id="resampled"
        ),
    ],
)
def test_the_delivered_words_are_those_of_this_stage_version(tmp_path, join, target, golden):
    assert digest_of(tmp_path, join=join, target=target) == golden
