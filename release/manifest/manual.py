"""The key tables of ``docs/manifest.md``, made from the models, so that no key is undocumented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic.fields import FieldInfo

from release.dsp.steps.kind import REGION
from release.dsp.steps.registry import STEP_KINDS
from release.manifest.fields import ManifestModel
from release.manifest.keys import all_models, keys
from release.manifest.process import Step
from release.manifest.project import Edition
from release.manifest.schema import plain_default
from release.manifest.targets import KINDS, DownloadTarget, StreamingTarget, TargetBase
from release.model.programme import Value

BEGIN = "<!-- keys: made from the models by `python -m release.manifest.schema`; edit descriptions there -->"
END = "<!-- end of keys -->"


def update_manual(text: str) -> str:
    """The manual with its key tables made again.

    Raises:
        ValueError: the marks around the tables are missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("docs/manifest.md has lost the marks around its key tables")
    return f"{before}{BEGIN}\n\n{key_tables()}\n{END}{after}"


def key_tables() -> str:
    """A table of keys, defaults and meanings for every mapping of the manifest, then one for processing steps."""
    parts = []
    for model, places in all_models().items():
        if model is Step or any("process[]" in place for place in places):
            continue
        if model is StreamingTarget:
            parts.append(_table(("targets.*",), "Every kind of target has these keys.", keys(TargetBase)))
        parts.append(_table(places, (model.__doc__ or "").partition("\n")[0], _own_keys(model)))
    parts.append(_steps())
    return "\n".join(parts)


def _own_keys(model: type[ManifestModel]) -> dict[str, FieldInfo]:
    """The keys that a table lists: those of all targets, and of editions, stand in other tables."""
    if model is Edition:
        return {}
    known: dict[str, FieldInfo] = {}
    if model is DownloadTarget:
        known = keys(StreamingTarget)
    elif issubclass(model, TargetBase):
        known = keys(TargetBase)
    own = {key: info for key, info in keys(model).items() if key not in known}
    return dict(sorted(own.items(), key=lambda pair: (not pair[1].is_required(), pair[0] != "kind")))


def _table(places: Sequence[str], text: str, fields: Mapping[str, FieldInfo]) -> str:
    head = ", ".join(f"`{place}`" for place in _short(places) if place) or "The file"
    lines = [f"### {head}", "", text, ""]
    if fields:
        lines += ["| key | default | meaning |", "|---|---|---|"]
        lines += [f"| `{key}` | {_default(info)} | {_cell(info.description or '')} |" for key, info in fields.items()]
        lines.append("")
    return "\n".join(lines)


def _short(places: Sequence[str]) -> list[str]:
    """The places, those that all kinds of targets have in common written once."""
    made: list[str] = []
    for place in places:
        head, _, key = place.removeprefix("targets.").partition(".")
        is_everywhere = head in KINDS and all(f"targets.{kind}.{key}" in places for kind in KINDS)
        made.append(f"targets.*.{key}" if is_everywhere else place)
    return list(dict.fromkeys(made))


def _default(info: FieldInfo) -> str:
    """The default of a field for people; empty where there is nothing, or where the meaning says it."""
    if info.is_required():
        return "required"
    value = plain_default(info.default)
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{value}`".replace("'", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _plain(value: Value | None) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _steps() -> str:
    """Processing steps with their parameters, units and ranges, from the registry."""
    lines = [
        "### Processing steps: `process[]`", "",
        "A step is a mapping of its kind to its parameters; a `name` beside the kind lets a target leave it out, and",
        "`channels` says what it acts on: `both` (default), `left`, `right`, `mid` (L + R)/2 or `side` (L - R)/2. Each",
        "step has a paragraph and a figure in [steps.md](steps.md).", "",
        "| step | parameter | unit | range | default | meaning |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for kind, step in STEP_KINDS.items():
        if not step.parameters:
            lines.append(f"| `{kind}` |  |  |  |  | {_cell(step.doc.partition(chr(10))[0])} |")
        for name, entry in step.parameters.items():
            values = ", ".join(f"`{c}`" for c in entry.choices)
            values = values or (
                "" if entry.is_text or entry.unit == REGION else f"{entry.minimum:g} to {entry.maximum:g}"
            )
            values += ", or one for each band" if entry.is_many else ""
            default = (
                "required" if entry.required else f"`{_plain(entry.default)}`" if entry.default not in ("", ()) else ""
            )
            lines.append(f"| `{kind}` | `{name}` | {entry.unit} | {values} | {default} | {_cell(entry.doc)} |")
    lines.append("")
    return "\n".join(lines)
