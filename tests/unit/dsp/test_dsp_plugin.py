"""Plug-ins in the chain: a real one from Debian, and made-up processes that misbehave."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from dsp_signals import noise, run

from release.dsp.plugin import BLOCK, PluginProcessor
from release.dsp.steps.registry import make_step
from release.errors import RenderError
from release.tools import plugin_host
from release.tools.plugin_host import PluginHost, PluginSpec, bundle_digest

RATE = 48_000
FOLDER = Path("/usr/lib/vst3")
needs_zam = pytest.mark.skipif(
    not (FOLDER / "ZaMaximX2.vst3").exists(), reason="needs ZaMaximX2 (Debian package zam-plugins)"
)


def spec(file="ZaMaximX2", channels=2, **given):
    values = {"name": "", "preset": "", "state": "", "parameters": {}, **given}
    return PluginSpec(str(FOLDER / f"{file}.vst3"), rate_hz=RATE, channels=channels, block=BLOCK, **values)


@needs_zam
def test_delay_is_given_back_and_the_length_kept():
    audio = np.zeros((50_001, 2))
    audio[30_000] = 0.25
    processor = PluginProcessor(spec())
    out = run(processor, audio)
    assert PluginHost(spec()).about.latency_samples == 480  # there is one to give back
    assert out.shape == audio.shape
    assert out[30_000] == pytest.approx([0.25, 0.25], abs=1e-6)
    assert np.abs(np.delete(out, 30_000, axis=0)).max() < 1e-6


@needs_zam
def test_any_block_split_gives_what_the_host_gives_in_one_call():
    """Against pedalboard itself over the whole array: the same plug-in, its delay taken off by the host."""
    from pedalboard import VST3Plugin

    audio = noise(1, 40_000, scale=0.3)
    parameters = {"threshold_db": "-12", "release_ms": "20"}
    whole = run(PluginProcessor(spec(parameters=parameters)), audio)
    pieces = run(PluginProcessor(spec(parameters=parameters)), audio, (1, 777, 8_192, 8_193, 30_000))
    assert np.array_equal(whole, pieces)

    plugin = VST3Plugin(str(FOLDER / "ZaMaximX2.vst3"))
    plugin.threshold_db, plugin.release_ms = -12, 20
    padded = np.concatenate([np.zeros((BLOCK, 2)), audio, np.zeros((BLOCK, 2))]).T.astype(np.float32)
    expected = plugin.process(padded, RATE, BLOCK, reset=True).T[BLOCK : BLOCK + len(audio)]
    assert np.abs(whole - expected).max() < 1e-6
    assert np.abs(whole - audio).max() > 0.1


@needs_zam
def test_state_and_preset_are_set_before_parameters(tmp_path):
    from pedalboard import VST3Plugin

    plugin = VST3Plugin(str(FOLDER / "ZaMaximX2.vst3"))
    plugin.threshold_db, plugin.release_ms = -20, 50
    plugin.process(np.zeros((2, 512), np.float32), RATE, 512)  # only now they are in its state
    (tmp_path / "kept.state").write_bytes(plugin.raw_state)
    (tmp_path / "kept.vstpreset").write_bytes(plugin.preset_data)
    audio = noise(2, 20_000, scale=0.2)
    expected = run(PluginProcessor(spec(parameters={"threshold_db": "-20", "release_ms": "50"})), audio)
    for given in ({"state": str(tmp_path / "kept.state")}, {"preset": str(tmp_path / "kept.vstpreset")}):
        assert np.array_equal(run(PluginProcessor(spec(**given)), audio), expected)
        changed = run(PluginProcessor(spec(**given, parameters={"threshold_db": "-5"})), audio)
        assert not np.array_equal(changed, expected)


@needs_zam
def test_one_part_of_the_sound():
    """A plug-in of one channel on the side signal: mid passes."""
    audio = noise(3, 20_000, scale=0.1)
    values = {"path": str(FOLDER / "ZamEQ2.vst3"), "digest": "x", "parameters": '{"master_gain_db": "-6"}'}
    found = PluginHost(spec("ZamEQ2", 1)).about
    assert found.name == "ZamEQ2"
    from pedalboard import VST3Plugin

    gain = next(name for name in VST3Plugin(values["path"]).parameters if "gain" in name or "output" in name)
    values["parameters"] = json.dumps({gain: "-6"})
    out = run(make_step("vst3", values, RATE, 2, acts_on="side"), audio)
    assert (out[:, 0] + out[:, 1]) == pytest.approx(audio[:, 0] + audio[:, 1], abs=1e-12)
    assert np.abs((out - audio)[:, 0]).max() > 0.01


@needs_zam
@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"parameters": {"warmth": "3"}}, "no parameter 'warmth'; it has .*threshold_db"),
        ({"parameters": {"threshold_db": "7"}}, "7 is above 0 dB"),
        ({"parameters": {"threshold_db": "loud"}}, "threshold_db"),
        ({"state": __file__}, "not a saved VST3 state"),
        ({"preset": __file__}, "preset"),
        ({"path": "ZamEQ2"}, "two channels at once"),
        ({"name": "Another"}, "no plug-in 'Another'; it has ZaMaximX2"),
    ],
)
def test_what_it_cannot_be_is_told(given, text):
    name = given.pop("path", "ZaMaximX2")
    with pytest.raises(RenderError, match=text) as caught:
        PluginProcessor(spec(name, **given))
    assert f"{name}.vst3" in str(caught.value)


FAKE = """
import json, os, random, struct, sys
spec = json.loads(sys.stdin.buffer.readline())
about = dict(name="Fake", version="1", manufacturer="m", identifier="i", latency_samples=0, parameters={{}}, host="h")
sys.stdout.write(json.dumps(about) + "\\n"); sys.stdout.flush()
while len(head := sys.stdin.buffer.read(4)) == 4:
    count = struct.unpack("<I", head)[0] * 2
    data = sys.stdin.buffer.read(4 * count)
    {body}
    sys.stdout.buffer.write(head + data); sys.stdout.buffer.flush()
"""


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "data = data[:-4] + struct.pack('<f', random.random())",
            "other samples when it is run again, first at",
        ),
        ("data = struct.pack('<f', float('nan')) + data[4:]", "values that are no numbers"),
        ("head = struct.pack('<I', 5); data = bytes(40)", "a block of another length"),
        ("os.abort()", "ended by signal 6"),
        ("sys.stderr.write('no licence'); sys.exit(3)", "ended with status 3; it said: no licence"),
    ],
    ids=["random", "nan", "length", "crash", "exit"],
)
def test_what_misbehaves_stops_the_render(body, text, tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text(FAKE.format(body=body))
    monkeypatch.setattr(plugin_host, "CHILD", child)
    with pytest.raises(RenderError, match=text):
        run(PluginProcessor(spec()), noise(4, 9_000))


def test_what_hangs_is_given_up(tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(plugin_host, "CHILD", child)
    monkeypatch.setattr(plugin_host, "LOAD_TIMEOUT_S", 0.3)
    with pytest.raises(RenderError, match="does not answer"):
        PluginHost(spec())


def test_the_child_knows_nothing_of_the_program():
    text = plugin_host.CHILD.read_text()
    assert "release" not in [word for line in text.splitlines() if "import" in line for word in line.split()]
    assert sys.executable


def test_digest_of_a_bundle_is_of_names_and_contents(tmp_path):
    one = tmp_path / "one.vst3"
    (one / "Contents").mkdir(parents=True)
    (one / "Contents" / "a.so").write_bytes(b"code")
    before = bundle_digest(one)
    (one / "Contents" / "a.so").write_bytes(b"Code")
    changed = bundle_digest(one)
    (one / "Contents" / "a.so").write_bytes(b"code")
    assert bundle_digest(one) == before
    (one / "Contents" / "a.so").rename(one / "Contents" / "b.so")
    assert len({before, changed, bundle_digest(one)}) == 3
