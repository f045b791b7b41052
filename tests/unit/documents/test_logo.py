"""Logos: shapes and pictures come through, and nothing that runs, fetches or blows up."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from release.documents.logo import MOST_BYTES, read_logo
from release.errors import ManifestError

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">'


def svg(inside: str, head: str = OPEN) -> bytes:
    return f"{head}{inside}</svg>".encode()


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (20, 80, 140, 255)).save(file, "PNG")
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more than anybody has memory for."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_shapes_and_gradients_come_through_and_editors_data_does_not():
    inside = (
        '<metadata><x/></metadata><title>Us</title><!-- a comment --><defs><linearGradient id="g"><stop offset="0"'
        ' stop-color="#123456"/></linearGradient></defs><g style="fill:url(#g);-inkscape-x:1" data-name="a" class="b">'
        '<path d="M0 0h40v20z"/></g>'
    )
    logo = read_logo(svg(inside), "x")

    assert (logo.width, logo.height, logo.kind) == (40.0, 20.0, "svg")
    assert logo.shown_px == (144, 72)
    text = logo.data.decode()
    assert 'fill="url(#g)"' in text
    assert '<path d="M0 0h40v20z">' in text
    left_out = ("metadata", "<title", "comment", "inkscape", "class=", "data-name", "style=")
    assert [word for word in left_out if word in text] == []
    assert "Us" not in text


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onload="alert(1)"/>',
        '<g onclick="alert(1)"/>',
        '<a href="https://x.example"><path d="M0 0"/></a>',
        '<image href="https://x.example/a.png" width="9" height="9"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<use href="#a"/>',
        "<style>@import url(https://x.example/a.css)</style>",
        '<path d="M0 0" fill="url(https://x.example/a.svg#b)"/>',
        '<path d="M0 0" style="fill:url( &quot;//x.example/a&quot; )"/>',
        '<path d="M0 0" fill="u\\72l(x)"/>',
        '<path d="M0 0" clip-path="url(#a) url(http://x)"/>',
        "<foreignObject><div/></foreignObject>",
        "<text>Lowtide</text>",
        '<filter id="a"/>',
        '<pattern id="a"/>',
        '<animate attributeName="href" to="x"/>',
        "<g>" * 60 + "</g>" * 60,
        '<path d="M0 0"/>' * 4000,
    ],
)
def test_whatever_a_logo_has_no_need_of_is_refused_with_a_remedy(inside):
    with pytest.raises(ManifestError) as caught:
        read_logo(svg(inside), "project.yaml:9:3")

    (problem,) = caught.value.problems
    assert problem.where == "project.yaml:9:3"
    assert problem.remedy
    assert problem.code == "bad-logo"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + svg("&b;"),
        b'<?xml version="1.0"?><!doctype svg SYSTEM "file:///etc/passwd">' + svg(""),
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>".encode("utf-16"),
        b"<html></html>",
        b"<svg",
        b"GIF89a",
        b"",
        svg("", '<svg xmlns="http://www.w3.org/2000/svg">'),
        svg("", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1">'),
        svg(" " * MOST_BYTES),
        bomb(60_000, 60_000),
        bomb(900, 900),
        png(10, 10)[:60],
    ],
)
def test_what_is_no_usable_picture_is_refused(data):
    with pytest.raises(ManifestError):
        read_logo(data, "x")


def test_a_png_comes_through_as_it_is():
    data = png(300, 100)
    logo = read_logo(data, "x")

    assert (logo.data, logo.kind, logo.shown_px) == (data, "png", (216, 72))
