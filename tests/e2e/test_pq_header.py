"""PQ sheets say which disc of a set they are of, what lies beside them, and who made it, in all three forms."""

from __future__ import annotations

import hashlib
import html
import re
import subprocess
from pathlib import Path

from e2e_studio import Studio, music, needs, track

RATE = 44_100
RELEASE = {
    "title": "Night Ferry", "artist": "The Harbour Lights", "catalogue_number": "LTR014", "release_date": "2026-02-20",
    "credits": [{"role": "mastering engineer", "name": "Kim Ode"}, {"role": "mastering studio", "name": "North Room"}],
}  # fmt: skip


def write(studio: Studio, **target) -> None:
    for n in (1, 2):
        studio.record(f"{n}.wav", music(5, RATE, n, peak=0.3), RATE, 16)
    studio.write(
        release=RELEASE,
        tracks=[track(1, "1.wav"), track(2, "2.wav")],
        sequence={"discs": [{"title": "Outward", "first": "t1"}, {"title": "Home", "first": "t2"}]},
        targets={"cd": {"player": False, "dither": "none", **target}},
    )


@needs("pdftotext")
def test_the_sheet_of_each_disc_in_every_form(studio: Studio) -> None:
    write(studio, text={"languages": ["en", "de"]})
    built = studio.build()

    for number in (1, 2):
        folder = built.folder / f"cd/disc-{number}"
        image = hashlib.md5((folder / "ddp/IMAGE.DAT").read_bytes()).hexdigest()
        listed = hashlib.md5((folder / "ddp/CHECKSUM.MD5").read_bytes()).hexdigest()
        text = (folder / "pq-sheet.txt").read_text(encoding="utf-8")
        rows = dict(re.findall(r"^(\S+(?: \S+)*) {2,}(.+)$", text.partition("\n\n")[0], re.MULTILINE))
        assert (
            rows
            | {
                "Disc": f"Disc {number} of 2",
                "Catalogue number": "LTR014",
                "Master id": f"LTR014-{number}",
                "Date": "2026-02-20",
                "Mastering engineer": "Kim Ode",
                "Mastering studio": "North Room",
                "Audio": "44.1 kHz, 16 bit, stereo",
                "CD-TEXT": "en (ISO-8859-1), de (ISO-8859-1)",
                "MD5 of IMAGE.DAT": image,
                "MD5 of CHECKSUM.MD5": listed,
            }
            == rows
        )
        assert (folder / "ddp/DDPID").read_bytes()[38:86].rstrip() == f"LTR014-{number}".encode()

        page = html.unescape((folder / "pq-sheet.html").read_text(encoding="utf-8"))
        pdf = subprocess.run(
            ["pdftotext", folder / "pq-sheet.pdf", "-"], capture_output=True, check=True
        ).stdout.decode()
        for printed in (page, pdf):
            for value in (f"Disc {number} of 2", "Kim Ode", "2026-02-20", image, listed, "en (ISO-8859-1)"):
                assert value in re.sub(r"\s+", " ", printed), value
        _digests_stand_clear(folder / "pq-sheet.pdf", (image, listed))


def _digests_stand_clear(path: Path, digests: tuple[str, ...]) -> None:
    """Each is printed inside the margins, and nothing is printed over it."""
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True).stdout.decode()
    width = float(re.findall(r'<page width="([\d.]+)"', boxes)[0])
    words = [
        (text, *map(float, box))
        for *box, text in re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', boxes)
    ]
    for digest in digests:
        (mine,) = (word for word in words if word[0] == digest)
        _, left, top, right, bottom = mine
        assert 30 < left < right < width - 30
        for _, x_min, y_min, x_max, y_max in (word for word in words if word is not mine):
            middle = (y_min + y_max) / 2
            assert not (x_min < right and left < x_max and top < middle < bottom)


def test_a_disc_without_cd_text_and_one_of_a_sheet_say_so(new_studio) -> None:
    said = []
    for images in (["ddp"], ["cue"]):
        studio = new_studio()
        write(studio, images=images)
        text = (studio.build().folder / "cd/disc-1/pq-sheet.txt").read_text(encoding="utf-8")
        said += re.findall(r"^CD-TEXT +(.*)$", text, re.MULTILINE)

    assert said == ["none", "title, performer and songwriter of the CUE sheet"]
