"""The image of a disc: hashed as it is written, every byte of it read back."""

from __future__ import annotations

import hashlib
import threading
import wave
import zlib

import numpy as np
import pytest

from release.errors import VerificationError
from release.pipeline.cache import Cache
from release.pipeline.step import Step, StepRef, StoredFile
from release.pipeline.work import run_stage
from release.stages.disc import IMAGE, RAW, WAV
from release.stages.disc_proof import PROVE_RAW, PROVE_WAV
from release.stages.finish import PCM_FILE

FRAME = 588
STARTS = (250, 600)  # 100 CD frames are hidden before track 1
LEAD_OUT = 1001
SOUND = (LEAD_OUT - 150) * FRAME - 123  # the last CD frame is not full


@pytest.fixture
def words():
    return np.random.default_rng(3).integers(-(2**15), 2**15, (SOUND, 2)).astype("<i2")


@pytest.fixture
def image(tmp_path, words):
    """Runs the image stage through the engine, and proofs on what it left."""
    (tmp_path / "programme.raw").write_bytes(words.tobytes())
    cache = Cache(tmp_path / "cache")
    cache.prepare()
    cuts = [((STARTS[0] - 150) * FRAME, (STARTS[1] - 150) * FRAME), ((STARTS[1] - 150) * FRAME, SOUND)]
    facts = {
        f"track:{n}": {"n_samples": b - a, "pcm_sha256": hashlib.sha256(words[a:b].tobytes()).hexdigest()}
        for n, (a, b) in enumerate(cuts)
    }
    source = StoredFile(tmp_path / "programme.raw", "", "", SOUND * 4)
    files = {"segment:0": {PCM_FILE: source}}
    facts["segment:0"] = {}

    def run(name, stage, params, *roles):
        made = run_stage(
            Step(name, stage, params, {role: StepRef(role) for role in roles}),
            hashlib.sha256(name.encode()).hexdigest(),
            facts=facts,
            files={role: files.get(role, {}) for role in roles},
            cache=cache,
            scratch_dir=tmp_path / "scratch",
            cancelled=threading.Event(),
            report=lambda _: None,
        )
        facts[name], files[name] = made.entry.fact, made.entry.files
        return made.entry

    run.facts = facts
    return run


def written(image):
    params = {
        "parts": [["segment:0", 0, SOUND]],
        "bit_depth": 16,
        "is_float": False,
        "files": [RAW, WAV],
        "lead_cd_frames": 150,
        "first_cd_frames": STARTS[0],
        "image_cd_frames": LEAD_OUT,
    }
    return image("image", IMAGE, params, "segment:0")


def proof(image):
    params = {"starts": list(STARTS), "image_cd_frames": LEAD_OUT, "where": "cd/image"}
    return image("prove", PROVE_RAW, params, "image", "track:0", "track:1")


def test_both_images_hold_the_programme_and_silence_around_it(image, words):
    files = written(image).files

    raw = files[RAW].path.read_bytes()
    assert raw == bytes(150 * FRAME * 4) + words.tobytes() + bytes(123 * 4)
    with wave.open(str(files[WAV].path)) as file:
        assert file.readframes(file.getnframes()) == raw[150 * FRAME * 4 :]


def test_checksums_taken_while_writing_are_those_of_the_files(image, monkeypatch):
    monkeypatch.setattr("release.pipeline.cache.hash_file", lambda *_: pytest.fail("the file is read once more"))

    entry = written(image)

    for stored in entry.files.values():
        data = stored.path.read_bytes()
        assert stored.n_bytes == len(data)
        assert stored.sha256 == hashlib.sha256(data).hexdigest()
        assert stored.md5 == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert entry.fact["crc32"] == zlib.crc32(entry.files[RAW].path.read_bytes())


def test_an_image_reads_back_as_it_was_written(image):
    written(image)

    assert proof(image).fact == {"by": "own disc reader", "audio": True, "n_samples": LEAD_OUT * FRAME}


@pytest.mark.parametrize(
    ("at_byte", "said"),
    [
        (0, "first two seconds"),
        (150 * FRAME * 4 - 1, "first two seconds"),
        (150 * FRAME * 4, "hidden before track 1"),
        (STARTS[0] * FRAME * 4 - 1, "hidden before track 1"),
        (STARTS[0] * FRAME * 4, "track 1"),
        (STARTS[1] * FRAME * 4 - 1, "track 1"),
        (STARTS[1] * FRAME * 4, "track 2"),
        (LEAD_OUT * FRAME * 4 - 123 * 4 - 1, "track 2"),
        (LEAD_OUT * FRAME * 4 - 1, "track 2"),
    ],
)
def test_every_byte_of_the_image_counts(image, at_byte, said):
    path = written(image).files[RAW].path
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[at_byte] ^= 1
    path.write_bytes(data)

    with pytest.raises(VerificationError, match=said):
        proof(image)


@pytest.mark.parametrize("cut", [1, 2352])
def test_a_short_image_is_found(image, cut):
    path = written(image).files[RAW].path
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-cut])

    with pytest.raises(VerificationError, match="bytes"):
        proof(image)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:], "samples are not"),
        (lambda data: data[:24] + (48_000).to_bytes(4, "little") + data[28:], "48000"),
        (lambda data: data[:2000], "samples"),
        (lambda data: b"RIFX" + data[4:], "cannot be read"),
    ],
    ids=["sample", "rate", "cut", "header"],
)
def test_a_wav_that_does_not_read_back_is_found(image, change, said):
    path = written(image).files[WAV].path
    path.chmod(0o644)
    path.write_bytes(change(path.read_bytes()))

    with pytest.raises(VerificationError, match=said):
        image("prove-wav", PROVE_WAV, {"where": "cd/wav"}, "image")
