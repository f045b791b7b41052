from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_toys import Toys

from release.errors import LockedError, RenderError, SourceError
from release.pipeline import checksum, sources
from release.pipeline.cache import Cache, cache_folder
from release.pipeline.evict import cache_in_use, clear_cache, evict, measure_cache
from release.pipeline.sources import SourceDigests


def put(cache: Cache, n: int, size: int = 1000, *, age_s: float = 0.0, content: bytes | None = None) -> str:
    key = f"{n:064x}"
    folder = cache.work_folder()
    path = folder / "a.bin"
    path.write_bytes(content or bytes([n]) * size)
    entry = cache.store(key, "stage", {"n": n}, {"a.bin": path})
    shutil.rmtree(folder)
    at = time.time() - age_s
    os.utime(cache.entry_path(key), (at, at))
    os.utime(entry.files["a.bin"].path, (at, at))
    return key


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    cache = Cache(tmp_path / "cache")
    cache.prepare()
    return cache


def test_what_is_stored_is_found_again(cache: Cache) -> None:
    key = put(cache, 1)

    entry = cache.lookup(key)

    assert entry is not None
    assert entry.fact == {"n": 1}
    stored = entry.files["a.bin"]
    assert stored.path.read_bytes() == b"\x01" * 1000
    assert cache.is_intact(stored)
    assert cache.lookup("f" * 64) is None


def test_stored_files_cannot_be_changed_by_accident(cache: Cache) -> None:
    entry = cache.lookup(put(cache, 1))

    assert entry is not None
    assert entry.files["a.bin"].path.stat().st_mode & 0o222 == 0


def test_a_copy_out_of_the_cache_is_an_ordinary_file(cache: Cache, tmp_path: Path) -> None:
    entry = cache.lookup(put(cache, 1))
    assert entry is not None

    checksum.copy_file(entry.files["a.bin"].path, tmp_path / "out.bin")

    assert (tmp_path / "out.bin").read_bytes() == b"\x01" * 1000
    assert (tmp_path / "out.bin").stat().st_mode & 0o200
    with pytest.raises(FileExistsError):
        checksum.copy_file(entry.files["a.bin"].path, tmp_path / "out.bin")


def test_copies_without_the_kernels_help_are_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(os.urandom(3_000_001))
    monkeypatch.setattr(checksum, "_copy_range", lambda *_: False)

    checksum.copy_file(tmp_path / "a", tmp_path / "b")

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_copy_does_not_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "precious")

    with pytest.raises(FileExistsError):
        checksum.copy_file(tmp_path / "a", tmp_path / "link")
    assert not (tmp_path / "precious").exists()


def test_known_checksums(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")

    hashed = checksum.hash_file(tmp_path / "abc")

    # FIPS 180-2 appendix B.1 and RFC 1321 appendix A.5.
    assert hashed.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hashed.md5 == "900150983cd24fb0d6963f7d28e17f72"
    assert hashed.n_bytes == 3


def test_the_oldest_goes_first(cache: Cache) -> None:
    keys = [put(cache, n, age_s=1000.0 - n) for n in range(1, 6)]
    cap = measure_cache(cache.root).n_bytes * 3 // 5 + 10

    removed = evict(cache.root, cap)

    assert removed > 0
    assert [cache.lookup(k) is not None for k in keys] == [False, False, True, True, True]
    assert measure_cache(cache.root).n_bytes <= cap
    assert measure_cache(cache.root).n_files == 3


def test_use_keeps_an_entry_young(cache: Cache) -> None:
    keys = [put(cache, n, age_s=1000.0 - n) for n in range(1, 4)]
    cache.lookup(keys[0])

    evict(cache.root, measure_cache(cache.root).n_bytes // 2)

    assert cache.lookup(keys[0]) is not None
    assert cache.lookup(keys[1]) is None


def test_a_shared_file_stays_with_its_last_user(cache: Cache) -> None:
    old, new = put(cache, 1, content=b"x" * 1000, age_s=500), put(cache, 2, content=b"x" * 1000, age_s=5)

    evict(cache.root, measure_cache(cache.root).n_bytes - 1)

    assert cache.lookup(old) is None
    assert cache.lookup(new) is not None


def test_what_a_running_build_uses_stays(cache: Cache) -> None:
    old = put(cache, 1, age_s=500)
    with cache_in_use(cache.root, 10**9):
        used = put(cache, 2)
        evict(cache.root, 0)
        assert cache.lookup(used) is not None
        assert cache.lookup(old) is None
        with pytest.raises(LockedError):
            clear_cache(cache.root)
    time.sleep(0.01)
    evict(cache.root, 0)

    assert cache.lookup(used) is None


def test_a_run_keeps_the_cache_within_its_cap(toys: Toys) -> None:
    toys.run()
    for path in (*toys.cache.root.rglob("*.json"), *toys.cache.root.rglob("*.enc")):
        os.utime(path, (1, 1))
    toys.cache = Cache(toys.cache.root, cap_bytes=1)

    toys.run(titles={"a": "new"})

    left = measure_cache(toys.cache.root)
    assert left.n_entries > 0  # what the run itself used
    toys.run(titles={"a": "new"})
    assert toys.runs == {}


def test_clear_leaves_nothing(cache: Cache) -> None:
    put(cache, 1)

    assert clear_cache(cache.root) > 1000
    assert measure_cache(cache.root).n_entries == 0
    assert list(cache.root.iterdir()) == []


def test_the_place_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RELEASE_CACHE", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("RELEASE_CACHE")
    assert cache_folder().name == "release-audio"


def test_a_cache_that_cannot_be_written_is_an_error_with_a_remedy(toys: Toys, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    toys.cache = Cache(tmp_path / "file" / "cache")

    with pytest.raises(RenderError, match="RELEASE_CACHE"):
        toys.run()


# -- sources


def test_a_source_is_read_once_while_it_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.wav"
    path.write_text("abc")
    monkeypatch.setattr(sources, "_RACY_NS", -1)
    first = SourceDigests(tmp_path / "memo").digest(path)

    monkeypatch.setattr(sources, "sha256_file", lambda *_: pytest.fail("read again"))

    assert SourceDigests(tmp_path / "memo").digest(path) == first


def test_a_changed_source_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.wav"
    path.write_text("abc")
    monkeypatch.setattr(sources, "_RACY_NS", -1)
    first = SourceDigests(tmp_path / "memo").digest(path)
    before = path.stat()
    path.write_text("abd")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # a tool that restores time stamps

    assert SourceDigests(tmp_path / "memo").digest(path) != first


def test_a_source_as_young_as_its_reading_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_text("abc")

    SourceDigests(tmp_path / "memo").digest(path)

    assert SourceDigests(tmp_path / "memo").known(path) is None


def test_a_source_that_is_gone_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        SourceDigests(tmp_path).digest(tmp_path / "none.wav")


# -- processes

BUILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from engine_toys import Toys
toys = Toys(Path(sys.argv[2]))
toys.names = ("a", "b", "c", "d")
encode = toys.encode
def slow(ctx):
    for _ in range(20):
        ctx.check_cancelled()
        time.sleep(0.01)
    return encode(ctx)
toys.encode = slow
toys.scratch = Path(sys.argv[3])
print("started", flush=True)
try:
    toys.run(jobs=2)
except KeyboardInterrupt:
    sys.exit(130)
print(sorted(toys.runs))
"""


def start(folder: Path, scratch: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", BUILD, str(Path(__file__).parent), str(folder), str(scratch)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_share_a_cache(tmp_path: Path) -> None:
    toys = Toys(tmp_path)
    toys.names = ("a", "b", "c", "d")
    toys.write(a="a", b="bb", c="ccc", d="dddd")

    both = [start(tmp_path, tmp_path / f"scratch-{n}") for n in range(2)]
    ends = [process.communicate(timeout=300) for process in both]

    assert [process.returncode for process in both] == [0, 0], ends
    toys.run()
    assert toys.runs == {}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_build_is_resumed(tmp_path: Path, number: signal.Signals) -> None:
    toys = Toys(tmp_path)
    toys.names = ("a", "b", "c", "d")
    toys.write(a="a", b="bb", c="ccc", d="dddd")
    with start(tmp_path, tmp_path / "scratch") as process:
        assert process.stdout is not None
        process.stdout.readline()
        deadline = time.monotonic() + 300
        while not list((tmp_path / "cache").glob("files/*/*.enc")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        process.communicate(timeout=300)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert list((tmp_path / "scratch").iterdir()) == []

    result = toys.run()

    assert 0 < len([s for s in toys.runs if s.startswith("encode")]) < 4
    assert result.facts["sum"].keys() == {"a", "b", "c", "d"}
    assert list((tmp_path / "cache" / "work").iterdir()) == []
    assert len(list((tmp_path / "cache" / "running").iterdir())) == 0
