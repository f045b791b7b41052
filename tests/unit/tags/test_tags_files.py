"""Tags in files: what other programs and libraries read out of them, in the spelling of delivery.md 1.1."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path

import mutagen
import pytest
from mutagen.aiff import AIFF
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE
from tag_material import FORMATS, encode_plain, full_set, make_png, needs, run, write_wav

from release.audio.decode import decode_pcm_sha256
from release.errors import InternalError, RenderError, VerificationError
from release.tags import TagSet, compare, id3_bytes, read_back, write_tags
from release.tags.artwork import Artwork


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("plain")
    return {name: encode_plain(folder, name) for name in FORMATS}


def tagged(plain: dict[str, Path], folder: Path, name: str, tagset: TagSet | None = None) -> Path:
    path = Path(shutil.copy(plain[name], folder / f"tagged.{FORMATS[name]}"))
    write_tags(path, name, tagset or full_set())
    return path


@pytest.mark.parametrize("name", FORMATS)
class TestEveryFormat:
    def test_reads_back_as_meant(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        assert compare(tagged(plain, tmp_path, name), name, full_set()) == ()

    def test_has_the_same_bytes_twice_and_again(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        first = tagged(plain, tmp_path, name).read_bytes()
        path = tagged(plain, tmp_path, name)
        second = path.read_bytes()
        write_tags(path, name, full_set())

        assert first == second == path.read_bytes()

    def test_leaves_the_audio_alone(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        path = tagged(plain, tmp_path, name)

        assert decode_pcm_sha256(path, name, 16) == decode_pcm_sha256(plain[name], name, 16)

    def test_a_shorter_set_leaves_nothing_behind(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        path = tagged(plain, tmp_path, name)
        short = TagSet(title="Only", artist="One", album="Two", media="")
        write_tags(path, name, short)

        assert compare(path, name, short) == ()
        assert set(read_back(path, name)) == {"title", "artist", "album"}

    def test_a_different_value_is_named(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        path = tagged(plain, tmp_path, name, TagSet(title="Tide", artist="A", album="B"))

        found = compare(path, name, TagSet(title="Tides", artist="A", album="B", isrc="GBLTR2600002"))

        assert found == ("isrc should be 'GBLTR2600002' and is absent", "title should be 'Tides' and is 'Tide'")

    def test_a_different_picture_is_named(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        path = tagged(plain, tmp_path, name)
        other = full_set()
        art = make_png(4, 4)
        object.__setattr__(other, "artwork", Artwork(art, "image/png", 4, 4, 24))

        assert [text.split()[0] for text in compare(path, name, other)] == ["artwork"]

    @pytest.mark.parametrize(
        "text",
        [
            "🌊⛵️👨‍👩‍👧",
            "ليلة العبّارة",
            "夜のフェリー",
            "a=b; c/d, e\\f",
            "line one\nline two",
            "x" * 70_000,
            " spaced ",
            "ＡＢＣ é e\u0301",
        ],
    )
    def test_odd_text_comes_back_to_the_letter(
        self, plain: dict[str, Path], tmp_path: Path, name: str, text: str
    ) -> None:
        odd = TagSet(
            title=text, artist=text, album=text, artists=(text, "B"), comment=text, p_line=text, label=text,
            isrc="", credits=(("composer", text), ("performer:" + text, text), ("involved:" + text, text)),
        )  # fmt: skip

        path = tagged(plain, tmp_path, name, odd)

        assert compare(path, name, odd) == ()

    @needs("ffprobe", "ffmpeg")
    def test_ffprobe_reads_the_display_fields(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        path = tagged(plain, tmp_path, name)

        shown = json.loads(run("ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", path))
        found = {
            k.lower(): v for part in [shown["format"], *shown["streams"][:1]] for k, v in part.get("tags", {}).items()
        }

        assert found["title"] == "Tide (Live)"
        assert found["artist"] == "The Harbour Lights feat. Ana Reis"
        assert found["album_artist"] == "The Harbour Lights"
        assert found["album"] == "Night Ferry"
        assert found["track"].partition("/")[0] == "2"
        assert found["date"] == "2026-12-04"
        assert [s["codec_name"] for s in shown["streams"] if s["codec_type"] == "video"] == ["png"]

    def test_a_damaged_file_is_not_read(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        path = tagged(plain, tmp_path, name)
        path.write_bytes(path.read_bytes()[:40])

        with pytest.raises(VerificationError, match="do not read back"):
            read_back(path, name)

    def test_a_file_that_is_something_else_is_a_render_error(
        self, plain: dict[str, Path], tmp_path: Path, name: str
    ) -> None:
        path = tmp_path / "none"
        if name != "mp3":
            path.write_bytes(b"nothing of the kind" * 9)

        with pytest.raises(RenderError, match="tags were not written"):
            write_tags(path, name, full_set())


VORBIS = {
    "title": ["Tide (Live)"], "subtitle": ["Live"], "version": ["Live"], "artist": ["The Harbour Lights feat. Ana Reis"],
    "artists": ["The Harbour Lights", "Ana Reis"], "album": ["Night Ferry"], "albumartist": ["The Harbour Lights"],
    "tracknumber": ["2"], "tracktotal": ["4"], "totaltracks": ["4"], "discnumber": ["1"], "disctotal": ["2"],
    "totaldiscs": ["2"], "discsubtitle": ["Disc one"], "date": ["2026-12-04"], "originaldate": ["2025-01-02"],
    "originalyear": ["2025"], "genre": ["Indie Folk"], "language": ["eng"], "isrc": ["GBLTR2600002"],
    "barcode": ["4006381333931"], "catalognumber": ["LTR014"], "label": ["Lowtide Records"],
    "organization": ["Lowtide Records"], "producednotice": ["2026 Lowtide Records"],
    "copyright": ["2026 Lowtide Publishing"], "composer": ["Jo Hale", "Kim Bo"], "lyricist": ["Li Rich"],
    "writer": ["Sam Song"], "arranger": ["Ari Range"], "producer": ["Ida Berg"], "mastering": ["Jo Marsh"],
    "performer": ["Gus Tar (guitar)"], "assistantengineer": ["Asa Ng"], "photographer": ["P. Hoto"],
    "compilation": ["1"], "itunesadvisory": ["1"], "releasetype": ["album"], "work": ["Sea Suite"],
    "movementname": ["Tide"], "movement": ["2"], "media": ["Digital Media"], "comment": ["Recorded at sea"],
}  # fmt: skip


class TestVorbis:
    def test_flac_has_every_comment(self, plain: dict[str, Path], tmp_path: Path) -> None:
        file = FLAC(tagged(plain, tmp_path, "flac"))

        assert dict(file.tags.as_dict()) == VORBIS
        assert [(p.type, p.mime, p.width, p.height, p.depth, p.data) for p in file.pictures] == [
            (3, "image/png", 3, 2, 24, make_png())
        ]

    def test_opus_has_every_comment_and_no_gain(self, plain: dict[str, Path], tmp_path: Path) -> None:
        found = OggOpus(tagged(plain, tmp_path, "opus")).tags.as_dict()
        picture = Picture(base64.b64decode(found.pop("metadata_block_picture")[0]))

        assert found == VORBIS
        assert (picture.type, picture.data) == (3, make_png())

    @needs("metaflac", "flac")
    def test_metaflac_finds_the_blocks_in_order(self, plain: dict[str, Path], tmp_path: Path) -> None:
        path = tagged(plain, tmp_path, "flac")

        listed = run("metaflac", "--list", path).splitlines()
        after = [i + 1 for i, line in enumerate(listed) if line.startswith("METADATA block")]

        kinds = [listed[i].split()[-1] for i in after]

        assert kinds == ["(STREAMINFO)", "(VORBIS_COMMENT)", "(PICTURE)", "(PADDING)"]
        run("metaflac", f"--export-picture-to={tmp_path / 'front.png'}", path)
        assert (tmp_path / "front.png").read_bytes() == make_png()

    @needs("flac", "flac")
    def test_flac_still_tests(self, plain: dict[str, Path], tmp_path: Path) -> None:
        run("flac", "-ts", tagged(plain, tmp_path, "flac"))

    @needs("opusinfo", "opus-tools")
    def test_opusinfo_is_content(self, plain: dict[str, Path], tmp_path: Path) -> None:
        shown = run("opusinfo", tagged(plain, tmp_path, "opus"))

        assert "ISRC=GBLTR2600002" in shown
        assert "WARNING" not in shown

    def test_a_picture_beyond_a_flac_block_is_refused(self, plain: dict[str, Path], tmp_path: Path) -> None:
        huge = Artwork(make_png() + bytes(2**24), "image/png", 3, 2, 24)

        with pytest.raises(RenderError, match="16 MiB"):
            tagged(plain, tmp_path, "flac", TagSet(title="a", artist="b", album="c", artwork=huge))


def id3_facts(tag: ID3) -> dict[str, object]:
    """Every frame under its key, as plain data."""
    facts: dict[str, object] = {}
    for key, frame in tag.items():
        if key.startswith("APIC"):
            facts[key] = (frame.type, frame.mime, hashlib.sha256(frame.data).hexdigest())
        elif key in ("TIPL", "TMCL"):
            facts[key] = frame.people
        else:
            facts[key] = [str(text) for text in frame.text]
    return facts


ID3_FACTS = {
    "TIT2": ["Tide (Live)"], "TIT3": ["Live"], "TPE1": ["The Harbour Lights feat. Ana Reis"], "TALB": ["Night Ferry"],
    "TPE2": ["The Harbour Lights"], "TRCK": ["2/4"], "TPOS": ["1/2"], "TSST": ["Disc one"], "TDRC": ["2026-12-04"],
    "TDRL": ["2026-12-04"], "TDOR": ["2025-01-02"], "TCON": ["Indie Folk"], "TLAN": ["eng"], "TSRC": ["GBLTR2600002"],
    "TPUB": ["Lowtide Records"], "TPRO": ["2026 Lowtide Records"], "TCOP": ["2026 Lowtide Publishing"],
    "TCOM": ["Jo Hale", "Kim Bo"], "TEXT": ["Li Rich"], "TCMP": ["1"], "TIT1": ["Sea Suite"], "MVNM": ["Tide"],
    "MVIN": ["2"], "TMED": ["Digital Media"], "COMM::eng": ["Recorded at sea"],
    "TXXX:ARTISTS": ["The Harbour Lights", "Ana Reis"], "TXXX:Writer": ["Sam Song"], "TXXX:CATALOGNUMBER": ["LTR014"],
    "TXXX:BARCODE": ["4006381333931"], "TXXX:PRODUCEDNOTICE": ["2026 Lowtide Records"], "TXXX:ITUNESADVISORY": ["1"],
    "TXXX:MusicBrainz Album Type": ["album"], "TXXX:WORK": ["Sea Suite"],
    "TIPL": [
        ["arranger", "Ari Range"], ["producer", "Ida Berg"], ["Assistant Engineer", "Asa Ng"],
        ["mastering", "Jo Marsh"], ["photographer", "P. Hoto"],
    ],
    "TMCL": [["guitar", "Gus Tar"]],
    "APIC:": (3, "image/png", hashlib.sha256(make_png()).hexdigest()),
}  # fmt: skip


class TestId3:
    def test_mp3_has_every_frame(self, plain: dict[str, Path], tmp_path: Path) -> None:
        tag = ID3(tagged(plain, tmp_path, "mp3"))

        assert id3_facts(tag) == ID3_FACTS
        assert tag.version == (2, 4, 0)

    def test_mp3_has_no_id3v1(self, plain: dict[str, Path], tmp_path: Path) -> None:
        assert tagged(plain, tmp_path, "mp3").read_bytes()[-128:-125] != b"TAG"

    def test_an_old_id3v1_is_removed(self, plain: dict[str, Path], tmp_path: Path) -> None:
        path = Path(shutil.copy(plain["mp3"], tmp_path / "old.mp3"))
        path.write_bytes(path.read_bytes() + b"TAG" + b"Old title".ljust(125, b"\0"))
        write_tags(path, "mp3", full_set())

        assert compare(path, "mp3", full_set()) == ()

    def test_an_id3v1_beside_the_tag_is_told(self, plain: dict[str, Path], tmp_path: Path) -> None:
        path = tagged(plain, tmp_path, "mp3")
        path.write_bytes(path.read_bytes() + b"TAG" + b"Other".ljust(125, b"\0"))

        with pytest.raises(VerificationError, match="ID3v1"):
            read_back(path, "mp3")

    def test_the_mp3_keeps_its_gapless_frame(self, plain: dict[str, Path], tmp_path: Path) -> None:
        from release.formats.lame_tag import read_lame_tag

        assert read_lame_tag(tagged(plain, tmp_path, "mp3")) == read_lame_tag(plain["mp3"])

    def test_aiff_has_every_frame(self, plain: dict[str, Path], tmp_path: Path) -> None:
        assert id3_facts(AIFF(tagged(plain, tmp_path, "aiff")).tags) == ID3_FACTS

    def test_wav_chunk_has_every_frame(self, tmp_path: Path) -> None:
        path = write_wav(tmp_path / "a.wav", full_set())

        assert id3_facts(WAVE(path).tags) == ID3_FACTS
        assert compare(path, "wav", full_set()) == ()

    def test_the_chunk_is_the_same_every_time(self) -> None:
        assert id3_bytes(full_set()) == id3_bytes(full_set())

    def test_a_wav_has_no_writer_here(self, tmp_path: Path) -> None:
        with pytest.raises(InternalError, match="no tag writer"):
            write_tags(tmp_path / "a.wav", "wav", full_set())

    def test_twins_that_disagree_are_told(self, plain: dict[str, Path], tmp_path: Path) -> None:
        path = tagged(plain, tmp_path, "mp3")
        tag = ID3(path)
        tag["TPRO"].text = ["1999 Somebody"]
        tag.save(path)

        with pytest.raises(VerificationError, match="disagree"):
            read_back(path, "mp3")


class TestMp4:
    @pytest.mark.parametrize("name", ["aac", "alac"])
    def test_every_atom_is_there(self, plain: dict[str, Path], tmp_path: Path, name: str) -> None:
        tags = dict(MP4(tagged(plain, tmp_path, name)).tags)
        free = {
            key.removeprefix("----:com.apple.iTunes:"): [bytes(value).decode() for value in tags.pop(key)]
            for key in sorted(tags)
            if key.startswith("----:com.apple.iTunes:")
        }
        cover = tags.pop("covr")[0]

        assert (cover.imageformat, bytes(cover)) == (cover.FORMAT_PNG, make_png())
        assert tags == {
            "©nam": ["Tide (Live)"], "©ART": ["The Harbour Lights feat. Ana Reis"], "©alb": ["Night Ferry"],
            "aART": ["The Harbour Lights"], "©day": ["2026-12-04"], "©gen": ["Indie Folk"],
            "cprt": ["2026 Lowtide Publishing"], "©wrt": ["Jo Hale", "Kim Bo"], "©wrk": ["Sea Suite"], "©mvn": ["Tide"],
            "©mvi": [2], "shwm": [1], "©cmt": ["Recorded at sea"], "trkn": [(2, 4)], "disk": [(1, 2)], "rtng": [1],
            "cpil": True, "pgap": True,
        }  # fmt: skip
        gapless = free.pop("iTunSMPB", None)
        assert (gapless is not None) == (name == "aac")
        assert free == {
            "SUBTITLE": ["Live"], "ARTISTS": ["The Harbour Lights", "Ana Reis"], "LYRICIST": ["Li Rich"],
            "writer": ["Sam Song"], "arranger": ["Ari Range"], "PRODUCER": ["Ida Berg"], "MASTERING": ["Jo Marsh"],
            "assistant engineer": ["Asa Ng"], "photographer": ["P. Hoto"], "LABEL": ["Lowtide Records"],
            "CATALOGNUMBER": ["LTR014"], "BARCODE": ["4006381333931"], "ISRC": ["GBLTR2600002"],
            "PRODUCEDNOTICE": ["2026 Lowtide Records"], "originaldate": ["2025-01-02"], "LANGUAGE": ["eng"],
            "DISCSUBTITLE": ["Disc one"], "MEDIA": ["Digital Media"], "MusicBrainz Album Type": ["album"],
        }  # fmt: skip

    def test_the_gapless_note_adds_up(self, plain: dict[str, Path], tmp_path: Path) -> None:
        """delivery.md 3.2: leading space, twelve groups, delay + padding + count is a multiple of 1024."""
        text = bytes(MP4(tagged(plain, tmp_path, "aac")).tags["----:com.apple.iTunes:iTunSMPB"][0]).decode()

        groups = [int(group, 16) for group in text.split()]

        assert text.startswith(" 00000000 00000400 ")
        assert len(groups) == 12
        assert groups[3] == 22_050
        assert sum(groups[1:4]) % 1024 == 0

    @pytest.mark.parametrize(("key", "reason"), [("pgap", "pgap"), ("----:com.apple.iTunes:iTunSMPB", "no iTunSMPB")])
    def test_a_missing_gapless_note_is_told(
        self, plain: dict[str, Path], tmp_path: Path, key: str, reason: str
    ) -> None:
        path = tagged(plain, tmp_path, "aac")
        file = MP4(path)
        del file.tags[key]
        file.save()

        with pytest.raises(VerificationError, match=reason):
            read_back(path, "aac")

    def test_a_wrong_gapless_note_is_told(self, plain: dict[str, Path], tmp_path: Path) -> None:
        path = tagged(plain, tmp_path, "aac")
        file = MP4(path)
        note = file.tags["----:com.apple.iTunes:iTunSMPB"]
        note[0] = type(note[0])(bytes(note[0]).replace(b"00000400", b"00000840"), note[0].dataformat)
        file.save()

        with pytest.raises(VerificationError, match="edit list"):
            read_back(path, "aac")


def test_mutagen_needs_no_guess(plain: dict[str, Path], tmp_path: Path) -> None:
    kinds = {name: type(mutagen.File(tagged(plain, tmp_path, name))).__name__ for name in FORMATS}

    assert kinds == {"flac": "FLAC", "opus": "OggOpus", "mp3": "MP3", "aiff": "AIFF", "alac": "MP4", "aac": "MP4"}
