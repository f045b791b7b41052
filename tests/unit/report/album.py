"""A made-up build record and curves, for the tests of documents."""

from __future__ import annotations

import hashlib
import math
import random

from beside import make_cohesion

TITLES = [
    "Departure",
    "Tide (Live)",
    "Lanterns",
    "The Long Room Where Nobody Speaks About the Weather",
    "Ælfrēd & Søn",
    "Salt",
    "Harbour Light",
    "Untitled No. 4",
    "Brother, Sister",
    "Low Water",
    "Night Ferry",
    "Coda",
]
RATE = 44_100


def digest(text: str, kind: str = "sha256") -> str:
    return hashlib.new(kind, text.encode()).hexdigest()


def loudness(index: int, offset: float = 0.0) -> dict:
    base = -14.2 + 1.7 * math.sin(index) + offset
    return {
        "integrated_lufs": round(base, 2),
        "range_lu": round(6.1 + index * 0.3, 2),
        "max_short_term_lufs": round(base + 3.4, 2),
        "max_momentary_lufs": round(base + 5.2, 2),
        "true_peak_dbtp": round(-1.04 - 0.21 * (index % 4), 2),
        "sample_peak_dbfs": round(-1.3 - 0.2 * (index % 4), 2),
    }


def deliverable(target: str, folder: str, fmt: str, index: int, title: str, *, depth: int | None = 24) -> dict:
    path = f"{target}/{folder}/{index:02} {title}.{fmt}"
    lossy = fmt in {"mp3", "aac", "opus"}
    return {
        "path": path,
        "role": "audio",
        "set": None,
        "track": f"t{index}",
        "sha256": digest(path),
        "md5": digest(path, "md5"),
        "bytes": 21_345_678 + index * 1234,
        "format": fmt,
        "sample_rate_hz": RATE,
        "bit_depth": None if lossy else depth,
        "channels": 2,
        "samples": RATE * (180 + index * 7),
        "audio_sha256": digest(path + "pcm"),
        "loudness": loudness(index, 0.02 if lossy else 0),
        "verified": {"by": "ffmpeg", "audio": True, "tags": True}
        if lossy
        else {"by": "libsndfile", "bit_exact": True, "tags": True},
    }


FINDINGS = [
    {
        "check": "audio/clipping",
        "status": "warn",
        "code": "clipped",
        "target": None,
        "track": "t2",
        "at_s": 71.2345,
        "value": 41,
        "limit": 3,
        "message": "41 runs of 3 or more samples at full scale in mixes/tide.flac; the longest is 9 samples.",
        "remedy": "Ask for a mix without clipping, or waive it where the distortion is meant.",
        "waived": "distorted guitar is the sound (Jo Marsh, 2026-11-20)",
    },
    {
        "check": "level/ceiling",
        "status": "fail",
        "code": "over",
        "target": "cd",
        "track": "t4",
        "at_s": 12.5,
        "value": -0.12,
        "limit": -0.3,
        "message": "True peak is −0.12 dBTP, 0.18 dB over the ceiling of −0.30 dBTP.",
        "remedy": "Lower the gain by 0.18 dB, or write a limiter into the target.",
        "waived": None,
    },
    {
        "check": "level/lossy-overshoot",
        "status": "warn",
        "code": "over",
        "target": "streaming",
        "track": "t1",
        "at_s": None,
        "value": 0.31,
        "limit": 0.0,
        "message": "streaming/mp3-320/01 Departure.mp3 decodes to +0.31 dBTP.",
        "remedy": "A ceiling of −1.4 dBTP for the target clears it.",
        "waived": None,
    },
    {
        "check": "level/lossy-overshoot",
        "status": "warn",
        "code": "over",
        "target": "streaming",
        "track": "t3",
        "at_s": None,
        "value": 0.11,
        "limit": 0.0,
        "message": "streaming/mp3-320/03 Lanterns.mp3 decodes to +0.11 dBTP.",
        "remedy": "A ceiling of −1.4 dBTP for the target clears it.",
        "waived": None,
    },
    {
        "check": "cd/shifts",
        "status": "note",
        "code": "snapped",
        "target": "cd",
        "track": "t3",
        "at_s": None,
        "value": -0.0041,
        "limit": None,
        "message": "The start of Lanterns moved by −181 samples (−4.1 ms) to the CD frame before it.",
        "remedy": "",
        "waived": None,
    },
]


LEVELS = {
    "streaming": {"match": "album", "aim_lufs": -14.0, "ceiling_dbtp": -1.0, "reached_lufs": -14.0, "held_back_db": 0.0,
                  "held_back_because": "", "limiter": False, "max_reduction_db": None},
    "cd": {"match": "album", "aim_lufs": -11.0, "ceiling_dbtp": -0.3, "reached_lufs": -11.42, "held_back_db": 0.42,
           "held_back_because": "max_reduction at t4, 1:02.345", "limiter": True, "max_reduction_db": 4.0},
    "vinyl": {"match": "peak", "aim_lufs": None, "ceiling_dbtp": -3.0, "reached_lufs": None, "held_back_db": 0.0,
              "held_back_because": "", "limiter": False, "max_reduction_db": None},
}  # fmt: skip


def make_record(titles: list[str] | None = None, findings: list[dict] | None = None) -> dict:
    titles = titles or TITLES
    tracks, units, start = [], [], 0
    for i, title in enumerate(titles, start=1):
        length = RATE * (180 + i * 7)
        tracks.append({"id": f"t{i}", "title": title, "start": start, "length": length})
        units.append(
            {
                "number": i,
                "key": f"t{i}",
                "title": title,
                "artist": "The Harbour Lights" if i != 3 else "The Harbour Lights feat. Ana Reis",
                "isrc": f"GBLTR26{i:05}",
                "pause": 0,
                "audio_start": start,
                "audio_length": length,
                "loudness": loudness(i),
                "start": start,
                "length": length,
            }
        )
        start += length + 2 * RATE
    half = len(units) // 2 + 1
    offset = units[half]["start"] if half < len(units) else 0
    sides = [
        {"name": "A", "title": "", "samples": offset, "tracks": units[:half]},
        {
            "name": "B",
            "title": "",
            "samples": start - offset,
            "tracks": [{**t, "start": t["start"] - offset} for t in units[half:]],
        },
    ]
    names = [t.replace("/", "_") for t in titles]
    streaming = [deliverable("streaming", "flac", "flac", i, n) for i, n in enumerate(names, 1)]
    streaming += [deliverable("streaming", "mp3-320", "mp3", i, n) for i, n in enumerate(names, 1)]
    streaming += [deliverable("streaming", "aac-256", "aac", i, n) for i, n in enumerate(names, 1)]
    cd = [
        {
            **deliverable("cd", "ddp", "ddp", 1, n),
            "path": f"cd/ddp/{n}",
            "role": "ddp",
            "set": "cd/ddp",
            "track": None,
            "loudness": None,
            "bit_depth": None,
            "samples": None,
            "sample_rate_hz": None,
        }
        for n in ("DDPID", "DDPMS", "PQDESCR", "IMAGE.DAT", "CDTEXT.BIN", "CHECKSUM.MD5")
    ]
    cd += [deliverable("cd", "cue", "wav", i, n, depth=16) for i, n in enumerate(names, 1)]
    vinyl = [
        {**deliverable("vinyl", "", "wav", i, "x"), "path": f"vinyl/LTR014-{s}.wav", "track": None}
        for i, s in ((1, "A"), (2, "B"))
    ]
    gains = [
        {
            "track": f"t{i}",
            "gain_db": round(1.234 - 0.11 * i, 3),
            "reason": "album: pooled loudness −15.2 LUFS to the aim of −14.0 LUFS",
        }
        for i in range(1, len(titles) + 1)
    ]
    findings = FINDINGS if findings is None else findings
    bad = any(f["status"] == "fail" and not f["waived"] for f in findings)
    return {
        "version": 1,
        "tool": {
            "name": "release",
            "version": "0.1.0",
            "platform": "Linux x86_64, CPython 3.11",
            "libraries": {
                "numpy": "2.4.6",
                "soxr": "1.1.0",
                "av": "18.1.0",
                "mutagen": "1.48.1",
                "typst": "0.15.2",
                "jinja2": "3.1.6",
            },
        },
        "project": {
            "digest": digest("project"),
            "title": "Night Ferry",
            "artist": "The Harbour Lights",
            "catalogue_number": "LTR014",
            "barcode": "4006381333931",
            "label": "Lowtide Records",
            "release_date": "2026-12-04",
        },
        "sources": [
            {
                "id": f"mixes/{i:02}.wav",
                "sha256": digest(f"source {i}"),
                "container": "wav",
                "codec": "pcm_s24",
                "sample_rate_hz": 96_000,
                "channels": 2,
                "samples": t["length"] * 96_000 // RATE,
                "bit_depth": 24,
            }
            for i, t in enumerate(tracks, start=1)
        ],
        "programme": {"sample_rate_hz": RATE, "length": start, "tracks": tracks},
        "targets": {
            "cd": {
                "kind": "cd",
                "key": digest("cd"),
                "bit_depth": 16,
                "level": LEVELS["cd"],
                "shifts": [],
                "status": "passed",
                "gains": gains,
                "deliverables": cd,
                "sample_rate_hz": 44_100,
                "units": [{"name": "1", "title": "", "samples": start, "loudness": loudness(0), "tracks": units}],
            },
            "streaming": {
                "kind": "streaming",
                "key": digest("streaming"),
                "bit_depth": 24,
                "level": LEVELS["streaming"],
                "shifts": [],
                "status": "passed",
                "gains": gains,
                "deliverables": streaming,
                "cohesion": make_cohesion([str(t["id"]) for t in tracks]) if len(tracks) > 3 else None,
                "sample_rate_hz": 44_100,
                "units": [{"name": "1", "title": "", "samples": start, "loudness": loudness(0), "tracks": units}],
            },
            "vinyl": {
                "kind": "vinyl",
                "key": digest("vinyl"),
                "bit_depth": 24,
                "level": LEVELS["vinyl"],
                "shifts": [],
                "status": "passed",
                "gains": gains[:1],
                "deliverables": vinyl,
                "sample_rate_hz": 44_100,
                "units": sides,
            },
        },
        "qc": {"status": "failed" if bad else "passed", "findings": findings},
    }


def make_curves(record: dict, target: str = "streaming", columns: int = 800) -> dict:
    generator = random.Random(7)
    curves = {}
    for i, track in enumerate(record["programme"]["tracks"], start=1):
        seconds = track["length"] / record["programme"]["sample_rate_hz"]
        shape = [
            min(1.0, 0.08 + 0.75 * abs(math.sin(math.pi * (x / columns) * (1 + i % 3))) ** 0.5)
            * min(1, x / 8, (columns - x) / 30)
            for x in range(columns)
        ]
        highs = [s * (0.6 + 0.4 * generator.random()) for s in shape]
        lows = [-s * (0.6 + 0.4 * generator.random()) for s in shape]
        hops = int(seconds * 10)
        curve = [None if h < 29 else -14 + 10 * math.log10(0.02 + shape[h * columns // hops]) for h in range(hops)]
        curves[target, track["id"]] = {
            "waveform": {"min": lows, "max": highs},
            "short_term_lufs": curve,
            "seconds": seconds,
        }
    return curves
