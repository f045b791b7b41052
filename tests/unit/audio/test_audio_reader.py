"""Reading: any place, any length, the same samples; shorter files and changed files are noticed."""

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_files import fmt_chunk, noise, wav, words

from release.audio.pcm import SPAN_SAMPLES
from release.audio.probe import probe
from release.audio.reader import open_reader, stereo
from release.errors import SourceError

N = 3 * SPAN_SAMPLES + 77


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reader")
    values = noise(N, 2, 24)
    left = (values << 8).astype(np.int32)
    soundfile.write(folder / "a.wav", left, 44100, "PCM_24")
    soundfile.write(folder / "a.aiff", left, 44100, "PCM_24")
    soundfile.write(folder / "a.flac", left, 44100, "PCM_24")
    return folder, values


@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.flac"])
def test_any_place_and_length(files, name):
    folder, values = files
    info = probe(folder / name)

    with open_reader(folder / name, info) as reader:

        @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(start=st.integers(0, N + 5), count=st.integers(0, N))
        def check(start, count):
            words = reader.read_ints(start, count)
            np.testing.assert_array_equal(words, values[start : start + count])
            np.testing.assert_array_equal(reader.read(start, count), words / 2.0**23)

        check()
        with pytest.raises(ValueError, match="counted from 0"):
            reader.read(-1, 5)


def test_blocks_are_writable_and_the_callers_own(files):
    folder, values = files
    with open_reader(folder / "a.wav", probe(folder / "a.wav")) as reader:
        first = reader.read(0, 100)
        again = reader.read(0, 100)
        again *= 0.0

    np.testing.assert_array_equal(first, values[:100] / 2.0**23)


def test_float_sources_have_no_integers(tmp_path):
    (tmp_path / "a.wav").write_bytes(wav(bytes(80), fmt_chunk(3, 2, 44100, 32)))
    with open_reader(tmp_path / "a.wav", probe(tmp_path / "a.wav")) as reader, pytest.raises(TypeError):
        reader.read_ints(0, 1)


def test_a_file_changed_after_its_probe_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(wav(words(noise(50, 2, 16), 2)))
    info = probe(path)
    path.write_bytes(wav(words(noise(51, 2, 16), 2)))

    with pytest.raises(SourceError, match="has changed"):
        open_reader(path, info)


def test_a_file_cut_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(wav(words(noise(50, 2, 16), 2)))
    with open_reader(path, probe(path), "take.wav") as reader:
        path.write_bytes(path.read_bytes()[:100])

        with pytest.raises(SourceError, match=r"take\.wav: the file got shorter"):
            reader.read(0, 50)


def test_mono_becomes_two_equal_channels():
    block = np.array([[0.5], [-0.25]])

    np.testing.assert_array_equal(stereo(block), [[0.5, 0.5], [-0.25, -0.25]])
    both = np.ones((3, 2))
    assert stereo(both) is both
