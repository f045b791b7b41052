"""Two real builds compared: what moved is told, what did not is identical; and a real build signed, shipped and proved."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml
from e2e_studio import Studio, music, needs, track

from release.cli.entry import run

RATE = 44_100


@dataclass
class Pair:
    """Two builds of one album, and what the command said of them."""

    old: Path
    new: Path
    studio: Studio
    told: dict
    page: str


@pytest.fixture(scope="module")
def pair(new_studio) -> Pair:
    """The second build has another title and source for t1 (a click mended), 1 dB less of t2, a longer gap before t3, and no MP3."""
    studio = new_studio()
    one = music(4.0, RATE, 1)
    studio.record("one.wav", one, RATE, 24)
    studio.record("two.wav", music(3.0, RATE, 2), RATE, 24)
    studio.record("three.wav", music(5.0, RATE, 3), RATE, 24)
    tracks = [track(n, f"{name}.wav") for n, name in enumerate(("one", "two", "three"), 1)]
    targets = {
        "streaming": {"files": ["flac", {"format": "mp3", "bitrate": 320}], "bit_depth": 24},
        "cd": {"images": ["ddp"]},
        "vinyl": {"sides": {"A": ["t1", "t2"], "B": ["t3"]}},
    }
    studio.write(tracks=tracks, targets=targets, signoff={"unsigned": "accept"})
    old = studio.folder / "approved"
    studio.build(output=old)
    mended = one.copy()
    mended[2 * RATE : 2 * RATE + 400] *= 0.5
    studio.record("one.wav", mended, RATE, 24)
    tracks[0] |= {"title": "Piece <b>1</b> \u202eanew"}
    tracks[1] |= {"gain": "-1 dB"}
    tracks[2] |= {"gap": "3 s"}
    studio.change(tracks=tracks, targets={**targets, "streaming": {"files": ["flac"], "bit_depth": 24}})
    new = studio.build().folder
    page = studio.folder / "diff.html"
    out = _json(["diff", str(old), str(new), "--json", "-q", "--html", str(page)])
    return Pair(old, new, studio, out, page.read_text())


def _json(arguments: list[str], code: int = 0) -> dict:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        ended = run(arguments)
    assert ended == code, out.getvalue()
    return json.loads(out.getvalue())


def target(told: dict, name: str) -> dict:
    return next(t for t in told["targets"] if t["name"] == name)


@pytest.mark.parametrize("name", ["streaming", "cd", "vinyl"])
def test_each_tracks_audio_is_told_apart(pair: Pair, name) -> None:
    one, two, three = target(pair.told, name)["tracks"]

    assert one["audio"] == "changed"
    (region,) = one["regions"]
    assert region["start_s"] == pytest.approx(2.0, abs=0.11)
    assert region["end_s"] <= 2.2
    assert one["gain_db"] is None
    assert two["gain_db"] == pytest.approx(-1.0, abs=0.005)
    if name == "cd":
        assert two["audio"] == "changed"  # the gap that ends it is longer
        assert [r["start_s"] for r in two["regions"]] == [pytest.approx(5.0)]
    else:
        assert two["audio"] == ("gain" if name == "vinyl" else "changed")
    if name == "cd":  # it lies elsewhere on the disc, and its dither with it
        assert (three["audio"], three["gain_db"]) == ("gain", 0.0)
        assert "last bits" in three["note"]
    else:
        assert three["audio"] == "identical"


def test_times_texts_formats_and_sources_are_told(pair: Pair) -> None:
    streaming = {
        (c["area"], c["subject"], c["what"]): (c["old"], c["new"]) for c in target(pair.told, "streaming")["changes"]
    }
    assert streaming["gap", "t2 / t3", "gap"] == ("2.000 s", "3.000 s")
    assert streaming["text", "t1", "title"][0] == "Piece 1"
    assert streaming["format", "streaming/mp3-320 (mp3)", "format"][1] == ""
    assert [c["subject"] for c in pair.told["changes"] if c["area"] == "source"] == ["mixes/one.wav"]


def test_the_delta_is_what_a_receiver_must_do(pair: Pair, tmp_path) -> None:
    """Done to a copy of the first build, it makes the second one, byte for byte."""
    copy = shutil.copytree(pair.old, tmp_path / "received")
    for item in pair.told["delta"]:
        if item["action"] == "delete":
            (copy / item["path"]).unlink()
        else:
            (copy / item["path"]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(pair.new / item["path"], copy / item["path"])
    for folder in ("streaming", "cd", "vinyl"):
        trees = [
            {p.relative_to(root): p.read_bytes() for p in (root / folder).rglob("*") if p.is_file()}
            for root in (copy, pair.new)
        ]
        assert trees[0] == trees[1]


def test_a_set_counts_whole(pair: Pair) -> None:
    files = {item["path"] for item in pair.told["delta"] if item["set"] == "cd/ddp"}

    assert files == {p.relative_to(pair.new).as_posix() for p in (pair.new / "cd" / "ddp").iterdir()}


def test_the_gain_is_that_of_an_independent_null(pair: Pair) -> None:
    """libsndfile and a least squares fit, on the side master."""
    import soundfile

    old, new = (
        soundfile.read(next((root / "vinyl").glob("*A.wav")))[0][6 * RATE : 9 * RATE] for root in (pair.old, pair.new)
    )
    gain = float((old * new).sum() / (old * old).sum())

    two = target(pair.told, "vinyl")["tracks"][1]
    assert two["gain_db"] == pytest.approx(20 * np.log10(gain), abs=0.005)


def test_a_build_is_identical_to_itself(pair: Pair) -> None:
    told = _json(["diff", str(pair.new), str(pair.studio.folder), "--json", "-q"])

    assert told["is_identical"]
    assert told["delta"] == []
    assert told["changes"] == []


def test_records_alone_can_be_compared(pair: Pair, tmp_path) -> None:
    for n, root in enumerate((pair.old, pair.new)):
        shutil.copyfile(root / "release.json", tmp_path / f"{n}.json")

    told = _json(["diff", str(tmp_path / "0.json"), str(tmp_path / "1.json"), "--json", "-q"])

    assert target(told, "streaming")["tracks"][0]["audio"] in ("changed", "unknown")
    assert told["delta"] == pair.told["delta"]


def test_a_file_that_is_not_its_records_is_not_nulled(pair: Pair, tmp_path) -> None:
    copy = shutil.copytree(pair.old, tmp_path / "copy")
    path = next((copy / "vinyl").glob("*A.wav"))
    path.write_bytes(path.read_bytes()[:-4] + b"evil")

    told = _json(["diff", str(copy), str(pair.new), "--json", "-q"])

    assert target(told, "vinyl")["tracks"][0]["audio"] == "unknown"
    assert "not what its record says" in target(told, "vinyl")["tracks"][0]["note"]


@pytest.mark.parametrize("harm", ["altered", "deleted", "linked"])
def test_equal_records_do_not_make_equal_files(pair: Pair, tmp_path, capsys, harm) -> None:
    """What the records say is not taken for what lies there."""
    copy = shutil.copytree(pair.new, tmp_path / "copy")
    if harm == "altered":
        path = next((copy / "streaming").rglob("*1*.flac"))
        data = bytearray(path.read_bytes())
        data[-100] ^= 1
        path.unlink()
        path.write_bytes(data)
    else:
        shutil.rmtree(copy / "cd")
        if harm == "linked":
            (copy / "cd").symlink_to(pair.new / "cd")
    name = "streaming" if harm == "altered" else "cd"

    told = _json(["diff", str(copy), str(pair.new), "--json", "-q"])

    assert not told["is_identical"]
    assert target(told, name)["state"] == "unknown"
    assert {t["name"] for t in told["targets"] if t["state"] == "identical"} == {"streaming", "cd", "vinyl"} - {name}
    why = "not what its record says" if harm == "altered" else "the file is not there"
    assert why in target(told, name)["tracks"][0]["note"]
    assert all(fault.startswith("first build: ") for fault in target(told, name)["faults"])
    assert _json(["diff", str(copy), str(pair.new), "--json", "-q", "--no-audio"])["compared"] == "records"
    for flags, words in (([], f"{name}: not compared"), (["--no-audio"], "by their records; no file was read")):
        capsys.readouterr()
        assert run(["diff", str(copy), str(pair.new), "-q", *flags, "--html", str(tmp_path / "d.html")]) == 0
        out = " ".join(capsys.readouterr().out.split())
        assert words in out
        assert "byte for byte" not in out.replace("vinyl: identical, byte for byte", "").replace(
            f"{'cd' if name == 'streaming' else 'streaming'}: identical, byte for byte", ""
        )
        assert ("Not compared" in (tmp_path / "d.html").read_text()) is (not flags)


def test_the_page_shows_the_same_and_titles_are_inert(pair: Pair) -> None:
    assert "<b>1</b>" not in pair.page
    assert "Piece &lt;b&gt;1&lt;/b&gt;" in pair.page
    assert "http" not in pair.page.replace("http-equiv", "")
    for item in pair.told["delta"]:
        if item["set"] is None and item["sha256"]:
            assert item["sha256"] in pair.page
    assert "Gain only" in pair.page


def test_two_texts_of_one_view(pair: Pair, capsys) -> None:
    assert run(["diff", str(pair.old), str(pair.new), "-q"]) == 0
    out = capsys.readouterr().out
    assert "Piece 2: gain only, \u22121.00 dB" in out
    assert "\u202e" not in out
    assert max(map(len, out.splitlines())) <= 100


@needs("sha256sum", "unzip")
def test_a_real_build_is_shipped_and_proved(pair: Pair, tmp_path, capsys) -> None:
    """Unsigned, where the project accepts that; the DDP set in the package is whole for our reader as well."""
    assert run(["approve", str(pair.studio.folder), "--person", "Jo Marsh", "--role", "label", "--unsigned"]) == 0
    assert run(["ship", str(pair.studio.folder), "--to", str(tmp_path / "out")]) == 0
    for path in sorted((tmp_path / "out").glob("*.zip")):
        capsys.readouterr()
        assert run(["verify", str(path), "--json"]) == 9  # anybody can have written what is unsigned
        told = json.loads(capsys.readouterr().out)
        assert (told["status"], told["problems"]) == ("unproved", [])
        subprocess.run(["unzip", "-q", path, "-d", tmp_path], check=True)
        subprocess.run(
            ["sha256sum", "-c", "--quiet", "--strict", "checksums.sha256"], cwd=tmp_path / path.stem, check=True
        )
    cd = next(tmp_path.glob("*-cd-*"))
    assert run(["verify", str(cd / "cd" / "ddp")]) == 0
    archive = next((tmp_path / "out").glob("*-cd-*.zip"))
    former = {p for p in tmp_path.rglob("*") if p.is_file()}
    for package in (cd, archive):  # a ZIP is heard like a folder
        told = _json(["diff", str(package), str(pair.old), "--json", "-q"])
        assert [t["name"] for t in told["targets"]] == ["cd"]
        assert told["compared"] == "files"
        assert not target(told, "cd")["faults"]
        one, two, _ = target(told, "cd")["tracks"]
        assert one["audio"] == "changed"
        assert one["regions"][0]["start_s"] == pytest.approx(2.0, abs=0.11)
        assert two["gain_db"] == pytest.approx(1.0, abs=0.005)
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == former
    assert _json(["diff", str(archive), str(pair.new), "--json", "-q"])["is_identical"]


def test_a_changed_title_voids_what_carries_it_and_nothing_else(pair: Pair, capsys) -> None:
    """The words of the manifest are what the approvals of a real build depend on."""
    folder = pair.studio.folder
    run(["approve", str(folder), "--person", "Jo Marsh", "--role", "label", "--unsigned", "--track", "t2"])
    run(["approve", str(folder), "--person", "Jo Marsh", "--role", "label", "--unsigned", "--track", "t3"])
    manifest = yaml.safe_load((folder / "project.yaml").read_text())
    manifest["tracks"][2]["title"] = "Piece Three"
    (folder / "project.yaml").write_text(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True))
    pair.studio.build()

    capsys.readouterr()
    told = _json(["status", str(folder), "--json"], code=9)

    states = {a["scope"]["track"]: (a["state"], a["why"]) for a in told["approvals"] if a["scope"]["kind"] == "track"}
    assert states["t2"] == ("approved", [])
    assert states["t3"][0] == "stale"
    assert "streaming: t3 title: Piece 3 -> Piece Three" in states["t3"][1]
