"""The published schema and manual are those of the models, and editors get along with what users write."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from written_manifests import SMALL, WHOLE, load, small

from release.manifest.keys import all_models, keys
from release.manifest.manual import BEGIN, END, key_tables, update_manual
from release.manifest.schema import RECORD_SCHEMA, format_schema, json_schemas, project_schema
from release.manifest.targets import SERVICES, Project

ROOT = Path(__file__).parents[3]


def _as_editors_read(text: str):
    def plain(node):
        if isinstance(node, dict):
            return {str(key): plain(item) for key, item in node.items()}
        if isinstance(node, list):
            return [plain(item) for item in node]
        return node.isoformat() if isinstance(node, date) else node

    return plain(yaml.safe_load(text))


def _errors(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(project_schema())
    return [f"{'.'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(_as_editors_read(text))]


@pytest.mark.parametrize("name", sorted(json_schemas()))
def test_the_schema_in_the_repository_is_the_models(name):
    written = (ROOT / "schemas" / name).read_text(encoding="utf-8")

    assert written == format_schema(json_schemas()[name]), "run python -m release.manifest.schema"


def test_the_records_schema_in_the_repository_is_the_records():
    from release.record import record_schema

    written = (ROOT / "schemas" / RECORD_SCHEMA).read_text(encoding="utf-8")
    assert written == format_schema(record_schema()), "run python -m release.manifest.schema"


def test_the_schemas_of_what_people_sign_are_the_models():
    from release.signoff.seal import shipment_schema
    from release.signoff.statement import statement_schemas

    for name, schema in {**statement_schemas(), "shipment.schema.json": shipment_schema()}.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        written = (ROOT / "schemas" / name).read_text(encoding="utf-8")
        assert written == format_schema(schema), "run python -m release.manifest.schema"


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(project_schema())


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        SMALL,
        small(track="gap: 2").replace("title: One", "title: 1999"),
        small(release="release_date: 2026-12-04, barcode: 4006381333931").replace("title: One", "title: No"),
        SMALL.replace("title: One", "title: null"),
        small(target="streaming: "),
        small(target="vinyl: {sides: auto, speed: 45}"),
        small(target="cd: {text: false}"),
        small(target="web: {kind: download, bit_depth: 16, files: [{format: wav, chunks: none}]}"),
        small(track="gap: {length: 3 s, fill: tone.wav}, fade_out: 4 s, explicit: no"),
        small(track="process: [{highpass: {frequency: 25, slope: 24}}, {gain: -1 dB}]"),
    ],
)
def test_what_the_loader_takes_editors_take(text):
    load(text)

    assert _errors(text) == []


@pytest.mark.parametrize(
    "text",
    [
        small(track="titel: x"),
        small(target="web: {files: [flac]}"),
        small(target="cd: {files: [flac]}"),
        small(target="streaming: {files: [flac2]}"),
        small(target="streaming: {kind: cd, names: x}"),
        small(track="fade_in: {curve: linear}"),
        small(track="process: [{highpass: {frequenzy: 25}}]"),
        SMALL.replace("version: 1", "version: 2"),
        SMALL.replace("source: one.wav", "title2: x"),
        small(target="vinyl: {sides: both}"),
    ],
)
def test_what_the_loader_refuses_editors_mark(text):
    assert _errors(text)


def test_every_key_has_a_sentence():
    for model, places in all_models().items():
        for key, info in keys(model).items():
            text = info.description or ""
            assert text.endswith("."), f"{places[0]}.{key}: {text!r}"
            assert text[0].isupper() or text.startswith(("dB", "id@")), f"{places[0]}.{key}: {text!r}"


def test_every_default_in_the_schema_is_one_that_the_loader_takes():
    schema = project_schema()

    def defaults(node, path=""):
        if isinstance(node, dict):
            if "default" in node:
                yield path, node["default"]
            for key, item in node.items():
                yield from defaults(item, f"{path}/{key}")
        elif isinstance(node, list):
            for i, item in enumerate(node):
                yield from defaults(item, f"{path}/{i}")

    found = dict(defaults(schema))
    assert len(found) > 60
    json.dumps(found)
    validator = jsonschema.Draft202012Validator
    for path, value in found.items():
        node = schema
        for part in path.split("/")[1:]:
            node = node[int(part)] if isinstance(node, list) else node[part]
        rest = {"$defs": schema["$defs"], **{k: v for k, v in node.items() if k != "default"}}
        assert not list(validator(rest).iter_errors(value)), f"{path}: {value!r}"


def test_the_manual_lists_every_key_as_the_models_have_it():
    manual = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")

    assert manual == update_manual(manual), "run python -m release.manifest.schema"
    tables = manual.partition(BEGIN)[2].partition(END)[0]
    for model in all_models():
        for key in keys(model):
            assert f"`{key}`" in tables, f"{model.__name__}.{key}"


def test_the_manual_without_its_marks_is_an_error():
    with pytest.raises(ValueError, match="lost the marks"):
        update_manual("# The manifest\n")
    assert "| `sample_rate` |" in key_tables()


def test_the_manuals_example_loads():
    manual = (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8")
    example = manual.partition("```yaml\n")[2].partition("```")[0]

    assert [t.id for t in load(example).project.tracks] == ["departure", "tide"]


def test_the_keys_of_the_contract_are_in_the_model():
    """Every key that the whole example writes is a field; so are those that only the text around it names."""
    named = {
        "tracks[]": {"track_start", "pause", "level_group", "level_offset", "unjoined", "versions", "work", "hidden", "index",
                     "copy", "pre_emphasis", "trim", "indexes", "translations", "explicit", "artists", "writers", "credits", "message"},
        "sequence": {"sample_rate", "gap", "process", "discs", "cuts", "track_start"},
        "targets.*.level": {"match", "loudness", "ceiling", "anchor", "as", "limiter", "held_back", "lossy_ceiling"},
        "targets.*.level.limiter": {"max_reduction", "release", "look_ahead", "link"},
        "targets.streaming": {"tracks", "gaps", "process", "gain", "without", "version", "missing", "edition", "hidden",
                              "gaps_in_files", "names", "services", "files", "sample_rate", "bit_depth", "dither", "level", "kind"},
        "targets.cd": {"images", "text", "discs", "copy", "dither", "edition"},
        "targets.cd.text": {"languages", "packs"},
        "targets.vinyl": {"size", "speed", "sides", "matrix", "locked_groove", "notes"},
        "targets.cassette": {"tape", "sides", "head"},
        "tracks[].crossfade": {"length", "curve", "out", "in"},
        "tracks[].unjoined": {"tail", "head", "gap"},
        "tracks[].work": {"title", "composer", "movement", "movement_title"},
    }  # fmt: skip
    by_place = {place: set(keys(model)) for model, places in all_models().items() for place in places}

    assert {place: wanted - by_place[place] for place, wanted in named.items() if wanted - by_place[place]} == {}


def test_services_are_those_that_the_checks_know():
    data = json.loads((ROOT / "release" / "qc" / "data" / "services.json").read_text(encoding="utf-8"))

    assert set(SERVICES) == set(data.get("services", data))


def test_the_manifest_loads_no_audio_code():
    code = (
        "import sys, release.manifest.load, release.manifest.schema\n"
        "print(sorted({'numpy', 'numba', 'scipy', 'av', 'soundfile', 'soxr', 'pedalboard', 'mutagen', 'typer'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[]"


def test_the_root_model_is_documented():
    assert Project.model_json_schema()["properties"]["targets"]
