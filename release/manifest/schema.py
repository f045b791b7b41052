"""JSON Schemas for editors and other programs, made from the models.

``python -m release.manifest.schema`` writes ``schemas/`` and the key tables of ``docs/manifest.md`` again.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from release.manifest.fields import Json, ManifestModel
from release.manifest.keys import all_models, key_of
from release.manifest.scalars import TimeValue
from release.manifest.targets import KINDS, TARGET_MODELS, Project

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PROJECT_SCHEMA = "project.schema.json"
RECORD_SCHEMA = "record.schema.json"


def plain_default(value: Any) -> Any:
    """A default as it would be written in the manifest; None when nothing is written."""
    if isinstance(value, TimeValue):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, ManifestModel):
        own = value.model_fields_set
        if value.shorthand and own <= {value.shorthand}:
            return plain_default(getattr(value, value.shorthand))
        return {key_of(n, i): plain_default(getattr(value, n)) for n, i in type(value).model_fields.items() if n in own}
    if isinstance(value, tuple):
        return [plain_default(item) for item in value]
    return value


class _Generator(GenerateJsonSchema):
    """The library's generator with defaults in the manifest's own words."""

    def encode_default(self, dft: Any) -> Any:
        """The default as it would be written."""
        return plain_default(dft)


def project_schema() -> Json:
    """The JSON Schema (draft 2020-12) of ``project.yaml``."""
    raw = Project.model_json_schema(by_alias=True, schema_generator=_Generator)
    schema: Json = _tidy(raw)
    definitions: Json = schema["$defs"]
    for entry in definitions["Edition"]["properties"].values():
        entry.pop("default", None)  # an edition's key that is left out is the release's
    for model in all_models():
        if model.shorthand and model.__name__ in definitions:
            definitions[model.__name__] = _with_shorthand(definitions[model.__name__], model)
    schema["properties"]["targets"] = _targets(schema["properties"]["targets"]["description"])
    return {"$schema": DRAFT, "title": "release project", **schema}


def json_schemas() -> dict[str, Json]:
    """Every JSON Schema that this package owns, by file name."""
    return {PROJECT_SCHEMA: project_schema()}


def _tidy(node: Any) -> Any:
    """Take out what only pydantic needs: titles of fields, nulls of optional keys; put in further forms."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    made: Json = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):
            made[key] = {name: _tidy(item) for name, item in value.items()}
        elif key == "default":
            if value is not None:
                made[key] = value
        elif key != "title":
            made[key] = _tidy(value)
    if "anyOf" in made:
        made["anyOf"] = [form for form in made["anyOf"] if form != {"type": "null"}]
    further = made.pop("x-also", [])
    if "anyOf" in made and len(made["anyOf"]) == 1 and not further:
        (only,) = made.pop("anyOf")
        made = {**only, **made}
    elif further:
        made["anyOf"] = [*_forms(made), *further]
    return made


def _forms(schema: Json) -> list[Json]:
    """The forms of a property, taken out of it; its description and default stay."""
    if "anyOf" in schema:
        forms: list[Json] = schema["anyOf"]
        return forms
    inner = {key: schema.pop(key) for key in list(schema) if key not in ("description", "default")}
    return [inner]


def _with_shorthand(schema: Json, model: type[ManifestModel]) -> Json:
    """A mapping that may also be written as the scalar of one of its keys."""
    info = model.model_fields[model.shorthand]
    scalar = {k: v for k, v in schema["properties"][key_of(model.shorthand, info)].items() if k != "default"}
    return {"description": schema.get("description", ""), "anyOf": [scalar, schema]}


def _targets(description: str) -> Json:
    """Targets by name: the kind may be left out where the name is a kind."""
    references = {kind: {"$ref": f"#/$defs/{model.__name__}"} for kind, model in TARGET_MODELS.items()}
    by_kind = [
        {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": references[kind]}
        for kind in KINDS
    ]
    written = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": list(KINDS)}}, "allOf": by_kind}
    named = {
        kind: {
            "if": {"type": "object", "required": ["kind"]},
            "then": written,
            "else": {"anyOf": [references[kind], {"type": "null"}]},
        }
        for kind in KINDS
    }
    return {
        "type": "object",
        "description": description,
        "minProperties": 1,
        "properties": named,
        "additionalProperties": written,
    }


def format_schema(schema: Mapping[str, Any]) -> str:
    """A schema as the text of its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def _record_schema() -> Json | None:
    """The schema of release.json, from the layer above, where it is there; by name, as imports point down only."""
    if importlib.util.find_spec("release.record") is None:
        return None
    make = getattr(importlib.import_module("release.record"), "record_schema", None)
    return make() if make else None


def _statement_schemas() -> dict[str, Json]:
    """The schemas of approvals and reviews, from the layer above; by name, as imports point down only."""
    made: dict[str, Json] = importlib.import_module("release.signoff.statement").statement_schemas()
    return {**made, "shipment.schema.json": importlib.import_module("release.signoff.seal").shipment_schema()}


def main(folder: Path) -> None:
    """Write all schemas, and the key tables of the manual, below a checkout."""
    from release.manifest.manual import update_manual

    schemas = {**json_schemas(), **_statement_schemas()}
    record = _record_schema()
    if record is not None:
        schemas[RECORD_SCHEMA] = record
    (folder / "schemas").mkdir(exist_ok=True)
    for name, schema in schemas.items():
        (folder / "schemas" / name).write_text(format_schema(schema), encoding="utf-8")
    manual = folder / "docs" / "manifest.md"
    manual.write_text(update_manual(manual.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2])
