"""HTML from Jinja2 templates: autoescaped, undefined names are errors, self-contained."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from release.documents.look import PLAIN, Look
from release.errors import InternalError, UsageError
from release.resources import data_dir

if TYPE_CHECKING:
    from jinja2 import Environment


def render_html(template: str, view: object, charts: Mapping[str, str] | None = None, look: Look = PLAIN) -> str:
    """One self-contained page from a view record.

    Args:
        template: file name in ``templates/html``.
        view: the document's view record; the template sees it as ``view``.
        charts: SVG text by name, made by :mod:`release.documents.svg`, which has escaped it.
        look: of the house; the template sees its words as ``house``.

    Raises:
        InternalError: when the template cannot be found or rendered.
        UsageError: when it cannot, and a house's own templates stand in.
    """
    from jinja2 import TemplateError
    from markupsafe import Markup

    try:
        page = _environment(data_dir("templates") / "html", look.templates).get_template(template)
        drawn = {k: Markup(v) for k, v in (charts or {}).items()}  # noqa: S704
        return page.render(view=view, charts=drawn, house=look.for_html()) + "\n"
    except (TemplateError, *_FAULTS) as exc:
        if look.templates:
            raise UsageError(
                f"with the project's own templates {template} failed: {exc}",
                remedy="mend them, or leave documents.templates out",
            ) from exc
        raise InternalError(f"the template {template} failed: {exc}", where=template) from exc


_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the expressions of a template can raise besides Jinja's own errors."""


@cache
def _environment(folder: Path, own: tuple[tuple[str, bytes], ...]) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    in_place = {name.removeprefix("html/"): data for name, data in own if name.startswith("html/")}

    def load(name: str) -> str | None:
        # Names come from our own templates only; a plain lookup without parent folders keeps it so.
        if name in in_place:
            return in_place[name].decode("utf-8")
        path = folder / name
        return path.read_text(encoding="utf-8") if "/" not in name and path.is_file() else None

    # Templates of a house are trusted, and still have no way to anything but the view.
    kind = ImmutableSandboxedEnvironment if in_place else Environment
    return kind(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
