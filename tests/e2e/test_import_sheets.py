"""CUE sheets and TOCs of anyone to projects: to the sample, with other programs beside us, and one clear error each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from e2e_studio import Studio, music, needs, track

from release.cli.entry import run
from release.errors import ReleaseError, SourceError
from release.operations.build import build_project
from release.operations.import_sources import import_cue, import_toc

sys.path.append(str(Path(__file__).parents[1] / "formats"))
from ddp_tables import cd_text
from disc_examples import WORKED_EXAMPLE

RATE = 44_100
FRAME = 588

CUE = """REM COMMENT "made by hand"
CATALOG 4006381333931
PERFORMER "The Band"
TITLE "Test Album"
FILE "disc.wav" WAVE
  TRACK 01 AUDIO
    TITLE "First"
    ISRC GBLTR2600001
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Zweites Stück"
    PERFORMER "Guests"
    SONGWRITER "Jo Hale"
    FLAGS DCP PRE
    INDEX 00 00:06:00
    INDEX 01 00:07:10
    INDEX 02 00:09:00
  TRACK 03 AUDIO
    TITLE "Third"
    FLAGS SCMS
    INDEX 01 00:14:00
"""


def write_audio(path: Path, cd_frames: int, seed: int = 1, **more) -> np.ndarray:
    """A WAV of so many CD frames; returns its words."""
    words = (music(cd_frames / 75, RATE, seed) * 30000).astype(np.int16)
    soundfile.write(path, words, more.pop("rate", RATE), **{"subtype": "PCM_16", **more})
    return words


def write_cue(folder: Path, text: str = CUE, *, encoding: str = "latin-1", cd_frames: int = 1400) -> np.ndarray:
    folder.mkdir(exist_ok=True)
    (folder / "disc.cue").write_text(text, encoding=encoding)
    return write_audio(folder / "disc.wav", cd_frames)


def starts(result) -> list[str]:
    return [t["start"] for t in result.disc["tracks"]]


def audio_of(project: Path) -> dict[str, np.ndarray]:
    return {p.stem[:2]: soundfile.read(p, dtype="int16")[0] for p in sorted((project / "audio").iterdir())}


def test_a_cue_sheet_becomes_a_project_to_the_sample(tmp_path: Path) -> None:
    words = write_cue(tmp_path / "in")

    result = import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out")

    assert starts(result) == ["00:02:00", "00:09:10", "00:16:00"]
    second = result.disc["tracks"][1]
    assert (second["pause"], second["indexes"], second["isrc"], second["copy"]) == (
        "00:08:00", ["00:11:00"], "", "permitted",
    )  # fmt: skip
    assert (second["performer"], second["pre_emphasis"], result.disc["ean"]) == ("Guests", True, "4006381333931")
    assert result.differences == ()
    assert 'left out: REM COMMENT "made by hand"' in result.notes
    audio = audio_of(tmp_path / "out")
    assert np.array_equal(np.concatenate([audio[n] for n in ("01", "02", "03")]), words)  # sound in the pause stays
    assert len(audio["01"]) == (7 * 75 + 10) * FRAME


def test_our_own_cue_bin_and_toc_come_back(studio: Studio, tmp_path: Path) -> None:
    for n, cd_frames in ((1, 400), (2, 380), (3, 420)):
        studio.record(f"{n}.wav", music(cd_frames / 75, RATE, n), RATE, 16)
    studio.write(
        tracks=[track(1, "1.wav"), {**track(2, "2.wav"), "gap": "1 s", "copy": "permitted"},
                {**track(3, "3.wav"), "gap": "0 s", "indexes": ["2 s"]}],
        targets={"cd": {"dither": {"type": "none"}, "images": ["cue", "bin", "toc"], "text": True}},
    )  # fmt: skip
    cd = studio.build().folder / "cd"
    sheets = sorted(p for p in cd.rglob("*") if p.suffix in (".cue", ".toc"))
    discs = []
    for number, sheet in enumerate(sheets):
        command = import_toc if sheet.suffix == ".toc" else import_cue
        result = command(sheet, output=tmp_path / f"project-{number}")
        assert result.differences == (), sheet
        discs.append([{k: v for k, v in t.items() if k != "performer"} for t in result.disc["tracks"]])

    assert len(sheets) == 3
    assert discs[0] == discs[1] == discs[2]
    again = build_project(tmp_path / "project-0/project.yaml", jobs=1).output / "cd"
    old, new = ({p.name: p.read_bytes() for p in (f / "cue").iterdir()} for f in (cd, again))
    assert sorted(old.values()) == sorted(new.values()) or _same_but_names(old, new)


def _same_but_names(old: dict[str, bytes], new: dict[str, bytes]) -> bool:
    """The WAV is the same; the sheets differ in the FILE line only."""
    (was,), (now,) = ([d for n, d in files.items() if n.endswith(".wav")] for files in (old, new))
    sheets = [next(d for n, d in f.items() if n.endswith(".cue")).splitlines() for f in (old, new)]
    return was == now and [a for a, b in zip(*sheets, strict=True) if a != b and not a.startswith(b"FILE")] == []


def test_a_file_for_each_track_and_silence_between(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    words = [write_audio(folder / f"{n}.wav", 310 + n, n) for n in (1, 2, 3)]
    (folder / "x.cue").write_text(
        'FILE "1.wav" WAVE\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n TRACK 02 AUDIO\n  INDEX 00 00:04:05\n'
        'FILE "2.wav" WAVE\n  INDEX 01 00:00:00\n  POSTGAP 00:00:10\n'
        'FILE "3.wav" WAVE\n TRACK 03 AUDIO\n  PREGAP 00:02:00\n  INDEX 01 00:00:00\n'
    )

    result = import_cue(folder / "x.cue", output=tmp_path / "out")

    tracks = result.disc["tracks"]
    assert [t["start_cd_frames"] for t in tracks] == [150, 150 + 311, 150 + 311 + 312 + 10 + 150]
    assert [t["pause"] for t in tracks] == ["00:00:00", "00:06:05", "00:10:33"]
    assert result.disc["lead_out_cd_frames"] == 150 + 311 + 312 + 160 + 313
    audio = audio_of(tmp_path / "out")
    assert np.array_equal(audio["01"], words[0])
    assert np.array_equal(audio["02"], np.concatenate([words[1], np.zeros((10 * FRAME, 2), np.int16)]))
    assert np.array_equal(audio["03"], words[2])


def test_flac_and_raw_files_of_either_order(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    words = write_cue(folder)
    soundfile.write(folder / "disc.flac", words, RATE, subtype="PCM_16")
    (folder / "little.bin").write_bytes(words.astype("<i2").tobytes())
    (folder / "big.bin").write_bytes(words.astype(">i2").tobytes())
    for name, kind in (("disc.flac", "WAVE"), ("little.bin", "BINARY"), ("big.bin", "MOTOROLA")):
        (folder / "x.cue").write_text(CUE.replace('"disc.wav" WAVE', f'"{name}" {kind}'), encoding="latin-1")
        import_cue(folder / "x.cue", output=tmp_path / name)
        audio = audio_of(tmp_path / name)
        assert np.array_equal(np.concatenate([audio[n] for n in ("01", "02", "03")]), words), name


def test_names_in_other_case_folders_and_backslashes(tmp_path: Path) -> None:
    write_cue(tmp_path / "in", CUE.replace("disc.wav", "sub\\\\DISC.WAV".replace("\\\\", "\\")))
    (tmp_path / "in/sub").mkdir()
    (tmp_path / "in/disc.wav").rename(tmp_path / "in/sub/disc.wav")
    assert starts(import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out"))[0] == "00:02:00"


def test_a_byte_order_mark_and_unicode_titles(tmp_path: Path) -> None:
    write_cue(tmp_path / "in", CUE.replace('"First"', '"夜のフェリー"'), encoding="utf-8-sig")
    result = import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out")
    assert any("byte order mark" in n for n in result.notes)
    assert any("no CD-TEXT is written" in d for d in result.differences)
    text = (tmp_path / "out/project.yaml").read_text(encoding="utf-8")
    assert "夜のフェリー" in text
    assert "text: false" in text


def test_pad_fills_the_last_cd_frame(tmp_path: Path) -> None:
    words = write_cue(tmp_path / "in")
    soundfile.write(tmp_path / "in/disc.wav", words[:-100], RATE, subtype="PCM_16")
    result = import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out", pad=True)
    assert result.disc["lead_out_cd_frames"] == 1550
    last = audio_of(tmp_path / "out")["03"]
    assert np.array_equal(last[:-100], words[14 * 75 * FRAME : -100])
    assert not last[-100:].any()


def test_a_toc_with_a_catalogue_number_in_its_cd_text_has_that_number(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_audio(tmp_path / "in/in.wav", 600)
    (tmp_path / "in/in.toc").write_text(
        'CD_DA\nCD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 { TITLE "A" PERFORMER "B" DISC_ID "LTR014" } }\n'
        'TRACK AUDIO\nCD_TEXT { LANGUAGE 0 { TITLE "One" PERFORMER "B" } }\nFILE "in.wav" 0\n'
    )

    result = import_toc(tmp_path / "in/in.toc", output=tmp_path / "out")

    assert result.disc["catalogue_number"] == "LTR014"
    assert not any("catalogue" in text for text in result.differences)


def test_what_pad_added_is_told_place_by_place(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n, n_samples in enumerate((400 * FRAME - 100, 400 * FRAME - 7, 400 * FRAME - 588 + 1, 400 * FRAME), start=1):
        words = np.ascontiguousarray(music(6, RATE, n)[:n_samples] * 0.3)
        soundfile.write(folder / f"{n}.wav", words, RATE, subtype="PCM_16")
    cue = (
        'FILE "1.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n'
        'FILE "2.wav" WAVE\n  TRACK 02 AUDIO\n    INDEX 01 00:00:00\n'
        'FILE "4.wav" WAVE\n  TRACK 03 AUDIO\n    PREGAP 00:02:00\n    INDEX 01 00:00:00\n'
        'FILE "3.wav" WAVE\n  TRACK 04 AUDIO\n    INDEX 01 00:00:00\n'
    )
    (folder / "d.cue").write_text(cue)
    toc = (
        'CD_DA\nTRACK AUDIO\nFILE "1.wav" 0\n\nTRACK AUDIO\nFILE "2.wav" 0\n\n'
        'TRACK AUDIO\nPREGAP 00:02:00\nFILE "4.wav" 0\n\nTRACK AUDIO\nFILE "3.wav" 0\n'
    )
    (folder / "d.toc").write_text(toc)

    told = [
        [note for note in result.notes if "were added" in note]
        for result in (
            import_cue(folder / "d.cue", output=tmp_path / "cue", pad=True),
            import_toc(folder / "d.toc", output=tmp_path / "toc", pad=True),
        )
    ]

    gap = ": where the music runs on, that is a gap; take files that hold whole CD frames"
    assert told[0] == [
        f"100 samples of silence (2.3 ms) were added after track 01; track 02 follows directly{gap}",
        "7 samples of silence (0.2 ms) were added after track 02, before a pause of silence",
        "587 samples of silence (13.3 ms) were added after track 04, at the end of the disc",
    ]
    assert told[1] == told[0]


def test_cd_text_packs_that_a_sheet_names(tmp_path: Path) -> None:
    write_cue(tmp_path / "in", CUE.replace('FILE "disc', 'CDTEXTFILE "packs.cdt"\nFILE "disc').split("  TRACK 03")[0])
    (tmp_path / "in/packs.cdt").write_bytes(cd_text(WORKED_EXAMPLE) + b"\0")
    result = import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out")
    assert [t["title"] for t in result.disc["tracks"]] == ["First Song", "Second Song"]
    (tmp_path / "in/packs.cdt").write_bytes(cd_text(WORKED_EXAMPLE)[:-1] + b"x")
    with pytest.raises(SourceError, match=r"packs\.cdt"):
        import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out2")


TOC = r"""CD_DA
CATALOG "4006381333931"
CD_TEXT {
  LANGUAGE_MAP { 0 : EN  1 : 8 }
  LANGUAGE 0 { TITLE "Test Album" PERFORMER "The Band" GENRE { 0, 11, 70, 111, 108, 107, 0 } TOC_INFO1 { 1, 0 } }
  LANGUAGE 1 { TITLE "Pr\374fung" PERFORMER "Die Band" GENRE { 0, 11, 70, 111, 108, 107, 0 } }
}
TRACK AUDIO
NO COPY
ISRC "GBLTR2600001"
CD_TEXT { LANGUAGE 0 { TITLE "First" PERFORMER "The Band" } LANGUAGE 1 { TITLE "Erstes" PERFORMER "Die Band" } }
FILE "disc.wav" 0 00:06:00
TRACK AUDIO
COPY
PRE_EMPHASIS
CD_TEXT { LANGUAGE 0 { TITLE "Second" PERFORMER "The Band" } LANGUAGE 1 { TITLE "Zweites" PERFORMER "Die Band" } }
SILENCE 00:01:00
FILE "disc.wav" 00:06:00 105840
START 00:01:00
INDEX 00:01:10
// the rest of the file, and raw sound behind it
TRACK AUDIO
CD_TEXT { LANGUAGE 0 { TITLE "Third" PERFORMER "The Band" } LANGUAGE 1 { TITLE "Drittes" PERFORMER "Die Band" } }
FILE "disc.wav" 00:08:30
FILE "big.raw" #44 0 00:00:50
FILE "big.raw" SWAP 12 00:00:10
"""


def test_a_toc_becomes_a_project_to_the_sample(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    words = write_cue(folder, cd_frames=1100)
    (folder / "disc.toc").write_text(TOC)
    raw = np.random.default_rng(1).integers(-9999, 9999, (70 * FRAME, 2), dtype=np.int16)
    (folder / "big.raw").write_bytes(bytes(44) + raw.astype(">i2").tobytes())

    result = import_toc(folder / "disc.toc", output=tmp_path / "out")

    # 105840 samples are 180 CD frames: track 2 has 75 of silence, then 180 of sound
    assert [t["start_cd_frames"] for t in result.disc["tracks"]] == [150, 675, 855]
    assert [t["pause"] for t in result.disc["tracks"]] == ["00:00:00", "00:08:00", None]
    assert result.disc["lead_out_cd_frames"] == 855 + (1100 - 630) + 60
    assert [b["language"] for b in result.disc["cd_text"]] == ["en", "de"]
    assert result.disc["cd_text"][1]["album"]["title"] == "Prüfung"
    audio = audio_of(tmp_path / "out")
    assert np.array_equal(audio["01"], words[: 450 * FRAME])
    assert np.array_equal(audio["02"], words[450 * FRAME : 630 * FRAME])
    third = words[630 * FRAME :]
    swapped = np.frombuffer((bytes(44) + raw.astype(">i2").tobytes())[48:][: 10 * 2352], "<i2").reshape(-1, 2)
    assert np.array_equal(audio["03"], np.concatenate([third, raw[: 50 * FRAME], swapped]))
    assert result.differences == ()
    assert "genre: Folk" in (tmp_path / "out/project.yaml").read_text(encoding="utf-8")
    assert "CD-TEXT entries of the TOC that are left out: TOC_INFO1" in result.notes


# --- other programs -------------------------------------------------------------------------------------------------


@needs("shnsplit")
def test_shnsplit_cuts_the_same_tracks(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_cue(folder)
    (tmp_path / "split").mkdir()
    subprocess.run(
        ["shnsplit", "-q", "-f", "disc.cue", "-o", "wav", "-d", tmp_path / "split", "disc.wav"], cwd=folder, check=True
    )
    import_cue(folder / "disc.cue", output=tmp_path / "out")

    theirs = [soundfile.read(p, dtype="int16")[0] for p in sorted((tmp_path / "split").iterdir())]
    ours = list(audio_of(tmp_path / "out").values())

    assert len(theirs) == 3
    assert all(np.array_equal(a, b) for a, b in zip(theirs, ours, strict=True))


@needs("bchunk")
def test_bchunk_cuts_the_same_sound(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    words = write_cue(folder)
    words[6 * 75 * FRAME : (7 * 75 + 10) * FRAME] = 0  # bchunk leaves pauses out; a silent one is a gap here
    (folder / "disc.bin").write_bytes(words.astype("<i2").tobytes())
    plain = CUE.replace("    INDEX 02 00:09:00\n", "")  # bchunk cuts at every index
    (folder / "disc.cue").write_text(plain.replace('"disc.wav" WAVE', '"disc.bin" BINARY'), encoding="latin-1")
    subprocess.run(
        ["bchunk", "-w", "disc.bin", "disc.cue", tmp_path / "t"], cwd=folder, check=True, capture_output=True
    )
    import_cue(folder / "disc.cue", output=tmp_path / "out")

    theirs = [soundfile.read(p, dtype="int16")[0] for p in sorted(tmp_path.glob("t*.wav"))]
    ours = list(audio_of(tmp_path / "out").values())

    assert [len(a) for a in theirs] == [len(a) for a in ours]
    assert all(np.array_equal(a, b) for a, b in zip(theirs, ours, strict=True))


@needs("cueconvert")
def test_cueconvert_makes_a_toc_of_the_same_disc(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    plain = CUE.replace("    INDEX 02 00:09:00\n", "").replace("    FLAGS SCMS\n", "").replace("REM COMMENT", "REM X")
    write_cue(folder, plain)
    subprocess.run(["cueconvert", "-i", "cue", "-o", "toc", "disc.cue", "disc.toc"], cwd=folder, check=True)

    of_cue = import_cue(folder / "disc.cue", output=tmp_path / "one")
    of_toc = import_toc(folder / "disc.toc", output=tmp_path / "two")

    assert [t["start"] for t in of_toc.disc["tracks"]] == [t["start"] for t in of_cue.disc["tracks"]]
    assert [t["pause"] for t in of_toc.disc["tracks"]] == [t["pause"] for t in of_cue.disc["tracks"]]
    assert [t["isrc"] for t in of_toc.disc["tracks"]] == [t["isrc"] for t in of_cue.disc["tracks"]]
    assert of_toc.disc["lead_out"] == of_cue.disc["lead_out"]


@needs("cdrdao")
def test_cdrdao_sees_the_same_addresses(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_cue(folder, cd_frames=1100)
    (folder / "disc.toc").write_text(TOC)
    (folder / "big.raw").write_bytes(bytes(44 + 70 * 2352))
    shown = subprocess.run(["cdrdao", "show-toc", "disc.toc"], cwd=folder, capture_output=True, text=True, check=True)
    result = import_toc(folder / "disc.toc", output=tmp_path / "out")

    lines = [line.split() for line in shown.stdout.splitlines()]
    found = [line[1] for line in lines if line[:1] == ["START"]]
    at_least = [t["start_cd_frames"] - 150 for t in result.disc["tracks"][1:]]
    frames = [int(t[:2]) * 4500 + int(t[3:5]) * 75 + int(t[6:8]) for t in found]
    assert [f for f in frames if f in at_least] == at_least


# --- errors ---------------------------------------------------------------------------------------------------------

BROKEN = {
    "unknown command": (("    INDEX 01 00:14:00", "    INDX 01 00:14:00"), "INDX", "disc.cue:21"),
    "a flag that does not exist": (("FLAGS SCMS", "FLAGS SCMS LOUD"), "'LOUD'", "disc.cue:18"),
    "contradicting flags": (("FLAGS SCMS", "FLAGS SCMS DCP"), "DCP and SCMS", "disc.cue:18"),
    "a time that is none": (("00:14:00", "00:14:75"), "seconds run to 59", "disc.cue:21"),
    "an index past the end": (("00:14:00", "00:44:00"), "past the end", "disc.cue:21"),
    "an index out of order": (("INDEX 02 00:09:00", "INDEX 02 00:06:30"), "does not come after", "disc.cue:17"),
    "no index 01": (("    INDEX 01 00:14:00\n", ""), "no INDEX 01", "disc.cue:18"),
    "a hole in the numbers": (("TRACK 03", "TRACK 04"), "where track 03 belongs", "disc.cue:18"),
    "a data track": (("TRACK 03 AUDIO", "TRACK 03 MODE1/2352"), "no audio", "disc.cue:18"),
    "a missing file": (('"disc.wav"', '"other.wav"'), "other.wav", "disc.cue"),
    "a file elsewhere": (('"disc.wav"', '"../disc.wav"'), "not below its folder", "disc.cue"),
    "an absolute path": (('"disc.wav"', '"/etc/passwd"'), "not below its folder", "disc.cue"),
    "a catalogue number of 12 digits": (("4006381333931", "400638133393"), "13 digits", "disc.cue"),
    "an ISRC that is none": (("GBLTR2600001", "GBLTR26X0001"), "no ISRC", "disc.cue"),
    "a command without its word": (("  TRACK 03 AUDIO", "  TRACK"), "TRACK", "disc.cue:18"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_sheet_is_one_clear_error(tmp_path: Path, name: str) -> None:
    (old, new), words, where = BROKEN[name]
    assert old in CUE
    write_cue(tmp_path / "in", CUE.replace(old, new))

    with pytest.raises(SourceError) as error:
        import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out")

    (problem,) = error.value.problems
    assert words in f"{problem.problem} {problem.where}"
    assert where in f"{problem.where} {problem.problem}"
    assert problem.remedy
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cd_frames": 0.5}, "no whole number of CD frames"),
        ({"rate": 48_000}, "48000 Hz"),
        ({"subtype": "PCM_24"}, "24 bits"),
        ({"subtype": "FLOAT"}, "floating point"),
        ({"mono": True}, "1 channel"),
        ({"cut": 30}, "disc.wav"),
        ({"text": b"no audio at all"}, "disc.wav"),
    ],
)
def test_audio_that_is_no_disc_is_one_clear_error(tmp_path: Path, change: dict, words: str) -> None:
    audio = write_cue(tmp_path / "in")
    path = tmp_path / "in/disc.wav"
    audio = audio[:-294] if "cd_frames" in change else audio[:, 0] if "mono" in change else audio
    soundfile.write(path, audio, change.get("rate", RATE), subtype=change.get("subtype", "PCM_16"))
    data = change.get("text") or path.read_bytes()
    path.write_bytes(data[: len(data) - change.get("cut", 0)])

    with pytest.raises(ReleaseError) as error:
        import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out")

    assert error.value.exit_code == 4
    assert words in str(error.value)
    assert "disc.wav" in str(error.value)
    assert all(p.remedy for p in error.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("COPY\nPRE", "COPPY\nPRE", "'COPPY' is not understood"),
        ("START 00:01:00", "START 00:09:00", "START and INDEX"),
        ("105840", "105841", "no whole number"),
        ("00:08:30", "00:48:30", "which has"),
        ('"disc.wav" 0 00:06:00', '"disc.wav" 0 00:96:00', "disc.toc:12"),
        ("TRACK AUDIO\nCOPY", "TRACK MODE1\nCOPY", "no audio"),
        ('"disc.wav" 0', '"missing.wav" 0', "missing.wav"),
        ("INDEX 00:01:10", "INDEX", "disc.toc:22: not a time"),
    ],
)
def test_a_broken_toc_is_one_clear_error(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = tmp_path / "in"
    write_cue(folder, cd_frames=1100)
    (folder / "big.raw").write_bytes(bytes(44 + 70 * 2352))
    assert old in TOC
    (folder / "disc.toc").write_text(TOC.replace(old, new))
    with pytest.raises(SourceError) as error:
        import_toc(folder / "disc.toc", output=tmp_path / "out")
    assert words in str(error.value)


def test_the_command_ends_with_code_4_and_the_line(tmp_path: Path, capsys) -> None:
    write_cue(tmp_path / "in", CUE.replace("FLAGS SCMS", "FLAGZ SCMS"))
    assert run(["import", "cue", str(tmp_path / "in/disc.cue"), "-o", str(tmp_path / "out"), "-q"]) == 4
    assert "disc.cue:20" in capsys.readouterr().err
    assert run(["import", "toc", str(tmp_path / "in/nothing.toc"), "-o", str(tmp_path / "out"), "-q"]) == 2
    assert run(["import", "cue", str(tmp_path / "in/disc.wav"), "-o", str(tmp_path / "out"), "-q"]) == 4
    shutil.rmtree(tmp_path / "in")


def test_a_path_of_another_machine_means_the_file_beside_the_sheet(tmp_path: Path) -> None:
    write_cue(tmp_path / "in", CUE.replace('"disc.wav"', r'"C:\Music\Ferry\Disc.wav"'))

    result = import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out")

    assert r"the sheet names 'C:\\Music\\Ferry\\Disc.wav'; disc.wav beside it was taken" in result.notes
    assert starts(result) == ["00:02:00", "00:09:10", "00:16:00"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("CATALOG 4006381333931", "CATALOG 036000291452", 2, "a UPC gets a 0 in front: CATALOG 0036000291452"),
        ("CATALOG 4006381333931", "CATALOG 40063", 2, "CATALOG 40063 is no EAN"),
        ("INDEX 01 00:14:00", "INDEX 01 00:54:00", 21, "lies past the end of 'disc.wav'"),
        ("INDEX 02 00:09:00", "INDEX 02 00:07:00", 17, "does not come after the point before it"),
    ],
)
def test_errors_of_a_sheet_stand_at_their_own_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    write_cue(tmp_path / "in", CUE.replace(old, new))

    with pytest.raises(SourceError) as error:
        import_cue(tmp_path / "in/disc.cue", output=tmp_path / "out")
    assert f"disc.cue:{line}: " in str(error.value)
    assert words in str(error.value)
