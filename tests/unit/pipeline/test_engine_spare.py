import numpy as np

from release.pipeline.spare import drop_spares, keep_spare, take_spare
from release.stages.scratch import ScratchAudio, ScratchWriter


def _write(path, count, value):
    path.parent.mkdir(exist_ok=True)
    with ScratchWriter(path, "<i4") as writer:
        writer.write(np.full((count, 2), value))
    return writer


def test_a_later_step_writes_over_what_an_earlier_one_left(tmp_path):
    _write(tmp_path / "first" / "pcm.raw", 1000, 7)
    inode = (tmp_path / "first" / "pcm.raw").stat().st_ino
    keep_spare(tmp_path / "first")
    assert list((tmp_path / "first").iterdir()) == []

    _write(tmp_path / "second" / "pcm.raw", 300, 9)

    again = tmp_path / "second" / "pcm.raw"
    assert again.stat().st_ino == inode
    assert again.stat().st_size == 300 * 2 * 4  # nothing of the longer file is left behind the end
    audio = np.concatenate(list(ScratchAudio(again, "<i4", 2, 300).blocks()))
    assert (audio == 9).all()


def test_a_spare_file_is_taken_once(tmp_path):
    _write(tmp_path / "first" / "pcm.raw", 10, 1)
    keep_spare(tmp_path / "first")
    for name in ("second", "third"):
        (tmp_path / name).mkdir()
    assert take_spare(tmp_path / "second" / "pcm.raw")
    assert not take_spare(tmp_path / "third" / "pcm.raw")


def test_nothing_is_kept_after_a_run(tmp_path):
    _write(tmp_path / "first" / "pcm.raw", 10, 1)
    keep_spare(tmp_path / "first")
    drop_spares(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["first"]
