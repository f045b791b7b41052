"""A deliverable and its stored result are one file (decision 0045): whoever edits it in place must not get it back."""

from e2e_studio import Studio, music, track

RATE = 44_100


def test_a_deliverable_edited_in_place_is_made_again(tmp_path):
    studio = Studio(tmp_path)
    studio.record("1.wav", music(2, RATE, 1), RATE, 24)
    studio.write(
        tracks=[track(1, "1.wav")], targets={"out": {"kind": "download", "files": ["flac"], "level": {"match": "none"}}}
    )
    file = next(f for f in studio.build().files("out") if f.suffix == ".flac")
    whole = file.read_bytes()

    file.chmod(0o644)
    with file.open("r+b") as edited:
        edited.seek(len(whole) // 2)
        edited.write(bytes(8))
    assert file.read_bytes() != whole

    again = studio.build()
    file = next(f for f in again.files("out") if f.suffix == ".flac")
    assert file.read_bytes() == whole
