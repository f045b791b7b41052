"""DDP sets to projects and back: byte for byte for our own, sound, times, codes, flags and texts for others."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from e2e_studio import Studio, music, track

from release.cli.entry import run
from release.errors import SourceError, UsageError
from release.formats.cdtext import encode_packs, pack_crc
from release.formats.ddp.reader import check_ddp, read_ddp
from release.formats.ddp.writer import write_control_files
from release.model.disc import Copy, Disc, DiscText, TextBlock
from release.model.disc_compare import compare_disc
from release.operations.build import build_project
from release.operations.import_sources import import_ddp
from release.operations.verify import verify_path

sys.path.append(str(Path(__file__).parents[1] / "formats"))
from ddp_tables import CUE2DDP, HOFA, WRITERS, Writer, make_set
from disc_examples import image_bytes, text_block
from disc_examples import track as disc_track

RATE = 44_100
FRAME = 588


def sound(cd_frames: int, seed: int) -> np.ndarray:
    return music(cd_frames / 75, RATE, seed)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rich_project(studio: Studio) -> Studio:
    """Every feature of a disc: hidden sound in front, sound in a pause, joins, indexes, flags, codes, two languages."""
    for name, cd_frames in {"hidden": 200, "one": 330, "two": 410, "tone": 60, "three": 350, "four": 333}.items():
        studio.record(f"{name}.wav", sound(cd_frames, len(name)), RATE, 16)
    studio.write(
        release={
            "title": "Fährmann", "artist": "The Harbour Lights", "catalogue_number": "LTR014", "genre": "Folk",
            "barcode": "4006381333931", "translations": {"de": {"title": "Der Fährmann"}, "en": {"message": "Hello"}},
        },
        sequence={"gap": "2 s"},
        tracks=[
            {"id": "h", "title": "Hidden", "source": "mixes/hidden.wav", "hidden": True},
            {**track(1, "one.wav"), "gap": "0 s", "isrc": "GB-LTR-26-00001", "indexes": ["100 frames", "2 s"],
             "writers": [{"name": "Jo Hale", "role": "composer"}, {"name": "Ana Reis", "role": "arranger"}]},
            {**track(2, "two.wav"), "isrc": "GB-LTR-26-00002", "copy": "scms", "artists": [{"name": "Ana Reis"}],
             "translations": {"de": {"title": "Zweites Stück"}}, "message": "Thanks"},
            {**track(3, "three.wav"), "gap": {"length": "60 frames", "fill": "mixes/tone.wav"}, "pre_emphasis": True},
            {**track(4, "four.wav"), "gap": "0 s", "copy": "permitted"},
        ],
        targets={"cd": {"level": {"match": "none"}, "dither": {"type": "none"}, "images": ["ddp"],
                        "text": {"languages": ["en", "de"], "packs": ["disc_id", "genre", "codes"]}}},
    )  # fmt: skip
    return studio


def test_our_own_set_comes_back_byte_for_byte(studio: Studio, tmp_path: Path) -> None:
    first = rich_project(studio).build().folder / "cd/ddp"
    before = snapshot(first)

    result = import_ddp(first, output=tmp_path / "again")
    second = build_project(tmp_path / "again/project.yaml", jobs=1).output / "cd/ddp"

    assert result.differences == ()
    assert snapshot(second) == before
    assert len(before) >= 6
    assert snapshot(first) == before
    _a_record_finds_what_nothing_else_does(first)
    assert [p.name for p in result.written[2:]] == [
        "00 Hidden track.wav", "01 Piece 1.wav", "02 Piece 2.wav", "03 Piece 3.wav", "04 Piece 4.wav",
    ]  # fmt: skip


def test_each_disc_of_a_set_comes_back_byte_for_byte(studio: Studio, tmp_path: Path) -> None:
    for n in (1, 2):
        studio.record(f"{n}.wav", sound(330, n), RATE, 16)
    studio.write(
        release={"title": "Box", "artist": "The Band", "catalogue_number": "C1", "genre": "Rock"},
        tracks=[track(1, "1.wav"), track(2, "2.wav")],
        sequence={"discs": [{"title": "Day", "first": "t1"}, {"title": "Night", "first": "t2"}]},
        targets={"cd": {"player": False, "text": {"languages": ["en", "de"], "packs": ["disc_id"]}}},
    )
    built = studio.build().folder

    for number in (1, 2):
        before = built / f"cd/disc-{number}/ddp"
        name = f"C1-{number}"
        assert (before / "DDPID").read_bytes()[38:86].rstrip() == name.encode()
        assert {block.disc_id for block in read_ddp(before).disc.text_blocks} == {name}
        result = import_ddp(before, output=tmp_path / f"again-{number}")
        assert result.differences == ()
        after = build_project(result.manifest, jobs=1).output / "cd/ddp"
        assert snapshot(after) == snapshot(before)


def _a_record_finds_what_nothing_else_does(folder: Path) -> None:
    """One digit of the master id, in a set without its lists of checksums, inside the build that wrote it."""
    for listed in folder.glob("CHECKSUM.*"):
        listed.unlink()
    identifier = folder / "DDPID"
    identifier.write_bytes(identifier.read_bytes().replace(b"LTR014", b"LTR015"))

    inside = verify_path(folder)
    elsewhere = shutil.copytree(folder, folder.parents[2] / "elsewhere")
    outside = verify_path(elsewhere)

    (problem,) = (p for p in inside.problems if p.code == "checksum")
    assert Path(problem.where).name == "DDPID"
    assert "release.json has" in problem.problem
    assert inside.not_provable == ()
    assert outside.problems == ()
    assert "DDPID: the master id 'LTR015'" in outside.not_provable


OTHERS = Disc(
    tracks=(
        disc_track(1, 400, pause=0, isrc="GBLTR2600001", text=DiscText("First", "The Band")),
        disc_track(2, 900, 950, 1000, isrc="GBLTR2600002", copy=Copy.SCMS, text=DiscText("Zweites Stück", "The Band")),
        disc_track(3, 1500, pause=1400, isrc="GBLTR2600003", copy=Copy.PERMITTED, text=DiscText("Third", "Guests")),
        disc_track(4, 2000, pause=1925, has_pre_emphasis=True, text=DiscText("Fourth", "The Band")),
    ),
    lead_out_cd_frames=2400,
    ean="0036000291452",
    catalogue="LTR014CD",
    text=DiscText("Test Album", "The Band"),
    text_blocks=(
        replace(
            text_block(["First", "Zweites Stück", "Third", "Fourth"]),
            tracks=(
                DiscText("First", "The Band"), DiscText("Zweites Stück", "The Band"), DiscText("Third", "Guests"),
                DiscText("Fourth", "The Band"),
            ),
        ),
    ),
)  # fmt: skip


def write_set(folder: Path, writer: Writer, disc: Disc = OTHERS) -> bytes:
    """A set of another writer: sound before track 1 and in the pause of track 3, silence in that of track 4."""
    image = bytearray(image_bytes(disc))
    image[1925 * 2352 : 2000 * 2352] = bytes(75 * 2352)
    folder.mkdir(parents=True)
    for name, data in make_set(disc, writer, bytes(image)).items():
        (folder / name).write_bytes(data)
    return bytes(image)


@pytest.mark.parametrize("name", ["cue2ddp", "HOFA"])
def test_sets_of_others_come_back_in_sound_times_codes_flags_and_texts(tmp_path: Path, name: str) -> None:
    image = write_set(tmp_path / "set", WRITERS[name])
    before = snapshot(tmp_path / "set")

    result = import_ddp(tmp_path / "set", output=tmp_path / "project")
    built = build_project(tmp_path / "project/project.yaml", jobs=1).output / "cd/ddp"

    assert (built / "IMAGE.DAT").read_bytes() == image
    assert compare_disc(OTHERS, read_ddp(built).disc) == []
    assert not any(f.is_error for f in check_ddp(built))
    assert result.differences
    assert not [d for d in result.differences if "is what the project makes" in d]
    assert snapshot(tmp_path / "set") == before


def test_tracks_are_extracted_to_the_sample(tmp_path: Path) -> None:
    image = write_set(tmp_path / "set", CUE2DDP)
    import_ddp(tmp_path / "set", output=tmp_path / "project")

    words = np.frombuffer(image, "<i2").reshape(-1, 2)
    cuts = {"00 Hidden track": (150, 400), "01 First": (400, 900), "02 Zweites Stück": (900, 1500),
            "03 Third": (1500, 1925), "04 Fourth": (2000, 2400)}  # fmt: skip
    assert sorted(p.stem for p in (tmp_path / "project/audio").iterdir()) == list(cuts)
    for stem, (start, end) in cuts.items():
        data, rate = soundfile.read(tmp_path / f"project/audio/{stem}.wav", dtype="int16")
        assert rate == RATE
        assert np.array_equal(data, words[start * FRAME : end * FRAME])


def test_a_long_silent_first_pause_stays_a_pause(tmp_path: Path) -> None:
    disc = replace(OTHERS, tracks=(replace(OTHERS.tracks[0], indexes=(225,)), *OTHERS.tracks[1:]))
    folder = tmp_path / "set"
    write_set(folder, replace(CUE2DDP, checksums=()), disc)
    image = bytearray((folder / "IMAGE.DAT").read_bytes())
    image[: 225 * 2352] = bytes(225 * 2352)
    (folder / "IMAGE.DAT").write_bytes(image)

    result = import_ddp(folder, output=tmp_path / "project")

    assert not [d for d in result.differences if "is what the project makes" in d]
    assert "pause: 3 s" in (tmp_path / "project/project.yaml").read_text()
    assert not list((tmp_path / "project/audio").glob("00*"))


def test_sound_before_two_seconds_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write_set(folder, replace(CUE2DDP, checksums=()))
    with (folder / "IMAGE.DAT").open("r+b") as file:
        file.write(b"\x01")
    result = import_ddp(folder, output=tmp_path / "project")
    assert any("sound before 00:02:00" in d for d in result.differences)


def test_a_damaged_set_is_refused_with_all_that_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write_set(folder, CUE2DDP)
    image = folder / "IMAGE.DAT"
    image.write_bytes(image.read_bytes()[:-100])

    with pytest.raises(SourceError) as error:
        import_ddp(folder, output=tmp_path / "project")

    assert {p.code for p in error.value.problems} == {"image-size", "checksum"}
    assert not (tmp_path / "project").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["set"]


def test_outputs_that_are_in_the_way_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write_set(folder, CUE2DDP)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("mine")
    for output in (tmp_path / "full", folder / "project", folder):
        with pytest.raises(UsageError):
            import_ddp(folder, output=output)
    with pytest.raises(UsageError):
        import_ddp(tmp_path / "full", output=tmp_path / "project")
    assert (tmp_path / "full/file").read_text() == "mine"


def test_windows_punctuation_is_mended_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    tracks = tuple(replace(t, text=replace(t.text, title="Don\x92t Go")) for t in OTHERS.tracks)
    block = replace(OTHERS.text_blocks[0], tracks=tuple(t.text for t in tracks))
    write_set(folder, HOFA, replace(OTHERS, tracks=tracks, text_blocks=(block,)))

    result = import_ddp(folder, output=tmp_path / "project")

    assert (
        'title: "Don\'t Go"' in (tmp_path / "project/project.yaml").read_text()
        or "title: Don't Go" in (tmp_path / "project/project.yaml").read_text()
    )
    assert any("Don\\x92t Go" in d for d in result.differences)


TITLES = tuple(DiscText(f"Title {n}") for n in range(1, 5))
GERMAN = TextBlock("de", DiscText("Das Album"), tuple(DiscText(t) for t in ("Eins", "", "Drei", "")))
JAPANESE = TextBlock("ja", DiscText("夜"), tuple(DiscText(t) for t in "一二三四"), charset="ms-jis")
TEXTS = {
    "titles alone": (TextBlock("en", DiscText("Album"), TITLES),),
    "a performer of the disc alone": (TextBlock("en", DiscText("Album", "The Band"), TITLES),),
    "a track without title": (TextBlock("en", DiscText("Album", "The Band"), (DiscText(), *TITLES[1:])),),
    "a second language in part": (*OTHERS.text_blocks, GERMAN),
    "Japanese": (*OTHERS.text_blocks, JAPANESE),
    "no language said": (replace(OTHERS.text_blocks[0], language="und"),),
    "writers of the disc": (TextBlock("fr", DiscText("A", "B", "C", "D", "E", "F"), TITLES),),
    "none": (),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_with_holes_come_back_byte_for_byte(tmp_path: Path, name: str) -> None:
    disc = replace(OTHERS, text_blocks=TEXTS[name])
    folder = tmp_path / "set"
    folder.mkdir()
    for file, data in {**write_control_files(disc), "IMAGE.DAT": image_bytes(disc)}.items():
        (folder / file).write_bytes(data)

    assert import_ddp(folder, output=tmp_path / "project").differences == ()


def test_a_language_without_a_name_is_told(tmp_path: Path) -> None:
    disc = replace(OTHERS, text_blocks=(*OTHERS.text_blocks, replace(OTHERS.text_blocks[0], language="code-5a")))
    folder = tmp_path / "set"
    folder.mkdir()
    for file, data in {**write_control_files(disc), "IMAGE.DAT": image_bytes(disc)}.items():
        (folder / file).write_bytes(data)
    told = import_ddp(folder, output=tmp_path / "project").differences
    assert "number of CD-TEXT blocks: 2 was read, 1 is what the project makes" in told


def test_codes_that_no_manifest_can_have_are_told(tmp_path: Path) -> None:
    tracks = tuple(replace(t, isrc="GBLTR2600001") for t in OTHERS.tracks)
    write_set(tmp_path / "set", WRITERS["cue2ddp"], replace(OTHERS, tracks=tracks, ean="4006381333930"))
    told = "; ".join(import_ddp(tmp_path / "set", output=tmp_path / "project").differences)
    assert "EAN: '4006381333930' was read, '' is what the project makes" in told
    assert "track 2, isrc: 'GBLTR2600001' was read" in told


def test_the_command_tells_the_disc_and_the_next_step(tmp_path: Path, capsys) -> None:
    write_set(tmp_path / "set", HOFA)

    code = run(["import", "ddp", str(tmp_path / "set"), "--output", str(tmp_path / "one"), "--json", "-q"])

    shown = json.loads(capsys.readouterr().out)
    assert code == 0
    assert shown["disc"]["lead_out"] == "00:32:00"
    assert shown["is_byte_for_byte"] is False
    assert any("user text 'HOFA'" in d for d in shown["differences"])

    assert run(["import", "ddp", str(tmp_path / "set"), "--output", str(tmp_path / "two"), "-q"]) == 0
    out = capsys.readouterr().out
    assert "GBLTR2600002" in out
    assert f"next: release build {tmp_path / 'two'}" in out
    assert run(["import", "ddp", str(tmp_path / "two"), "--output", str(tmp_path / "three"), "-q"]) == 2
    (tmp_path / "set/DDPMS").write_bytes(b"short")
    capsys.readouterr()
    assert run(["import", "ddp", str(tmp_path / "set"), "--output", str(tmp_path / "three"), "-q"]) == 4
    assert "DDPMS" in capsys.readouterr().err


def test_a_set_against_a_manifest(studio: Studio, tmp_path: Path, capsys) -> None:
    write_set(tmp_path / "set", HOFA)
    import_ddp(tmp_path / "set", output=tmp_path / "project")
    manifest = tmp_path / "project/project.yaml"
    text = manifest.read_text()

    assert run(["import", "ddp", str(tmp_path / "set"), "--against", str(manifest), "-q"]) == 0
    assert " 0 missing on one side, 0 conflicts" in capsys.readouterr().out.replace("\n", " ")

    wrong = text.replace("GB-LTR-26-00002", "GB-LTR-26-00009").replace("    isrc: GB-LTR-26-00001\n", "")
    manifest.write_text(wrong.replace("title: Third", "title: The Third"))
    assert run(["import", "ddp", str(tmp_path / "set"), "--against", str(tmp_path / "project"), "-q", "--json"]) == 7
    rows = json.loads(capsys.readouterr().out)["compared"]
    assert {(r["track"], r["what"], r["verdict"]) for r in rows if r["verdict"] != "equal"} == {
        (1, "ISRC", "missing"), (2, "ISRC", "conflict"), (3, "title", "conflict"),
    }  # fmt: skip

    assert run(["import", "ddp", str(tmp_path / "set"), "-q"]) == 2
    assert run(["import", "ddp", str(tmp_path / "set"), "-o", "x", "--against", str(manifest), "-q"]) == 2


def _lossy_text(disc: Disc, copyright_byte: int = 3) -> bytes:
    """Our packs with a copyright byte, closed information and a table of contents, wrapped with a trailing NUL."""
    packs = encode_packs([replace(block, copyright=copyright_byte) for block in disc.text_blocks])
    body = [bytearray(packs[at : at + 18]) for at in range(0, len(packs), 18)]
    sizes = [pack for pack in body if pack[0] == 0x8F]
    texts = [pack for pack in body if pack[0] != 0x8F]
    texts += [bytearray((0x88, 0, 0, 0)) + bytes(14), bytearray((0x8D, 0, 0, 0)) + b"secret\0".ljust(14, b"\0")]
    sizes[1][4] = sizes[1][4 + 5] = 1
    sizes[1][4 + 8] = len(texts) + 2
    for sequence, pack in enumerate([*texts, *sizes]):
        pack[2] = sequence
        pack[16:] = pack_crc(bytes(pack[:16]))
    return b"".join([*texts, *sizes]) + b"\0"


def _write_with_text(folder: Path, data: bytes) -> None:
    """A set of cue2ddp whose CD-TEXT is this, without checksums."""
    write_set(folder, CUE2DDP)
    (folder / "CDTEXT.BIN").write_bytes(data)
    ms = (folder / "DDPMS").read_bytes()
    at = ms.index(b"CDTEXT") - 30
    (folder / "DDPMS").write_bytes(ms[: at + 14] + f"{len(data):8}".encode() + ms[at + 22 :])
    for listed in folder.glob("*CHECKSUM*"):
        listed.unlink()


def test_what_cd_text_loses_is_listed_and_its_copyright_is_kept(tmp_path: Path) -> None:
    _write_with_text(tmp_path / "in", _lossy_text(OTHERS))

    result = import_ddp(tmp_path / "in", output=tmp_path / "out")

    told = [text.removeprefix("CDTEXT.BIN: ") for text in result.differences if text.startswith("CDTEXT.BIN")]
    assert told == [
        "the file has a trailing NUL, we write the packs alone",
        "block 0: table of contents (pack type 0x88) is not carried over",
        "block 0: closed information 'secret' (pack type 0x8D) is not carried over",
    ]
    assert not any("copyright" in text for text in result.differences)
    assert "copyright: true" in (tmp_path / "out/project.yaml").read_text(encoding="utf-8")
    spaces = next(text for text in result.differences if "audio packet" in text and "padded" in text)
    assert spaces == "DDPMS: audio packet: DSL, SIZ padded with other characters than ours"


def test_a_copyright_byte_without_a_name_is_a_difference(tmp_path: Path) -> None:
    _write_with_text(tmp_path / "in", _lossy_text(OTHERS, 5))

    result = import_ddp(tmp_path / "in", output=tmp_path / "out")

    assert "CD-TEXT en, copyright byte: 5 was read, 3 is what the project makes" in result.differences


def test_an_image_that_starts_later_is_longer_when_it_is_built(tmp_path: Path) -> None:
    write_set(tmp_path / "in", CUE2DDP)
    for listed in (tmp_path / "in").glob("*CHECKSUM*"):
        listed.unlink()
    ms = bytearray((tmp_path / "in/DDPMS").read_bytes())
    at = next(at for at in range(0, len(ms), 128) if ms[at + 38 : at + 40] == b"DA")
    ms[at + 14 : at + 30] = b"    2250     150"
    (tmp_path / "in/DDPMS").write_bytes(ms)
    image = next(p for p in (tmp_path / "in").iterdir() if p.stat().st_size == 2400 * 2352)
    image.write_bytes(image.read_bytes()[150 * 2352 :])

    result = import_ddp(tmp_path / "in", output=tmp_path / "out")

    assert "DDPMS: audio packet: length (DSL) 2250, we write 2400" in result.differences
    assert "DDPMS: audio packet: start sector (DSS) 150, we write 0" in result.differences


def test_a_catalogue_number_other_than_the_master_id_is_told_as_it_is(tmp_path: Path) -> None:
    blocks = tuple(replace(block, disc_id="X9") for block in OTHERS.text_blocks)
    disc = replace(OTHERS, text_blocks=blocks, catalogue="X9-1")
    (tmp_path / "in").mkdir()
    for name, data in {**write_control_files(disc), "IMAGE.DAT": image_bytes(disc)}.items():
        (tmp_path / "in" / name).write_bytes(data)

    told = import_ddp(tmp_path / "in", output=tmp_path / "out").differences

    assert [text for text in told if text.startswith("CDTEXT.BIN")] == [
        "CDTEXT.BIN: block 0: catalogue number (pack type 0x86) 'X9', we write 'X9-1'"
    ]
    assert "CD-TEXT en, disc_id: 'X9' was read, 'X9-1' is what the project makes" in told


def test_an_ean_in_ddpid_alone_is_told(tmp_path: Path) -> None:
    disc = replace(OTHERS, ean="4006381333931")
    (tmp_path / "in").mkdir()
    for name, data in {**write_control_files(disc), "IMAGE.DAT": image_bytes(disc)}.items():
        (tmp_path / "in" / name).write_bytes(data)
    points = tmp_path / "in/PQDESCR"
    points.write_bytes(points.read_bytes().replace(b"4006381333931", b" " * 13))

    told = import_ddp(tmp_path / "in", output=tmp_path / "out").differences

    assert told == ("PQDESCR: no packet has an EAN; we write 4006381333931 on the lead-in",)
