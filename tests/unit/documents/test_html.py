"""The HTML adapter: autoescape, strict names, nothing outside the template folder."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from release.documents import html
from release.errors import InternalError


@dataclass(frozen=True)
class View:
    title: str = "<b>&"


@pytest.fixture
def templates(tmp_path, monkeypatch):
    folder = tmp_path / "templates" / "html"
    folder.mkdir(parents=True)
    (tmp_path / "templates" / "secret.txt").write_text("secret")
    monkeypatch.setattr(html, "data_dir", lambda _: tmp_path / "templates")
    return folder


def test_text_is_escaped_and_charts_are_not(templates):
    (templates / "t.j2").write_text("{{ view.title }}{{ charts['a'] }}")

    assert html.render_html("t.j2", View(), {"a": "<svg/>"}) == "&lt;b&gt;&amp;<svg/>\n"


@pytest.mark.parametrize(
    "text", ["{{ view.nothing }}", "{{ nothing }}", "{% include '../secret.txt' %}", "{{ view.title"]
)
def test_template_faults_are_internal_errors(templates, text):
    (templates / "t.j2").write_text(text)

    with pytest.raises(InternalError, match=r"t\.j2"):
        html.render_html("t.j2", View())
