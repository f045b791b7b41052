"""What runs again and what doesn't, what survives a crash, and who may build: on whole projects."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import mutagen
import numpy as np
import pytest
from e2e_studio import Studio, music, read_codes, track

from release.cli.entry import run
from release.errors import ReleaseError, RenderError, SourceError
from release.pipeline.lock import hold_project

RATE = 44_100
NONE = {"match": "none"}
HEAVY = ("/render", "/finish", "/encode", "/measure", "/level")


@pytest.fixture(autouse=True)
def fresh_cache(tmp_path_factory, monkeypatch) -> None:
    """Other tests' results would count as stored."""
    monkeypatch.setenv("RELEASE_CACHE", str(tmp_path_factory.mktemp("cache")))


def simple(studio: Studio, *, seconds: float = 1.5, **targets: dict) -> Studio:
    """Three tracks with plain gaps."""
    for n in (1, 2, 3):
        studio.record(f"{n}.wav", music(seconds, RATE, n), RATE, 24)
    studio.write(
        sequence={"gap": "1 s"},
        tracks=[track(n, f"{n}.wav") for n in (1, 2, 3)],
        targets=targets or {"streaming": {"files": ["flac", "mp3"], "level": NONE}},
    )
    return studio


def snapshot(folder: Path) -> dict[str, str]:
    """Digest of every file below a folder."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


ALL_KINDS = {
    "streaming": {"files": ["flac", "mp3", "aac", "opus"], "level": {"match": "album", "loudness": "-18 LUFS"}},
    "download": {"files": ["wav", "alac", "aiff"], "level": {"as": "streaming"}},
    "cd": {"images": ["ddp", "cue", "toc"], "text": True, "dither": {"type": "shaped"}, "level": NONE},
    "vinyl": {"sides": {"A": ["t1", "t2"], "B": ["t3"]}, "level": {"match": "peak", "ceiling": "-3 dBTP"}},
    "cassette": {"tape": "C46", "sides": {"A": ["t1", "t2"], "B": ["t3"]}, "level": NONE},
}

FEW_KINDS = {
    "streaming": {"files": ["flac", "mp3"], "level": {"match": "album", "loudness": "-18 LUFS"}},
    "download": {"files": ["wav"], "level": {"as": "streaming"}},
    "cd": {"images": ["ddp"], "text": True, "level": NONE},
    "vinyl": {"sides": {"A": ["t1", "t2"], "B": ["t3"]}, "level": NONE},
}


def test_same_input_gives_the_same_bytes_whatever_the_workers(new_studio, tmp_path, monkeypatch) -> None:
    folders = []
    for jobs in (1, 2):
        monkeypatch.setenv("RELEASE_CACHE", str(tmp_path / f"cache-{jobs}"))
        folders.append(simple(new_studio(), **ALL_KINDS).build(jobs=jobs).folder)

    one, two = map(snapshot, folders)

    assert one == two
    assert len(one) > 40


def test_a_new_title_encodes_nothing(studio: Studio) -> None:
    before = simple(studio, **FEW_KINDS).build()
    audio = {p.name: read_codes(p, 24) for p in before.files("streaming/flac")}
    tracks = [{**t, "title": "Harbour"} if t["id"] == "t2" else t for t in studio.manifest["tracks"]]
    studio.change(tracks=tracks)

    after = studio.build()

    assert not [s for s in after.result.ran if any(word in s for word in HEAVY)]
    assert not [s for s in after.ran("/tag/") if "t2" not in s]
    path = after.folder / "streaming/flac/02 Harbour.flac"
    assert mutagen.File(path)["title"] == ["Harbour"]
    assert np.array_equal(read_codes(path, 24), audio["02 Piece 2.flac"])
    assert not (after.folder / "streaming/flac/02 Piece 2.flac").exists()
    assert b"Harbour" in (after.folder / "cd/ddp/CDTEXT.BIN").read_bytes()


def test_a_build_without_a_change_runs_nothing(studio: Studio) -> None:
    before = simple(studio, **FEW_KINDS).build()
    files = snapshot(before.folder)

    after = studio.build()

    assert after.result.ran == ()
    assert snapshot(after.folder) == files


def test_a_touched_source_with_the_same_bytes_runs_nothing(studio: Studio) -> None:
    simple(studio).build()
    path = studio.folder / "mixes/2.wav"
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(1, 1))

    assert studio.build().result.ran == ()


def test_one_new_source_touches_only_its_own_track(studio: Studio) -> None:
    before = simple(studio).build()
    files = snapshot(before.folder / "streaming/flac")
    studio.record("2.wav", music(1.5, RATE, 9), RATE, 24)

    after = studio.build()

    encoded = after.ran("/encode/")
    assert encoded == ["streaming/flac/encode/t2", "streaming/mp3-320/encode/t2"]
    # The end of its gap lies in the island of the track behind it, which is rendered again; nothing of it changed.
    assert after.ran("/render/") == ["streaming/render/2", "streaming/render/3"]
    changed = {n for n, digest in snapshot(after.folder / "streaming/flac").items() if files[n] != digest}
    assert changed == {"02 Piece 2.flac"}


def test_one_new_source_moves_all_tracks_of_an_album_level(studio: Studio) -> None:
    level = {"match": "album", "loudness": "-20 LUFS"}
    before = simple(studio, streaming={"files": ["flac"], "level": level}, download={"files": ["flac"], "level": NONE})
    gains = before.build().gains("streaming")
    studio.record("2.wav", music(1.5, RATE, 9, peak=0.2), RATE, 24)

    after = studio.build()

    assert after.ran("streaming/flac/encode/") == [f"streaming/flac/encode/t{n}" for n in (1, 2, 3)]
    assert after.ran("download/flac/encode/") == ["download/flac/encode/t2"]
    assert gains != after.gains("streaming")


def test_sources_are_never_written(studio: Studio) -> None:
    simple(studio, **FEW_KINDS)
    folder = studio.folder / "mixes"
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.iterdir()}
    for path in before:
        path.chmod(0o444)

    studio.build()

    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.iterdir()} == before


def test_one_target_leaves_the_others_and_marks_them_stale(studio: Studio) -> None:
    first = simple(studio, **FEW_KINDS).build()
    cd = snapshot(first.folder / "cd")
    studio.record("3.wav", music(1.5, RATE, 9), RATE, 24)

    after = studio.build(targets=["streaming"])

    assert snapshot(after.folder / "cd") == cd
    states = {name: t["status"] for name, t in after.record["targets"].items()}
    assert states["streaming"] in ("passed", "failed")
    assert {states[n] for n in ("download", "cd", "vinyl")} == {"stale"}
    again = studio.build()
    assert "stale" not in {t["status"] for t in again.record["targets"].values()}
    assert snapshot(again.folder / "cd") != cd


def test_one_target_without_a_change_leaves_the_others_as_they_are(studio: Studio) -> None:
    before = simple(studio, **FEW_KINDS).build().record

    after = studio.build(targets=["cd"]).record

    assert after["targets"] == before["targets"]
    assert after["qc"] == before["qc"]


def test_stale_targets_stand_beside_the_verdict_and_in_verify(studio: Studio, capsys) -> None:
    simple(studio, **FEW_KINDS).build()
    path = studio.change(targets={**FEW_KINDS, "vinyl": {**FEW_KINDS["vinyl"], "gain": "-1 dB"}})

    run(["build", str(path), "--target", "download"])
    built = capsys.readouterr().out
    run(["verify", str(studio.folder / "build")])

    assert "stale: vinyl;" in built.splitlines()[-2]
    assert "vinyl is stale" in capsys.readouterr().out


def test_a_target_that_is_gone_leaves_no_folder(studio: Studio) -> None:
    simple(studio, **FEW_KINDS).build()
    targets = {n: t for n, t in FEW_KINDS.items() if n != "vinyl"}
    studio.change(targets=targets)

    after = studio.build()

    assert sorted(p.name for p in after.folder.iterdir()) == ["cd", "download", "release.json", "report", "streaming"]
    assert set(after.record["targets"]) == set(targets)


def test_a_failed_check_publishes_and_exits_with_one(studio: Studio, capsys) -> None:
    simple(studio)
    tracks = [{k: v for k, v in t.items() if k != "isrc"} for t in studio.manifest["tracks"]]
    path = studio.change(tracks=tracks)

    code = run(["build", str(path)])

    assert code == 1
    record = json.loads((studio.folder / "build/release.json").read_bytes())
    assert record["qc"]["status"] == "failed"
    assert record["targets"]["streaming"]["status"] == "failed"
    assert (studio.folder / "build/streaming/flac/01 Piece 1.flac").is_file()
    assert "ISRC" in capsys.readouterr().out


def test_a_damaged_source_is_found_before_anything_renders(studio: Studio) -> None:
    simple(studio)
    studio.record("2.flac", music(1.5, RATE, 2), RATE, 24)
    tracks = [{**t, "source": "mixes/2.flac"} if t["id"] == "t2" else t for t in studio.manifest["tracks"]]
    studio.change(tracks=tracks)
    before = snapshot(studio.build().folder)
    path = studio.folder / "mixes/2.flac"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)
    studio.record("1.wav", music(1.5, RATE, 8), RATE, 24)
    seen: list[str] = []

    with pytest.raises(SourceError) as caught:
        studio.build(on_event=lambda e: seen.append(e.step_id) if e.kind == "step" else None)

    assert caught.value.exit_code == 4
    assert "2.flac" in str(caught.value)
    assert not [s for s in seen if not s.startswith("source/")]
    assert snapshot(studio.folder / "build") == before


def test_a_source_that_is_gone_is_a_matter_of_the_manifest(studio: Studio) -> None:
    before = snapshot(simple(studio).build().folder)
    (studio.folder / "mixes/2.wav").unlink()

    with pytest.raises(ReleaseError) as caught:
        studio.build()

    assert caught.value.exit_code == 3
    assert snapshot(studio.folder / "build") == before


def test_a_second_build_at_once_is_refused(studio: Studio, capsys) -> None:
    before = snapshot(simple(studio).build().folder)

    with hold_project(studio.folder):
        code = run(["build", str(studio.folder / "project.yaml")])

    assert code == 8
    assert "another build" in " ".join(capsys.readouterr().err.split())
    assert snapshot(studio.folder / "build") == before


def test_somebody_elses_folder_is_not_written_to(studio: Studio, tmp_path) -> None:
    simple(studio)
    other = tmp_path / "holiday"
    other.mkdir()
    (other / "photo.jpg").write_bytes(b"x")

    with pytest.raises(ReleaseError) as caught:
        studio.build(output=other)

    assert caught.value.exit_code == 2
    assert [p.name for p in other.iterdir()] == ["photo.jpg"]


# -- processes --------------------------------------------------------------------------------------------------------


def started(studio: Studio, cache: Path, limit_bytes: int | None = None) -> subprocess.Popen[str]:
    """A build in a process of its own."""

    process = subprocess.Popen(
        [sys.executable, "-m", "release", "build", str(studio.folder / "project.yaml"), "--jobs", "1"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "RELEASE_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if limit_bytes is not None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    return process


def wait_for_results(process: subprocess.Popen[str], cache: Path, count: int) -> None:
    """Until a build has stored some results and is still at work."""
    deadline = time.monotonic() + 300
    while len(list(cache.glob("entries/*/*.json"))) < count:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert process.poll() is None


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 130)])
def test_a_stopped_build_leaves_the_old_one_and_is_taken_up(
    studio: Studio, tmp_path_factory, monkeypatch, sent: signal.Signals, code: int
) -> None:
    cache = tmp_path_factory.mktemp("stopped")
    before = snapshot(
        simple(studio, seconds=4, streaming={"files": ["flac", "aac", "opus"], "level": NONE}).build().folder
    )
    for n in (1, 2, 3):
        studio.record(f"{n}.wav", music(4, RATE, n + 10), RATE, 24)
    monkeypatch.setenv("RELEASE_CACHE", str(cache))

    process = started(studio, cache)
    wait_for_results(process, cache, 6)
    process.send_signal(sent)
    process.communicate(timeout=300)

    assert process.returncode == code
    assert snapshot(studio.folder / "build") == before
    after = studio.build()
    assert snapshot(after.folder) != before
    n_stored = after.result.n_steps - len(after.result.ran)
    assert n_stored >= 3  # what was finished was not made again
    left = [p.name for p in studio.folder.iterdir()]
    assert sorted(left) == [".build.lock", ".release", "build", "mixes", "project.yaml"]


def test_a_full_disk_leaves_the_old_build(studio: Studio, tmp_path_factory) -> None:
    before = snapshot(simple(studio).build().folder)
    for n in (1, 2, 3):
        studio.record(f"{n}.wav", music(1.5, RATE, n + 10), RATE, 24)

    process = started(studio, tmp_path_factory.mktemp("full"), limit_bytes=150_000)
    _, err = process.communicate(timeout=300)

    assert process.returncode == 6, err
    assert "Traceback" not in err
    assert snapshot(studio.folder / "build") == before
    studio.build()


@pytest.mark.parametrize("module", ["release.stages.scratch", "release.operations.staging", "release.operations.build"])
def test_writing_that_fails_anywhere_is_a_render_error(studio: Studio, monkeypatch, module: str) -> None:
    import errno
    import importlib

    before = snapshot(simple(studio).build().folder)
    studio.record("2.wav", music(1.5, RATE, 9), RATE, 24)
    found = importlib.import_module(module)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if module.endswith("scratch"):
        monkeypatch.setattr(found.ScratchWriter, "write", full)
    elif module.endswith("staging"):
        monkeypatch.setattr(found.shutil, "copyfile", full)
    else:
        monkeypatch.setattr(found, "write_reports", full)

    with pytest.raises(RenderError) as caught:
        studio.build()

    assert caught.value.exit_code == 6
    assert "disk is full" in str(caught.value)
    assert snapshot(studio.folder / "build") == before


def test_a_file_that_does_not_read_back_fails_the_build(studio: Studio, monkeypatch) -> None:
    from dataclasses import replace

    from release.errors import VerificationError
    from release.stages import proof

    before = snapshot(simple(studio).build().folder)
    studio.record("2.wav", music(1.5, RATE, 9), RATE, 24)
    decode = proof.decode_pcm_sha256
    monkeypatch.setattr(proof, "decode_pcm_sha256", lambda *a, **k: replace(decode(*a, **k), sha256="0" * 64))

    with pytest.raises(VerificationError) as caught:
        studio.build()

    assert caught.value.exit_code == 7
    assert "streaming/flac/t2" in str(caught.value)
    assert snapshot(studio.folder / "build") == before


def test_a_damaged_cache_is_noticed_and_made_again(studio: Studio) -> None:
    before = snapshot(simple(studio, streaming={"files": ["flac", "wav"], "level": NONE}).build().folder)
    stored = [p for p in (Path(os.environ["RELEASE_CACHE"]) / "files").rglob("*") if p.is_file()]
    assert stored
    for path in stored:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.chmod(0o644)
        path.write_bytes(data)

    after = studio.build()

    assert snapshot(after.folder) == before
    assert after.ran("/tag/")
