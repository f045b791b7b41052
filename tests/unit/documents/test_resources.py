"""Data folders are found in a checkout, and in an installed package first."""

from __future__ import annotations

import pytest

from release import resources


def test_checkout_has_templates():
    assert (resources.data_dir("templates") / "html" / "qc-report.html.j2").is_file()
    assert (resources.data_dir("templates") / "typst" / "qc-report.typ").is_file()


def test_installed_folder_wins(tmp_path, monkeypatch):
    package = tmp_path / "release"
    installed = package / "_data" / "templates"
    installed.mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)

    assert resources.data_dir("templates") == installed


def test_missing_folder_names_both_places(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "release")

    with pytest.raises(FileNotFoundError, match=r"_data.*schemas.*nor.*schemas"):
        resources.data_dir("schemas")


def test_templates_digest_follows_names_and_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "data_dir", lambda _: tmp_path)
    digests = set()
    for name, data in (("a", "x"), ("b", "x"), ("b", "y")):
        (tmp_path / name).write_text(data)
        resources.templates_digest.cache_clear()
        digests.add(resources.templates_digest())
    resources.templates_digest.cache_clear()

    assert len(digests) == 3
