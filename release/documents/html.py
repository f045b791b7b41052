"""HTML from Jinja2 templates: autoescaped, undefined names are errors, self-contained."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from release.errors import InternalError
from release.resources import data_dir

if TYPE_CHECKING:
    from jinja2 import Environment


def render_html(template: str, view: object, charts: Mapping[str, str] | None = None) -> str:
    """One self-contained page from a view record.

    Args:
        template: file name in ``templates/html``.
        view: the document's view record; the template sees it as ``view``.
        charts: SVG text by name, made by :mod:`release.documents.svg`, which has escaped it.

    Raises:
        InternalError: when the template cannot be found or rendered.
    """
    from jinja2 import TemplateError
    from markupsafe import Markup

    try:
        page = _environment(data_dir("templates") / "html").get_template(template)
        return page.render(view=view, charts={k: Markup(v) for k, v in (charts or {}).items()}) + "\n"  # noqa: S704
    except TemplateError as exc:
        raise InternalError(f"the template {template} failed: {exc}", where=template) from exc


@cache
def _environment(folder: Path) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def load(name: str) -> str | None:
        # Names come from our own templates only; a plain lookup without parent folders keeps it so.
        path = folder / name
        return path.read_text(encoding="utf-8") if "/" not in name and path.is_file() else None

    return Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
