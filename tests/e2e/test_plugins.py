"""A VST3 plug-in from manifest to record: trust, rendering, changed and missing plug-ins, by the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from e2e_studio import Studio, music, track

RATE = 48_000
INSTALLED = Path("/usr/lib/vst3/ZaMaximX2.vst3")
pytestmark = pytest.mark.skipif(not INSTALLED.exists(), reason="needs ZaMaximX2 (Debian package zam-plugins)")
NONE = {"match": "none"}
PARAMETERS = {"threshold_db": "-9", "release_ms": "30"}


@pytest.fixture
def project(studio: Studio, tmp_path, monkeypatch) -> Studio:
    """One track through a plug-in that lies beside the manifest, after a step of ours."""
    monkeypatch.setenv("RELEASE_CONFIG", str(tmp_path / "config"))
    shutil.copytree(INSTALLED, studio.folder / "plugins" / "ZaMaximX2.vst3")
    studio.record("a.wav", music(4, RATE, 1, peak=0.8), RATE, 24)
    chain = [{"gain": "-1 dB"}, {"vst3": {"path": "plugins/ZaMaximX2.vst3", "parameters": PARAMETERS}}]
    studio.write(
        tracks=[track(1, "a.wav", process=chain, trim={"start": "0.5 s"})],
        targets={"download": {"files": ["wav"], "bit_depth": "float", "level": NONE}},
    )
    return studio


def release(studio: Studio, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "release", words[0], str(studio.folder / "project.yaml"), *words[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, timeout=120)


def delivered(studio: Studio) -> np.ndarray:
    (path,) = (studio.folder / "build" / "download").rglob("*.wav")
    return soundfile.read(path, dtype="float64", always_2d=True)[0]


def test_nothing_loads_before_it_is_trusted(project: Studio) -> None:
    refused = release(project, "build", "--json")

    assert refused.returncode == 3
    assert json.loads(refused.stdout)["error"]["problems"][0]["code"] == "untrusted-plugin"
    assert "release trust" in refused.stdout
    assert not (project.folder / "build").exists()

    assert json.loads(release(project, "check", "--json").stdout)["untrusted_plugins"] == ["plugins/ZaMaximX2.vst3"]
    listed = json.loads(release(project, "trust", "--json").stdout)["plugins"]
    assert [p["trust"] for p in listed] == ["new"]
    assert release(project, "build").returncode == 3  # listing is not trusting


def test_a_trusted_plugin_is_heard_recorded_and_rebuilt_only_when_it_changes(project: Studio) -> None:
    from pedalboard import VST3Plugin

    trusted = json.loads(release(project, "trust", "--yes", "--json").stdout)["plugins"]
    assert trusted[0]["trust"] == "trusted"
    assert release(project, "build").returncode in (0, 1)

    source, _ = soundfile.read(project.folder / "mixes" / "a.wav", always_2d=True)
    plugin = VST3Plugin(str(INSTALLED))
    plugin.threshold_db, plugin.release_ms = -9, 30
    block = np.zeros((8192, 2))
    padded = np.concatenate([block, source * 10 ** (-1 / 20), block])
    expected = plugin.process(padded.T.astype(np.float32), RATE, 8192, reset=True).T[8192 : 8192 + len(source)]
    found = delivered(project)
    assert len(found) == len(source) - RATE // 2
    assert np.abs(found - expected[RATE // 2 :]).max() < 1e-6
    record = json.loads((project.folder / "build" / "release.json").read_text())
    (told,) = record["targets"]["download"]["plugins"]
    assert (told["name"], told["version"][:2], told["latency_samples"]) == ("ZaMaximX2", "4.", 480)
    assert told["sha256"] == trusted[0]["sha256"]
    assert set(told["parameters"]) == set(PARAMETERS)

    assert {s["action"] for s in json.loads(release(project, "plan", "--json").stdout)["steps"]} == {"stored"}
    (project.folder / "plugins" / "ZaMaximX2.vst3" / "Contents" / "new.txt").write_text("an update")
    changed = release(project, "build")
    assert changed.returncode == 3
    assert "has changed since you trusted it" in " ".join(changed.stderr.split())
    before = delivered(project)
    assert release(project, "build", "--trust-plugins").returncode in (0, 1)
    assert np.array_equal(delivered(project), before)
    again = json.loads((project.folder / "build" / "release.json").read_text())["targets"]["download"]
    assert again["plugins"][0]["sha256"] != told["sha256"]
    assert again["key"] != record["targets"]["download"]["key"]
    assert release(project, "build").returncode == 3  # for one run means one


def test_a_missing_plugin_stops_the_build(project: Studio) -> None:
    shutil.rmtree(project.folder / "plugins")

    found = release(project, "build", "--trust-plugins")

    assert found.returncode == 5
    assert "there is no plug-in 'plugins/ZaMaximX2.vst3'" in " ".join(found.stderr.split())


def wrong(project: Studio) -> None:
    """Six mistakes with plug-ins, in tracks and in a target."""
    shutil.copyfile(project.folder / "mixes" / "a.wav", project.folder / "fake.vstpreset")
    installed = "ZaMaximX2"
    steps = [
        {
            "vst3": {
                "path": installed,
                "parameters": {"treshold_db": -3, "release_ms": 500, "output_ceiling_db": "loud"},
            }
        },
        {"vst3": {"path": installed, "preset": "fake.vstpreset"}},
        {"vst3": {"path": "ZamComp"}},
        {"vst3": {"path": installed}, "channels": "left"},
    ]
    files = {"kind": "download", "files": ["wav"], "bit_depth": "float", "level": NONE}
    project.write(
        tracks=[track(1, "a.wav", process=steps)],
        targets={"plain": files, "more": {**files, "process": [{"vst3": {"path": installed, "plugin": "Other"}}]}},
    )


@pytest.mark.parametrize("command", ["check", "build"])
def test_all_that_plugins_do_not_take_is_told_at_once_with_its_line(project: Studio, command: str) -> None:
    wrong(project)
    text = (project.folder / "project.yaml").read_text().splitlines()

    found = release(project, command, "--trust-plugins", "--json")

    assert found.returncode == 3, found.stderr
    problems = json.loads(found.stdout)["error"]["problems"]
    told = [(text[int(p["where"].split(":")[1]) - 1].strip(), p["problem"], p["remedy"]) for p in problems]
    assert [line.lstrip("- ").split(":")[0] for line, _, _ in told] == [
        "treshold_db", "release_ms", "output_ceiling_db", "preset", "vst3", "channels", "plugin",
    ]  # fmt: skip
    assert told[0][2] == "did you mean threshold_db?"
    said = "\n".join(f"{problem}: {remedy}" for _, problem, remedy in told)
    for words in (
        "500 is above 100 ms: use 1 to 100 ms",
        "'loud' is not a number: use -30 to 0 dB",
        "the file is no preset that the plug-in takes: ",
        "two channels at once: write channels: left, right, mid or side",
        "one channel alone: leave channels out",
    ):
        assert words in said
    assert told[6][2] == "use one of ZaMaximX2"
    assert not (project.folder / "build").exists()


def test_of_a_plugin_that_is_not_trusted_check_loads_nothing(project: Studio) -> None:
    wrong(project)

    found = json.loads(release(project, "check", "--json").stdout)

    assert found["status"] == "passed", found
    assert found["untrusted_plugins"] == ["ZaMaximX2", "ZamComp"]


@pytest.mark.parametrize(
    ("path", "said"),
    [("mixes/a.wav", "is no VST3 plug-in: that is a file or folder"), ("not.vst3", "it is no VST3 plug-in that this")],
)
def test_a_file_that_is_no_plugin_is_told_as_such(project: Studio, path: str, said: str) -> None:
    (project.folder / "not.vst3").write_text("a text")
    project.write(
        tracks=[track(1, "a.wav", process=[{"vst3": {"path": path}}])], targets={"download": {"files": ["wav"]}}
    )

    found = release(project, "build", "--trust-plugins", "--json")

    assert found.returncode == 3
    (problem,) = json.loads(found.stdout)["error"]["problems"]
    assert said in problem["problem"]
    assert ":" in problem["where"]


def test_a_preset_outside_the_project_is_refused(project: Studio, tmp_path_factory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "other.vstpreset"
    outside.write_bytes(b"x")
    step = project.manifest["tracks"][0]["process"][1]["vst3"]
    step["preset"] = os.path.relpath(outside, project.folder)
    project.write(**{k: v for k, v in project.manifest.items() if k in ("tracks", "targets")})

    found = release(project, "build", "--trust-plugins")

    assert found.returncode == 3, found.stderr
    assert "lies outside the project" in " ".join(found.stderr.split())


def test_in_every_chain_and_on_one_part(project: Studio) -> None:
    """The sequence's chain and a target's take plug-ins too; one channel alone gets an instance of one channel."""
    sequence = [{"vst3": {"path": "ZamCompX2"}}]
    target = [{"vst3": {"path": "/usr/lib/vst3/ZamEQ2.vst3"}, "channels": "side"}]
    files = {"kind": "download", "files": ["wav"], "bit_depth": "float", "level": NONE}
    project.change(sequence={"process": sequence}, targets={"plain": files, "more": {**files, "process": target}})

    assert release(project, "build", "--trust-plugins", "--jobs", "2").returncode in (0, 1)

    targets = json.loads((project.folder / "build" / "release.json").read_text())["targets"]
    assert [p["name"] for p in targets["plain"]["plugins"]] == ["ZaMaximX2", "ZamCompX2"]
    assert [p["name"] for p in targets["more"]["plugins"]] == ["ZaMaximX2", "ZamCompX2", "ZamEQ2"]
    listed = json.loads(release(project, "trust", "--json").stdout)["plugins"]
    assert [p["written"] for p in listed] == ["plugins/ZaMaximX2.vst3", "ZamCompX2", "/usr/lib/vst3/ZamEQ2.vst3"]
