"""What is no audio at all, and that nothing thrown at the probe ends in anything but a SourceError."""

import os
import random
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import soundfile
from odd_files import aiff, chunk, comm_chunk, fmt_chunk, noise, wav, words

from release.audio.probe import probe
from release.audio.reader import open_reader
from release.audio.scan import scan
from release.errors import SourceError

WRONG = {
    "empty": (b"", "empty", "0 bytes"),
    "web page": (b"\r\n<!DOCTYPE html><html>404</html>", "not-audio", "web page"),
    "page without doctype": (b"<HTML><body>", "not-audio", "web page"),
    "xml": (b"\xef\xbb\xbf<?xml version='1.0'?><Error/>", "not-audio", "XML"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "not-audio", "PDF"),
    "zip": (b"PK\x03\x04" + bytes(40), "not-audio", "ZIP"),
    "text": ("Müde Lieder\n".encode() * 9, "not-audio", "text"),
    "zeros": (bytes(5000), "not-audio", "zeros"),
    "one byte": (b"R", "not-audio", "text"),
    "avi": (b"RIFF\x40\0\0\0AVI LIST" + bytes(60), "not-audio", "no WAVE"),
    "rifx": (b"RIFX\x40\0\0\0WAVEfmt " + bytes(60), "not-audio", "big-endian"),
    "wave64": (b"riff\x2e\x91\xcf\x11" + bytes(60), "not-audio", "Wave64"),
    "noise": (bytes(range(128, 256)) * 9, "not-audio", "not audio"),
    "id3 alone": (b"ID3\x04\0\0\0\0\0\x0a" + bytes(10), "not-audio", "MP3"),
    "ogg with video": (b"OggS\0\x02" + bytes(30), "damaged", "checksum"),
    "mp4 picture": (b"\0\0\0\x18ftypheic" + bytes(12), "truncated", "moov"),
}


def refuse(path):
    with pytest.raises(SourceError) as caught:
        probe(path, "mixes/take.wav")
    return caught.value.problems[0]


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_audio_is_named(tmp_path, name):
    data, code, word = WRONG[name]
    path = tmp_path / "take.wav"
    path.write_bytes(data)

    problem = refuse(path)

    assert (problem.where, problem.code) == ("mixes/take.wav", code)
    assert word in problem.problem
    assert problem.remedy


def test_folders_pipes_and_missing_files(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")

    assert refuse(tmp_path).code == "not-a-file"
    assert refuse(tmp_path / "pipe.wav").code == "not-a-file"
    assert refuse(Path("/dev/zero")).code == "not-a-file"
    assert refuse(tmp_path / "none.wav").code == "missing-file"
    assert refuse(tmp_path / ("x" * 300)).code == "unreadable"
    assert refuse(tmp_path / "a\0b").code == "unreadable"


@contextmanager
def bound_by_permissions():
    """Root reads everything; for the length of the block it is nobody."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_unreadable_files():
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "a.wav"
        path.write_bytes(b"RIFF")
        path.chmod(0)

        with bound_by_permissions():
            assert refuse(path).code == "unreadable"


def test_the_content_decides_and_not_the_name(tmp_path):
    path = tmp_path / "really-flac.wav"
    soundfile.write(path, np.zeros((100, 2)), 44100, format="FLAC")

    assert probe(path).codec == "flac"


PCM = words(noise(150, 2, 16), 2)
BIG = words(noise(150, 2, 16), 2, ">")
SEEDS = {
    "wav": wav(PCM, before=chunk(b"LIST", b"INFOodd"), after=chunk(b"id3 ", b"abc")),
    "extensible": wav(words(noise(99, 2, 24), 3), fmt_chunk(0xFFFE, 2, 96000, 24, valid=24)),
    "float": wav(np.random.default_rng(1).standard_normal(200).astype("<f4").tobytes(), fmt_chunk(3, 2, 44100, 32)),
    "rf64": wav(PCM, magic=b"RF64", ds64=(None, None, 150)),
    "aiff": aiff(BIG, comm_chunk(2, 150, 16), before=chunk(b"NAME", b"abc", order=">")),
    "aifc": aiff(PCM, comm_chunk(2, 150, 16, 44100, b"sowt")),
}


def coded(folder: Path) -> dict[str, bytes]:
    """Small files of the other families, of whatever programs are installed."""
    source = folder / "s.wav"
    soundfile.write(source, noise(3000, 2, 16).astype(np.int16) // 4, 44100)
    soundfile.write(folder / "s.flac", noise(3000, 2, 16).astype(np.int16), 44100)
    commands = {
        "s.m4a": ["ffmpeg", "-v", "error", "-i", source, "-c:a", "alac", folder / "s.m4a"],
        "a.m4a": ["ffmpeg", "-v", "error", "-i", source, "-c:a", "aac", folder / "a.m4a"],
        "s.mp3": ["lame", "--quiet", source, folder / "s.mp3"],
        "s.opus": ["opusenc", "--quiet", source, folder / "s.opus"],
    }
    for command in commands.values():
        if shutil.which(str(command[0])):
            subprocess.run(command, check=True)
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p != source}


def mutate(data: bytes, rng: random.Random, header: int) -> bytes:
    """A few bytes, mostly of the header, replaced, lost or doubled; sometimes the end is cut off."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(min(header, len(changed))) if rng.random() < 0.8 else rng.randrange(len(changed))
        kind = rng.random()
        if kind < 0.6:
            changed[at] = rng.choice([0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF, rng.randrange(256)])
        elif kind < 0.8:
            changed[at : at + 4] = rng.choice(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"data", b"\0\0\1\0"]
            )
        elif kind < 0.9:
            del changed[at : at + rng.randint(1, 8)]
        else:
            changed[at:at] = changed[at : at + rng.randint(1, 16)]
    return bytes(changed[: rng.randrange(len(changed))] if rng.random() < 0.15 else changed)


def survive(path: Path) -> bool:
    """Probe, read and scan; anything but a result or a SourceError is a fault."""
    problems = []
    try:
        info = probe(path)
        if info.n_samples <= 10**6:
            with open_reader(path, info) as reader:
                assert len(reader.read(0, info.n_samples)) == info.n_samples
            scan(path, info)
    except SourceError as error:
        problems = error.problems
    assert all(p.where and p.problem and p.remedy for p in problems)
    return not problems


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_pcm_headers_end_in_a_source_error_or_in_samples(tmp_path, name):
    rng = random.Random(name)
    path = tmp_path / "take"
    outcomes = set()
    for _ in range(150):
        path.write_bytes(mutate(SEEDS[name], rng, 90))
        outcomes.add(survive(path))

    assert outcomes == {True, False}


def test_damaged_coded_files_end_in_a_source_error_or_in_samples(tmp_path):
    (tmp_path / "seeds").mkdir()
    rng = random.Random(7)
    path = tmp_path / "take"
    for data in coded(tmp_path / "seeds").values():
        for _ in range(80):
            path.write_bytes(mutate(data, rng, 1500))
            survive(path)
