"""Random albums against the reference renderer: any mix of trims, gains, fades, joins, starts and widths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from e2e_studio import Studio, lay, music, ramp, track

RATE = 44_100
FRAME = 588


@dataclass
class Album:
    """A manifest and what it must sound like."""

    tracks: list[dict[str, Any]] = field(default_factory=list)
    clips: list[tuple[int, np.ndarray]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    untouched: list[tuple[int, int]] = field(default_factory=list)

    @property
    def length(self) -> int:
        return max(at + len(a) for at, a in self.clips)


def compose(studio: Studio, seed: int, bits: int) -> Album:
    """An album by chance; the same for the same seed."""
    rng = np.random.default_rng(seed)
    album, at, before = Album(), 0, None
    for n in range(1, int(rng.integers(2, 7))):
        channels, width = int(rng.integers(1, 3)), int(rng.choice([8, 16, bits]))
        suffix = str(rng.choice(["wav", "flac", "aiff"])) if width != 8 else "wav"
        audio = studio.record(
            f"{n}.{suffix}", music(rng.uniform(0.6, 2.5), RATE, seed + n, peak=0.3, channels=channels), RATE, width
        )
        audio = np.repeat(audio, 2, axis=1) if channels == 1 else audio
        wish: dict[str, Any] = {}
        if rng.random() < 0.5:
            start, end = (int(x) for x in np.sort(rng.choice(len(audio), 2, replace=False)))
            if end - start > RATE // 3:
                wish["trim"] = {"start": f"{start} samples", "end": f"{end} samples"}
                audio = audio[start:end]
        plain = True
        if rng.random() < 0.3:
            wish["gain"] = f"{rng.uniform(-6, 2):.2f} dB"
            audio = audio * 10 ** (float(wish["gain"].split()[0]) / 20)
            plain = False
        audio, sound = audio.copy(), [0, len(audio)]
        if n > 1:
            at, sound[0] = follow(rng, wish, album, (at, before), audio)
        elif rng.random() < 0.5:
            sound[0] = fade(rng, wish, "fade_in", audio, rising=True)
        album.tracks.append(track(n, f"{n}.{suffix}", **wish))
        album.clips.append((at, audio))
        album.starts.append(at)
        if plain and sound[0] < sound[1]:
            album.untouched.append((at + sound[0], at + sound[1]))
        before = audio
    return album


def fade(rng: np.random.Generator, wish: dict[str, Any], key: str, audio: np.ndarray, *, rising: bool) -> int:
    """Write a fade and apply it; returns its length."""
    length = int(rng.integers(1, len(audio) // 2))
    curve = str(rng.choice(["s-curve", "linear", "equal-power"]))
    wish[key] = {"length": f"{length} samples", "curve": curve}
    gains = ramp(length, curve)[:, None] if length > 1 else np.zeros((1, 1))
    if rising:
        audio[:length] *= gains
    else:
        audio[-length:] *= gains[::-1]
    return length


def follow(
    rng: np.random.Generator, wish: dict[str, Any], album: Album, earlier: tuple[int, Any], audio: np.ndarray
) -> tuple[int, int]:
    """Join a track to the one before it; returns its place and how many of its first samples are touched."""
    end = earlier[0] + len(earlier[1])
    sort = rng.choice(["gap", "butt", "overlap", "crossfade"])
    most = min(len(audio), len(earlier[1])) // 3
    if sort == "gap":
        gap = int(rng.choice([1, 500, 8_819, 8_820, 30_000, 100_000]))
        wish["gap"] = f"{gap} samples"
        return end + gap, 0
    if sort == "butt":
        wish["gap"] = "0 s"
        return end, 0
    overlap = int(rng.integers(2, most))
    if sort == "overlap":
        wish["gap"] = f"-{overlap} samples"
    else:
        curve = str(rng.choice(["equal-power", "linear", "s-curve"]))
        wish["crossfade"] = {"length": f"{overlap} samples", "curve": curve}
        audio[:overlap] *= ramp(overlap, curve)[:, None]
        earlier[1][-overlap:] *= ramp(overlap, curve)[::-1, None]
    album.untouched = [(a, min(b, end - overlap)) for a, b in album.untouched]
    return end - overlap, overlap


def cd_starts(album: Album) -> list[int]:
    """Starts on the grid of the disc: after silence the CD frame before, inside sound the nearest one."""
    starts = [0]
    for at in album.starts[1:]:
        inside = any(position < at <= position + len(audio) for position, audio in album.clips)
        starts.append(int(np.floor(at / FRAME + 0.5)) * FRAME if inside else at // FRAME * FRAME)
    return starts


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("seed", range(100, 106))
def test_a_random_album_is_what_the_reference_renders(studio: Studio, seed: int, bits: int) -> None:
    album = compose(studio, seed, bits)
    level = {"level": {"match": "none"}}
    cd = {"cd": {"images": ["cue"], **level}} if bits == 16 else {}
    studio.write(
        sequence={} if cd else {"cuts": "sample"},
        tracks=album.tracks,
        targets={"streaming": {"files": ["flac"], "bit_depth": bits, **level}, **cd},
    )

    built = studio.build()

    files = built.codes("streaming", bits=bits)
    found = np.concatenate(files)
    expected = lay(album.length, *album.clips) * float(1 << (bits - 1))
    assert found.shape == expected.shape
    error = found - expected
    assert np.abs(error).max() <= 1.5 + 1e-6, np.argmax(np.abs(error).max(axis=1))
    for first, last in album.untouched:
        assert not error[first:last].any()
    starts = cd_starts(album) if cd else album.starts
    assert np.cumsum([0, *(len(f) for f in files)])[:-1].tolist() == starts
