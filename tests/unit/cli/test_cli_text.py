from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.cli.console import Session
from release.cli.text import byte_count, display_width, duration, number, printable, shorten, table, wrap
from release.pipeline.event import Event


@given(st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), max_size=6), st.integers(40, 120))
def test_a_table_never_runs_over(rows: list[list[str]], width: int) -> None:
    assert all(display_width(line) <= width for line in table(("a", "b", "c"), rows, right=(1,), width=width))


@given(st.text(), st.integers(1, 40))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert display_width(shorten(text, width)) <= width


def test_numbers_stand_flush_right() -> None:
    assert table(("file", "LUFS"), [("a", "-14.0"), ("b", "-9.5")], right=(1,))[2:] == ["a     -14.0", "b      -9.5"]


def test_titles_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in printable("\x1b[2J\x1b]0;title\x07")
    assert "\u202e" not in printable("gnp.\u202eexe")
    assert printable("夜のフェリー – Café\n") == "夜のフェリー – Café\n"


def test_paths_stay_whole() -> None:
    path = "/a/" + "long/" * 30 + "name.wav"
    assert path in wrap(f"see {path} there")


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (5400, "1 h 30 min")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_units() -> None:
    assert byte_count(999) == "999 B"
    assert byte_count(1_500_000) == "1.5 MB"
    assert byte_count(20_000_000_000) == "20.0 GB"
    assert number(None) == "-"
    assert number(-0.0) == "0.0"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("has_color", [True, False])
def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, has_color: bool) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    with Session(color=has_color).progress() as on_event:
        on_event(Event("phase", title="reading sources"))
        on_event(Event("start"))
        on_event(Event("tick", fraction=0.42, running=("cd/finish/1",)))

    assert "reading sources" in terminal.getvalue()
    assert "42%" in terminal.getvalue()
    assert "cd/finish/1" in terminal.getvalue()
    assert ("\x1b[38;5" in terminal.getvalue() or "\x1b[3" in terminal.getvalue()) == has_color
