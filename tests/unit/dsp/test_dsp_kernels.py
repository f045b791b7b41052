"""Compiled kernels are kept in the user's cache folder, and a stale one cannot be found."""

from __future__ import annotations

import logging

from release.dsp.kernels import cache


def test_folder_is_named_by_everything_that_decides_the_code(monkeypatch, tmp_path):
    before = cache.kernels_digest()
    assert before == cache.kernels_digest()
    monkeypatch.setattr(cache.metadata, "version", lambda name: "0.0")
    assert cache.kernels_digest() != before
    monkeypatch.undo()
    (tmp_path / "kernels").mkdir()
    monkeypatch.setattr(cache, "files", lambda package: tmp_path)
    (tmp_path / "some.py").write_text("a = 1")
    first = cache.kernels_digest()
    (tmp_path / "some.py").write_text("a = 2")
    assert cache.kernels_digest() != first


def test_a_new_folder_is_announced_once(monkeypatch, tmp_path, caplog):
    import numba

    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(cache, "kernels_folder", lambda: tmp_path / "kernels")
    with caplog.at_level(logging.INFO):
        assert cache.prepare_cache()
        assert cache.prepare_cache()
    assert str(tmp_path / "kernels" / cache.kernels_digest()) == numba.config.CACHE_DIR
    assert sum("Compiling" in r.message for r in caplog.records) == 1


def test_a_folder_that_cannot_be_written_is_done_without(monkeypatch, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(cache, "kernels_folder", lambda: tmp_path / "file" / "kernels")
    with caplog.at_level(logging.WARNING):
        assert not cache.prepare_cache()
    assert "cannot be kept" in caplog.text
