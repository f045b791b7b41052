"""A logo as plain data: a small PNG or JPEG, or an SVG of shapes that can run, fetch and blow up nothing.

An SVG is read against a list of what shapes need and written again from what was understood, so that nothing else of
the file reaches a document. Source: SVG 2 (W3C), chapters 5, 7, 9, 10, 13, 14; XML 1.0, section 2.8.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from release.documents.look import Logo
from release.errors import ManifestError, Problem

MOST_BYTES = 500_000
MOST_PIXELS = 4_000_000
MOST_SHAPES = 3000
MOST_DEPTH = 40
SVG = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset(
    {"svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
    | {"linearGradient", "radialGradient", "stop", "clipPath"}
)
ATTRIBUTES = frozenset(
    {
        "id",
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "fr",
    }
    | {"d", "points", "transform", "opacity", "fill", "fill-opacity", "fill-rule", "clip-path", "clip-rule"}
    | {"stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"}
    | {"stroke-dasharray", "stroke-dashoffset", "offset", "stop-color", "stop-opacity", "gradientUnits"}
    | {"gradientTransform", "spreadMethod", "clipPathUnits", "preserveAspectRatio", "color", "display", "visibility"}
)
_REFERENCE = re.compile(r"url\(\s*['\"]?#[A-Za-z_][\w.-]*['\"]?\s*\)")
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(?:px|pt|mm|cm|in|pc)?\s*")


def read_logo(data: bytes, where: str) -> Logo:
    """The picture, checked.

    Args:
        data: the file.
        where: its place, for messages.

    Raises:
        ManifestError: it is no picture of the allowed kinds, too large, or holds what a logo has no need of.
    """
    if len(data) > MOST_BYTES:
        raise _refused(
            where, f"the logo has {len(data) / 1000:.0f} kB, and may have {MOST_BYTES // 1000}", "save it smaller"
        )
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _raster(data, where)
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        return _svg(data, where)
    raise _refused(where, "the logo is neither PNG, JPEG nor SVG", "export it as one of these")


def _refused(where: str, problem: str, remedy: str) -> ManifestError:
    return ManifestError("a logo that cannot be used", problems=[Problem(where, problem, remedy, "bad-logo")])


def _raster(data: bytes, where: str) -> Logo:
    """A PNG or JPEG whose pixels are counted before any is decoded."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            kind = "png" if picture.format == "PNG" else "jpg"
            if width * height > MOST_PIXELS:
                raise _refused(where, f"the logo has {width} x {height} pixels", "save it with at most 2000 x 2000")
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as exc:
        raise _refused(where, "the logo is damaged", "export it again") from exc
    return _shaped(Logo(data, kind, float(width), float(height)), where)


def _shaped(logo: Logo, where: str) -> Logo:
    if not 1 / 20 <= logo.width / logo.height <= 20:
        raise _refused(where, "the logo is more than twenty times as long as it is wide", "cut it to its content")
    return logo


def _svg(data: bytes, where: str) -> Logo:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise _refused(where, "the SVG is not UTF-8", "save it as UTF-8") from exc
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise _refused(where, "the SVG has a DOCTYPE, which can hold entities", "export it as plain SVG")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no DOCTYPE, so no entities; size is bounded
    except ET.ParseError as exc:
        raise _refused(where, f"the SVG is no XML: {exc}", "export it again") from exc
    if root.tag != f"{{{SVG}}}svg":
        raise _refused(where, "the file is no SVG drawing", "export it as SVG")
    if sum(1 for _ in root.iter()) > MOST_SHAPES:
        raise _refused(where, f"the SVG has more than {MOST_SHAPES} shapes", "simplify it, or save it as PNG")
    width, height = _size(root, where)
    return _shaped(Logo(_written(root, where, 0, (width, height)).encode(), "svg", width, height), where)


def _size(root: ET.Element, where: str) -> tuple[float, float]:
    box = [float(v) for v in re.findall(r"-?[0-9]*\.?[0-9]+(?:e-?[0-9]+)?", root.get("viewBox") or "")]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return box[2], box[3]
    sizes = [_LENGTH.fullmatch(root.get(name) or "") for name in ("width", "height")]
    if sizes[0] and sizes[1] and float(sizes[0][1]) > 0 and float(sizes[1][1]) > 0:
        return float(sizes[0][1]), float(sizes[1][1])
    raise _refused(where, "the SVG has no viewBox, width and height", "export it with a viewBox")


def _written(element: ET.Element, where: str, depth: int, size: tuple[float, float] | None = None) -> str:
    """The element again: what shapes need is kept, editors' own data is left out, all else is refused."""
    space, _, name = element.tag.rpartition("}") if isinstance(element.tag, str) else ("{?", "", "a comment")
    if depth > MOST_DEPTH:
        raise _refused(where, "the SVG is nested too deeply", "simplify it")
    if space != f"{{{SVG}":
        return ""  # metadata of drawing programs
    if name == "metadata":
        return ""
    if name not in ELEMENTS:
        raise _refused(
            where, f"the SVG has an element <{name[:40]}>", _REMEDIES.get(name, "a logo is shapes and gradients alone")
        )
    if name in ("title", "desc"):
        return ""  # the document's own words stand for it
    attributes = [("xmlns", SVG)] if depth == 0 else []
    attributes += list(_attributes(element, where))
    if size is not None:
        kept = [(k, v) for k, v in attributes if k not in ("width", "height")]
        box = element.get("viewBox") or f"0 0 {size[0]:g} {size[1]:g}"
        attributes = [(k, v) for k, v in kept if k != "viewBox"] + [
            ("viewBox", box), ("width", f"{size[0]:g}"), ("height", f"{size[1]:g}")]  # fmt: skip
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes)
    inside = "".join(_written(child, where, depth + 1) for child in element)
    return f"<{name}{written}>{inside}</{escape(name)}>"


def _attributes(element: ET.Element, where: str) -> list[tuple[str, str]]:
    pairs = [(key, value) for key, value in element.attrib.items() if key != "style"]
    for declaration in (element.get("style") or "").split(";"):
        key, colon, value = declaration.partition(":")
        if colon:
            pairs.append((key.strip(), value.strip()))
    kept: dict[str, str] = {}
    for key, value in pairs:
        if key.lower().startswith("on"):
            raise _refused(where, f"the SVG has a script in {key[:40]}", "export it without scripts")
        if key.endswith("href"):
            raise _refused(where, "the SVG refers to something (href)", "expand clones and embed nothing")
        if key not in ATTRIBUTES:
            continue
        rest = _REFERENCE.sub("", value)
        if any(word in rest.lower() for word in ("url", "javascript", "expression", "@", "\\")):
            raise _refused(
                where, f"the SVG refers to something outside in {key}", "export it without outside references"
            )
        kept[key] = value
    return list(kept.items())


_REMEDIES = {
    "script": "export it without scripts",
    "image": "draw the picture as shapes, or save the whole logo as PNG",
    "use": "expand clones and symbols to shapes",
    "text": "turn texts to outlines, so that it looks the same everywhere",
    "style": "export it with presentation attributes instead of a style sheet",
    "foreignObject": "export it as plain shapes",
    "a": "export it without links",
}
