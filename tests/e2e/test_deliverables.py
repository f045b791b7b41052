"""One album with every kind of target, opened with other people's programs."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import wave
from pathlib import Path

import jsonschema
import mutagen
import numpy as np
import pytest
from e2e_studio import Built, Studio, ffmpeg_audio, music, needs, read_codes, release, track

from release.cli.entry import run

RATE = 44_100
FRAME = 588
ALBUM = {"match": "album", "loudness": "-16 LUFS", "ceiling": "-1 dBTP", "limiter": {"max_reduction": "6 dB"}}


def picture(path: Path) -> None:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    x = np.linspace(0, 255, 320, dtype=np.uint8)
    Image.fromarray(np.stack([np.tile(x, (320, 1))] * 3, axis=2)).save(path)


@pytest.fixture(scope="module")
def studio(new_studio) -> Studio:
    """Five pieces in several containers: a butt join, a crossfade, an offset start, an index."""
    studio = new_studio()
    studio.record("1.wav", music(4.51, RATE, 1, peak=0.7), RATE, 24)
    studio.record("2.flac", music(4.7, RATE, 2, peak=0.5), RATE, 16)
    studio.record("3.aiff", music(4.1, 48_000, 3, peak=0.3, channels=1), 48_000, 24)
    studio.record("4.wav", 1.4 * music(4.2, 96_000, 4), 96_000, "float")
    studio.record("5.wav", music(4.1, RATE, 5, peak=0.6), RATE, 24)
    picture(studio.folder / "art/front.png")
    studio.write(
        release=release(genre="Indie Folk", p_line="2026 Lowtide Records", artwork="art/front.png"),
        sequence={"sample_rate": "44.1 kHz", "gap": "1.21 s"},
        tracks=[
            track(1, "1.wav", indexes=["1.5 s"]),
            track(2, "2.flac", gap="0 s"),
            track(3, "3.aiff", crossfade={"length": "500 ms"}, title="Lanterns: “Café”", title_version="Live",
                  translations={"en": {"title": "Lanterns (Live)"}}),
            track(4, "4.wav", track_start="-100 ms"),
            track(5, "5.wav", gap="2 s"),
        ],
        targets={
            "streaming": {"level": ALBUM, "files": ["flac", "mp3", "aac", "opus"]},
            "download": {"level": {"as": "streaming"}, "bit_depth": 16, "files": ["alac", "aiff", "wav"]},
            "cd": {"level": ALBUM, "dither": {"type": "shaped"}, "images": ["ddp", "cue", "toc"], "text": True},
            "same": {"kind": "download", "level": {"as": "cd"}, "bit_depth": 16, "dither": {"type": "shaped"}, "files": ["flac"]},
            "vinyl": {"sides": {"A": ["t1", "t2", "t3"], "B": ["t4", "t5"]}, "level": {"match": "peak", "ceiling": "-3 dBTP"}},
            "cassette": {"tape": "C10", "sides": {"A": ["t1", "t2", "t3"], "B": ["t4", "t5"]}, "head": "1.5 s"},
        },
    )  # fmt: skip
    return studio


@pytest.fixture(scope="module")
def built(studio: Studio) -> Built:
    return studio.build()


def image_words(built: Built) -> np.ndarray:
    return np.fromfile(built.folder / "cd/ddp/IMAGE.DAT", "<i2").reshape(-1, 2)


def disc_track_starts(built: Built) -> list[int]:
    """Samples from A-time 00:02:00, from the CUE sheet's own figures."""
    text = next(p for p in built.files("cd/cue") if p.suffix == ".cue").read_text(encoding="latin-1")
    times = re.findall(r"INDEX 01 (\d\d):(\d\d):(\d\d)", text)
    return [(int(m) * 4500 + int(s) * 75 + int(f)) * FRAME for m, s, f in times]


# -- compact disc -----------------------------------------------------------------------------------------------------


def test_image_cue_toc_and_files_hold_the_same_samples(built: Built) -> None:
    image = image_words(built)
    with wave.open(str(next(p for p in built.files("cd/cue") if p.suffix == ".wav"))) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE, 2, 2)
        cue = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    toc = np.fromfile(next(p for p in built.files("cd/toc") if p.suffix == ".bin"), "<i2").reshape(-1, 2)
    files = built.programme("same", bits=16)

    assert not image[: 150 * FRAME].any()
    assert np.array_equal(image[150 * FRAME :], cue)
    assert np.array_equal(toc, image)
    assert np.array_equal(cue[: len(files)], files)
    assert not cue[len(files) :].any()
    assert len(cue) % FRAME == 0
    assert 0 <= len(cue) - len(files) < FRAME


def test_files_are_cut_where_the_disc_is(built: Built) -> None:
    starts = disc_track_starts(built)

    lengths = [len(c) for c in built.codes("same", bits=16)]
    assert np.cumsum([0, *lengths])[:-1].tolist() == starts
    assert np.cumsum([0, *(len(c) for c in built.codes("streaming"))])[:-1].tolist() == starts


@needs("cdrdao")
def test_cdrdao_reads_the_toc(built: Built) -> None:
    toc = next(p for p in built.files("cd/toc") if p.suffix == ".toc")

    starts = [s // FRAME for s in disc_track_starts(built)]
    shown = subprocess.run(["cdrdao", "show-toc", toc.name], cwd=toc.parent, capture_output=True, text=True, check=True)
    tested = subprocess.run(
        ["cdrdao", "read-test", toc.name], cwd=toc.parent, capture_output=True, text=True, check=False
    )

    assert tested.returncode == 0, tested.stderr
    text = shown.stdout + shown.stderr + tested.stderr
    assert len(re.findall(r"^TRACK +\d+", text, re.MULTILINE)) == 5
    assert [int(n) for n in re.findall(r"START +\S+?\( *(\d+)\)", text)] == starts
    assert "WARNING" not in text
    assert "ERROR" not in text


@needs("bchunk")
def test_bchunk_splits_the_image_into_the_tracks(built: Built, tmp_path) -> None:
    cue = next(p for p in built.files("cd/cue") if p.suffix == ".cue")
    # bchunk reads raw images, so it gets the samples without the WAV header; it takes the last index for the start.
    sheet = tmp_path / "image.cue"
    sheet.write_bytes(re.sub(rb"(?m)^ *INDEX 0[02].*\n", b"", cue.read_bytes()))
    raw = tmp_path / "image.bin"
    raw.write_bytes(image_words(built)[150 * FRAME :].tobytes())

    subprocess.run(["bchunk", "-w", str(raw), str(sheet), str(tmp_path / "track")], check=True, capture_output=True)

    tracks = built.codes("same", bits=16)
    parts = sorted(tmp_path.glob("track*.wav"))
    assert len(parts) == 5
    for part, expected in zip(parts, tracks, strict=True):
        found = read_codes(part, 16)
        assert np.array_equal(found[: len(expected)], expected)
        assert not found[len(expected) :].any()  # the last CD frame is filled
        assert len(found) - len(expected) < FRAME


def test_the_ddp_set_by_its_bytes(built: Built) -> None:
    """Without a reader of ours: sizes, map packets and PQ times (reference: DDP 2.00 tables)."""
    folder = built.folder / "cd/ddp"
    size = (folder / "IMAGE.DAT").stat().st_size
    ddpms = (folder / "DDPMS").read_bytes()
    pq = (folder / "PQDESCR").read_bytes()

    assert (folder / "DDPID").read_bytes()[:8] == b"DDP 2.00"
    assert len(ddpms) % 128 == 0
    assert all(ddpms[i : i + 4] == b"VVVM" for i in range(0, len(ddpms), 128))
    packets = {ddpms[i : i + 128][4:6]: ddpms[i : i + 128] for i in range(0, len(ddpms), 128)}
    assert b"D0" in packets
    assert b"%08d" % (size // 2352) in packets[b"D0"]
    assert len(pq) % 64 == 0
    points = [pq[i : i + 64] for i in range(0, len(pq), 64)]
    assert all(p[:4] == b"VVVS" for p in points)
    starts = [p for p in points if p[6:8] == b"01" and p[4:6].isdigit() and p[4:6] != b"00"]
    times = [int(p[10:12]) * 4500 + int(p[12:14]) * 75 + int(p[14:16]) for p in starts]
    assert [t * FRAME - 150 * FRAME for t in times] == disc_track_starts(built)


def test_the_ddp_reader_finds_nothing(built: Built) -> None:
    from release.formats.ddp.reader import check_ddp, read_ddp

    found = read_ddp(built.folder / "cd/ddp")

    assert [f for f in check_ddp(built.folder / "cd/ddp") if f.is_error] == []
    assert [t.start_cd_frames * FRAME - 150 * FRAME for t in found.disc.tracks] == disc_track_starts(built)
    assert [t.isrc.replace("-", "") for t in found.disc.tracks] == [f"GBLTR26{n:05}" for n in range(1, 6)]
    assert found.disc.ean == "4006381333931"


# -- sides ------------------------------------------------------------------------------------------------------------


def sheet_starts(path: Path) -> list[int]:
    """Samples of every band on a printed sheet."""
    return [
        int(n) for n in re.findall(r"^[AB]\d+ +\d+:\d\d\.\d{3} +(\d+) ", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


@pytest.mark.parametrize(
    ("target", "sheet", "head"), [("vinyl", "cut-sheet", 0), ("cassette", "cassette-sheet", 66_150)]
)
def test_sides_are_what_the_sheet_says(built: Built, target: str, sheet: str, head: int) -> None:
    sides = [read_codes(p, 24) for p in built.files(target) if p.suffix == ".wav"]
    units = built.record["targets"][target]["units"]

    printed = sheet_starts(built.folder / target / f"{sheet}.txt")
    recorded = [t["audio_start"] for u in units for t in u["tracks"]]
    a, b = sides
    # Side A: 1 and 2 are butt-joined, 3 enters 0.5 s before the end of 2. Side B: 4, a gap of 2 s, 5.
    ends = [round(4.51 * RATE), round(9.21 * RATE)]
    assert recorded == [head, head + ends[0], head + ends[1] - RATE // 2, recorded[3], recorded[3] + round(6.2 * RATE)]
    assert len(a) == head + ends[1] - RATE // 2 + round(4.1 * RATE)
    assert len(b) == recorded[3] + round(10.3 * RATE)
    assert [u["samples"] for u in units] == [len(a), len(b)]
    starts = [t["start"] for u in units for t in u["tracks"]]
    assert printed == starts
    # Marks sit on CD frames of the disc's own grid, at most a frame from the audio, but for the one that was asked for.
    assert all(abs(s - r) <= FRAME for s, r in zip(starts[:3], recorded[:3], strict=True))
    gap = b[head + round(4.2 * RATE) + recorded[3] - head : recorded[4]]
    assert not gap[FRAME : -FRAME * 20].any()
    assert b[recorded[4] :][:50].any()
    assert not a[:head].any()
    assert a[head : head + 50].any()


# -- file targets -----------------------------------------------------------------------------------------------------


def test_lossless_containers_hold_the_same_audio(built: Built) -> None:
    aiff = [read_codes(p, 16) for p in built.files("download/aiff")]
    wav = [read_codes(p, 16) for p in built.files("download/wav")]
    for a, w in zip(aiff, wav, strict=True):
        assert np.array_equal(a, w)


@needs("ffmpeg")
def test_ffmpeg_decodes_alac_to_the_same_words(built: Built) -> None:
    wavs = [read_codes(p, 16) for p in built.files("download/wav")]
    for path, words in zip(built.files("download/alac"), wavs, strict=True):
        assert np.array_equal(ffmpeg_audio(path, fmt="s32le") >> 16, words)


@needs("flac")
def test_flac_tests_its_own(built: Built) -> None:
    for path in built.files("streaming/flac"):
        subprocess.run(["flac", "-t", "-s", "-w", str(path)], check=True, capture_output=True)


@needs("ffmpeg")
@pytest.mark.parametrize("folder", ["mp3-320", "aac-256", "opus-128"])
def test_lossy_files_are_as_long_as_the_music(built: Built, folder: str) -> None:
    """ffmpeg takes delay and padding off; what is left is the track, to the sample, in its place."""
    for path, words in zip(built.files(f"streaming/{folder}"), built.codes("streaming"), strict=True):
        found = ffmpeg_audio(path)
        if folder == "opus-128":
            assert len(found) == round(len(words) * 48_000 / RATE)
            continue
        # ffmpeg's AAC decoder keeps the last frame whole.
        assert len(words) <= len(found) < len(words) + (1024 if folder == "aac-256" else 1)
        wanted = words / float(1 << 23)
        spectrum = np.conj(np.fft.rfft(wanted[:, 0], 1 << 18)) * np.fft.rfft(found[: len(wanted), 0], 1 << 18)
        assert int(np.argmax(np.fft.irfft(spectrum))) == 0


@needs("ffprobe")
def test_ffprobe_shows_title_artist_and_picture(built: Built) -> None:
    for folder in ("streaming/flac", "streaming/mp3-320", "streaming/aac-256", "streaming/opus-128", "download/alac"):
        path = built.files(folder)[2]
        shown = subprocess.run(
            ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(path)],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        data = json.loads(shown.stdout)
        tags = {k.lower(): v for k, v in data["format"].get("tags", {}).items()}
        tags |= {
            k.lower(): v for s in data["streams"] if s["codec_type"] == "audio" for k, v in s.get("tags", {}).items()
        }
        assert tags["title"] == "Lanterns: “Café” (Live)"
        assert tags["artist"] == "The Harbour Lights"
        assert tags["album"] == "Night Ferry"
        assert str(tags["track"]).split("/")[0].lstrip("0") == "3"
        assert [s for s in data["streams"] if s["codec_type"] == "video"], f"{folder} carries no picture"


@needs("ffprobe")
def test_the_coding_history_tells_what_was_done(built: Built) -> None:
    """EBU R 98: one line for each source, then what the file is; ffprobe finds it in the bext chunk."""
    histories = []
    for path in built.files("download/wav"):
        shown = subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "format_tags=coding_history", "-of", "csv=p=0", str(path)],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        histories.append([line for line in shown.stdout.strip('"\n ').splitlines() if line.strip()])

    gain = built.gains("download")["t1"]
    assert histories[0][0] == "A=PCM,F=44100,W=24,M=stereo,T=source"
    assert histories[0][-1].startswith(f"A=PCM,F=44100,W=16,M=stereo,T=release-audio; gain {gain:+.2f} dB; ")
    assert all(h[-1].endswith("; tpdf dither") for h in histories)
    reasons = [g["reason"] for g in built.record["targets"]["download"]["gains"]]
    assert ["; limiter" in h[-1] for h in histories] == ["limiter takes" in r for r in reasons]
    assert [line[:24] for line in histories[2][:2]] == ["A=PCM,F=44100,W=16,M=ste", "A=PCM,F=48000,W=24,M=mon"]
    assert "; resampled; " in histories[3][-1]


@needs("metaflac")
def test_metaflac_shows_codes_and_numbers(built: Built) -> None:
    shown = subprocess.run(
        ["metaflac", "--export-tags-to=-", str(built.files("streaming/flac")[0])],
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    lines = {line.partition("=")[0].upper(): line.partition("=")[2] for line in shown.splitlines()}
    assert lines["ISRC"] == "GBLTR2600001"
    assert lines["TRACKNUMBER"] == "1"
    assert lines["BARCODE"] == "4006381333931"


def test_mutagen_reads_every_tagged_file(built: Built) -> None:
    for path in [*built.files("streaming"), *built.files("download")]:
        if path.suffix in (".flac", ".mp3", ".m4a", ".opus", ".aiff"):
            found = mutagen.File(path)
            assert found is not None
            assert found.tags, path.name


def test_file_names_survive_awkward_titles(built: Built) -> None:
    names = [p.name for p in built.files("streaming/flac")]

    assert names[2].startswith("03 Lanterns")
    assert not [n for n in names if set(n) & set('/\\:*?"<>|')]


# -- record and checksums ---------------------------------------------------------------------------------------------


@needs("md5sum", "sha256sum")
def test_every_checksum_list_holds(built: Built) -> None:
    lists = [p for p in built.files() if p.name.lower() in ("checksums.md5", "checksums.sha256", "checksum.md5")]

    assert len(lists) == 2 * 6 + 1
    for path in lists:
        program = "sha256sum" if path.suffix == ".sha256" else "md5sum"
        subprocess.run(
            [program, "-c", "--strict", "--quiet", path.name], cwd=path.parent, check=True, capture_output=True
        )
        if path.name.startswith("checksums."):
            named = {line.split("*", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()}
            there = {p.relative_to(path.parent).as_posix() for p in path.parent.rglob("*") if p.is_file()}
            assert named == there - {"checksums.md5", "checksums.sha256"}


def test_the_record_keeps_to_its_schema(built: Built) -> None:
    schema = json.loads((Path(__file__).parents[2] / "schemas/record.schema.json").read_bytes())

    jsonschema.validate(built.record, schema)


def test_the_record_lists_what_is_on_disk_and_nothing_else(built: Built) -> None:
    listed = [d for t in built.record["targets"].values() for d in t["deliverables"]]
    there = {p.relative_to(built.folder).as_posix() for p in built.files()}

    assert {d["path"] for d in listed} == {p for p in there if not p.startswith("report/") and p != "release.json"}
    assert len({d["path"] for d in listed}) == len(listed)
    for d in listed:
        data = (built.folder / d["path"]).read_bytes()
        assert d["bytes"] == len(data)
        assert d["sha256"] == hashlib.sha256(data).hexdigest()
        assert d["md5"] == hashlib.md5(data).hexdigest()


def test_the_record_tells_the_decoded_audio(built: Built) -> None:
    """``audio_sha256`` is that of the interleaved little-endian PCM that any decoder gives."""
    for target, fmt, bits in (("streaming", "flac", 24), ("download", "wav", 16), ("same", "flac", 16)):
        for d in built.record["targets"][target]["deliverables"]:
            if d["format"] != fmt or d["role"] != "audio":
                continue
            words = read_codes(built.folder / d["path"], bits)
            packed = words.astype("<i4").view(np.uint8).reshape(-1, 4)[:, : bits // 8].tobytes()
            assert d["audio_sha256"] == hashlib.sha256(packed).hexdigest()
            assert d["samples"] == len(words)
            assert (d["sample_rate_hz"], d["bit_depth"], d["channels"]) == (RATE, bits, 2)
    sides = [d for d in built.record["targets"]["vinyl"]["deliverables"] if d["role"] == "side"]
    for d in sides:
        words = read_codes(built.folder / d["path"], 24)
        packed = words.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
        assert d["audio_sha256"] == hashlib.sha256(packed).hexdigest()
    image = next(d for d in built.record["targets"]["cd"]["deliverables"] if d["path"].endswith("IMAGE.DAT"))
    assert image["samples"] == len(image_words(built))
    assert image["audio_sha256"] == hashlib.sha256(image_words(built).tobytes()).hexdigest()


def test_everything_was_read_back(built: Built) -> None:
    for target in built.record["targets"].values():
        for d in target["deliverables"]:
            if d["role"] in ("audio", "image", "side", "control"):
                assert d["verified"].get("by"), d["path"]


def test_report_and_record_say_the_same_verdict(built: Built) -> None:
    qc = json.loads((built.folder / "report/qc.json").read_bytes())
    html = (built.folder / "report/qc-report.html").read_text(encoding="utf-8")

    assert built.record["qc"]["status"] == built.result.status
    assert built.result.identity == hashlib.sha256((built.folder / "release.json").read_bytes()).hexdigest()
    assert qc["identity"] == built.result.identity
    assert built.result.identity in re.sub(r"<[^>]+>|\s", "", html)
    assert built.record["qc"]["status"] in json.dumps(qc)


def test_verify_passes_and_finds_any_flipped_byte(built: Built, tmp_path, capsys) -> None:
    copy = tmp_path / "build"
    shutil.copytree(built.folder, copy)
    assert run(["verify", str(copy)]) == 0

    picks = [
        "streaming/flac/01 Piece 1.flac",
        "cd/ddp/PQDESCR",
        "cd/ddp/IMAGE.DAT",
        "vinyl/checksums.md5",
        "cd/pq-sheet.txt",
    ]
    for name in picks:
        path = copy / name
        data = path.read_bytes()
        path.write_bytes(data[:-7] + bytes([data[-7] ^ 1]) + data[-6:])
        capsys.readouterr()
        assert run(["verify", str(copy)]) == 7, name
        assert name.rsplit("/", 1)[-1] in " ".join(capsys.readouterr().out.split()), name
        path.write_bytes(data)
    assert run(["verify", str(copy)]) == 0


def test_verify_finds_missing_and_stray_files(built: Built, tmp_path) -> None:
    copy = tmp_path / "build"
    shutil.copytree(built.folder, copy)

    (copy / "vinyl/cut-sheet.txt").rename(copy / "vinyl/other.txt")

    assert run(["verify", str(copy)]) == 7


def test_verify_reads_the_ddp_set_alone(built: Built, tmp_path) -> None:
    copy = tmp_path / "ddp"
    shutil.copytree(built.folder / "cd/ddp", copy)
    assert run(["verify", str(copy)]) == 0

    path = copy / "IMAGE.DAT"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    assert run(["verify", str(copy)]) == 7
