from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from release.cli import app
from release.cli.clean import parse_size
from release.cli.findings import finding_lines
from release.errors import (
    InternalError,
    LockedError,
    ManifestError,
    MissingProgram,
    Problem,
    RenderError,
    SignoffError,
    SourceError,
    UsageError,
    VerificationError,
)
from release.model.finding import Finding, Status
from release.pipeline.event import Event
from release.pipeline.plan import PlannedStep
from release.pipeline.reason import Reason
from release.pipeline.step import Stage, StageResult, Step

FINDING = Finding(
    "audio/clipping",
    Status.FAIL,
    "clipped",
    "Tide sticks at full scale for 12 samples",
    "Ask for a new mix",
    None,
    "tide",
)
WAIVED = Finding("audio/dc", Status.WARN, "dc", "an offset", waived="it is the sound")
RECORD = {
    "targets": {
        "streaming": {"kind": "streaming", "status": "passed", "deliverables": [{"bytes": 1_500_000}, {"bytes": 10}]},
        "cd": {"kind": "cd", "status": "failed", "deliverables": [{"bytes": 500_000_000}]},
    }
}


def check_width(text: str) -> None:
    assert [line for line in text.splitlines() if len(line) > 80] == []


def build_result(status: str, findings: tuple[Finding, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(status=status, findings=findings, places={}, record=RECORD, output=Path("build"))


@pytest.mark.parametrize("name", app.SUMMARIES)
def test_every_command_teaches(release, name: str) -> None:
    ended = release(name, "--help")

    assert ended.code == 0
    assert app.SUMMARIES[name] in ended.out
    assert f"  release {name}" in ended.out  # an example
    assert "--json" in ended.out
    assert "--debug" in ended.out
    assert "\\b" not in ended.out
    check_width(ended.out)


def test_help_lists_every_command(release) -> None:
    ended = release("--help")

    assert ended.code == 0
    assert all(f"  {name} " in ended.out for name in app.SUMMARIES)
    check_width(ended.out)


def test_no_command_shows_help_and_is_a_usage_error(release) -> None:
    ended = release()

    assert ended.code == 2
    assert "Commands:" in ended.out


def test_version(release) -> None:
    from release import __version__

    assert release("--version").out == f"release {__version__}\n"


def test_a_wrong_command_is_answered_with_the_right_one(release) -> None:
    ended = release("bild")

    assert ended.code == 2
    assert "'build'" in ended.err
    assert ended.out == ""


def test_a_wrong_option_in_json(release) -> None:
    ended = release("build", "x", "--json", "--colour")

    error = json.loads(ended.out)["error"]
    assert (ended.code, error["code"], error["exit"]) == (2, "usage", 2)
    assert "--colour" in error["message"]


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (UsageError, 2, "usage"),
        (ManifestError, 3, "manifest"),
        (SourceError, 4, "source"),
        (MissingProgram, 5, "missing-program"),
        (RenderError, 6, "render"),
        (VerificationError, 7, "verification"),
        (LockedError, 8, "locked"),
        (SignoffError, 9, "signoff"),
        (InternalError, 70, "internal"),
    ],
)
def test_every_error_has_its_exit_code_and_no_traceback(release, operations, error, code: int, word: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("it went wrong", where="a.wav", remedy="mend it")

    operations.build_project = fail

    text, as_json = release("build", "."), release("build", ".", "--json")

    assert (text.code, as_json.code) == (code, code)
    assert text.err == "error: a.wav: it went wrong\n    mend it\n"
    assert text.out == ""
    shown = json.loads(as_json.out)["error"]
    assert (shown["code"], shown["exit"], shown["message"]) == (word, code, "it went wrong")
    assert shown["problems"] == [{"where": "a.wav", "problem": "it went wrong", "remedy": "mend it", "code": word}]


def test_a_heading_that_counts_is_not_counted_again(release, operations) -> None:
    def fail(*_: object, **__: object) -> None:
        problems = [Problem(f"bad.yaml:{n}:1", "the key is unknown") for n in (1, 2)]
        raise ManifestError("2 problems in bad.yaml", problems=problems)

    operations.check_project = fail

    assert release("check", "bad.yaml").err.splitlines()[0] == "2 problems in bad.yaml"


def test_what_one_waiver_covers_is_one_line() -> None:
    def waived(target: str, track: str | None) -> Finding:
        return replace(WAIVED, target=target, track=track)

    findings = [waived("hires", "tide"), waived("hires", "coda"), waived("master", "tide"), WAIVED]
    findings += [replace(WAIVED, source="tone.wav", waived="room tone")]

    assert list(finding_lines(findings, places={}, width=200)) == [
        "waived audio/dc [hires tide, hires coda, master tide] 4 times: it is the sound",
        "waived audio/dc [tone.wav]: room tone",
    ]


def test_all_problems_of_a_manifest_are_shown(release, operations) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ManifestError(
            "project.yaml cannot be used",
            problems=[
                Problem("project.yaml:3:1", "unknown key titel", "Did you mean title?", "unknown-key"),
                Problem("project.yaml:9:2", "x"),
            ],
        )

    operations.check_project = fail

    ended = release("check", "project.yaml")

    assert ended.code == 3
    assert ended.err.splitlines() == [
        "project.yaml cannot be used: 2 problems",
        "project.yaml:3:1: unknown key titel",
        "    Did you mean title?",
        "project.yaml:9:2: x",
    ]


def test_a_fault_of_ours_is_short_unless_debugged(release, operations) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    operations.build_project = fail

    short, long = release("build", "."), release("build", ".", "--debug")

    assert (short.code, long.code) == (70, 70)
    assert "Traceback" not in short.err
    assert "ZeroDivisionError: oops" in short.err
    assert "Traceback" in long.err


def test_ctrl_c(release, operations) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    operations.build_project = fail

    assert release("build", ".").code == 130
    assert json.loads(release("build", ".", "--json").out)["error"]["exit"] == 130


def test_build_passes_its_options_on_and_tells_the_verdict(release, operations, tmp_path) -> None:
    given = {}

    def build_project(path: Path, **options: object) -> SimpleNamespace:
        given.update(options, path=path)
        return build_result("passed", (WAIVED,))

    operations.build_project = build_project
    ended = release(
        "build", str(tmp_path), "--target", "cd", "-t", "vinyl", "-o", "out", "-j", "3", "--source-root", "/a"
    )

    assert ended.code == 0
    assert given["path"] == tmp_path / "project.yaml"
    assert given["targets"] == ["cd", "vinyl"]
    assert (given["output"], given["jobs"], given["source_roots"]) == (Path("out"), 3, [Path("/a")])
    assert "cd         cd         failed      1  500.0 MB" in ended.out
    assert "passed: no findings; 3 files in build" in ended.out
    assert "waived audio/dc: it is the sound" in ended.out
    check_width(ended.out)


def test_a_failed_build_is_exit_code_1_with_its_findings(release, operations) -> None:
    operations.build_project = lambda *_, **__: build_result("failed", (FINDING,))

    text, as_json = release("build", "."), release("build", ".", "--json")

    assert (text.code, as_json.code) == (1, 1)
    assert "FAIL  audio/clipping [tide]\n      Tide sticks at full scale" in text.out
    assert "      > Ask for a new mix" in text.out
    assert "failed: 1 failure;" in text.out
    data = json.loads(as_json.out)
    assert data["status"] == "failed"
    assert data["findings"][0]["check"] == "audio/clipping"
    assert data["record"] == RECORD


def test_check(release, operations) -> None:
    operations.check_project = lambda *_, **__: SimpleNamespace(
        status="failed",
        findings=(FINDING,),
        places={"tide": "project.yaml:13:3"},
        title="Night Ferry",
        artist="The Harbour Lights",
        n_tracks=4,
        targets=("cd",),
        untrusted=(),
    )

    ended = release("check", "p.yaml")

    assert ended.code == 1
    assert ended.out.startswith("The Harbour Lights: Night Ferry - 4 tracks, targets cd\n")
    assert ended.out.endswith("not fit for release: 1 failure\n")
    assert "FAIL  audio/clipping [tide] project.yaml:13:3\n" in ended.out


def planned(action: str, *reasons: Reason) -> PlannedStep:
    step = Step(f"cd/{action}", Stage("s", 1, lambda _: StageResult(), "fact"))
    return PlannedStep(step, action, reasons, None, None, None, ())


def test_plan(release, operations) -> None:
    long = Reason("param", "title", "a" * 90, "b" * 90)
    steps = [planned("stored"), planned("run", long), planned("maybe", Reason("depends", "measure/a"))]
    operations.plan_project = lambda *_, **__: SimpleNamespace(
        steps=steps, files=["cd/a.wav"], notes=["note"], output=Path("b")
    )

    short, long_, as_json = release("plan", "."), release("plan", ".", "-v"), release("plan", ".", "--json")

    assert "cd/stored" not in short.out
    assert "cd/stored" in long_.out
    assert "may run  cd/maybe  depends on measure/a" in short.out
    assert "1 step would run, 1 may run, 1 stored; the build has 1 file" in short.out
    assert [s["action"] for s in json.loads(as_json.out)["steps"]] == ["stored", "run", "maybe"]
    check_width(short.out)
    check_width(long_.out)


def test_explain(release, operations) -> None:
    operations.explain_step = lambda *_, **__: planned("run", Reason("first-run"))

    ended = release("explain", ".", "cd/run")

    assert "because   first run" in ended.out
    assert json.loads(release("explain", ".", "cd/run", "--json").out)["action"] == "run"


def test_measure(release, operations) -> None:
    keys = (
        "integrated_lufs",
        "range_lu",
        "max_short_term_lufs",
        "max_momentary_lufs",
        "true_peak_dbtp",
        "sample_peak_dbfs",
    )
    loud = {"path": "mixes/a very long name of a file that goes on and on for ever.wav", **dict.fromkeys(keys, -14.04)}
    silent = {"path": "silence.wav", **dict.fromkeys(keys)}
    operations.measure_files = lambda *_, **__: [loud, silent]

    text, as_json = release("measure", "a.wav", "b.wav"), release("measure", "a.wav", "--json")

    assert "silence.wav" in text.out
    assert text.out.count("-14.0") == 6
    assert json.loads(as_json.out)["files"] == [loud, silent]
    check_width(text.out)


def test_verify(release, operations) -> None:
    rest = {
        "kind": "DDP set",
        "warnings": [],
        "unproved": [],
        "not_provable": ["DDPID: the master id"],
        "disc": None,
    }
    good = SimpleNamespace(checked=["all times agree"], problems=[], **rest)
    bad = SimpleNamespace(checked=[], problems=[Problem("IMAGE.DAT", "is short", "copy it again")], **rest)
    operations.verify_path = lambda *_, **__: good
    assert release("verify", "x").code == 0
    operations.verify_path = lambda *_, **__: bad

    ended = release("verify", "x")

    assert ended.code == 7
    assert "IMAGE.DAT: is short" in ended.out
    assert json.loads(release("verify", "x", "--json").out)["status"] == "failed"


def test_init_and_report(release, operations) -> None:
    operations.scaffold_folder = lambda folder: SimpleNamespace(
        path=folder / "project.yaml", written=[folder / "project.yaml"], notes=["one file has no tags"]
    )
    operations.report_project = lambda *_, **__: [Path("build/report/qc-report.html")]

    assert "next: release check album/project.yaml" in release("init", "album").out
    assert release("report", ".").out == "build/report/qc-report.html\n"


def test_checks(release) -> None:
    everything, one, unknown = (
        release("checks"),
        release("checks", "audio/clipping"),
        release("checks", "audio/clippin"),
    )

    assert "audio/clipping" in everything.out
    check_width(everything.out)
    assert "Remedy: " in one.out
    check_width(one.out)
    assert unknown.code == 2
    assert "audio/clipping" in unknown.err
    assert len(json.loads(release("checks", "--json").out)["checks"]) > 20
    assert "Limits (2026-11): warn_runs 10, warn_run_samples 6." in release("checks", "audio/clipping").out
    assert "Limits" not in release("checks", "cd/structure").out


def test_schema(release, tmp_path) -> None:
    printed = json.loads(release("schema").out)
    written = release("schema", "project", "--write", str(tmp_path))

    assert written.code == 0
    assert json.loads((tmp_path / "project.schema.json").read_text()) == printed
    assert release("schema", "project", "--write", str(tmp_path / "none")).code == 6
    assert release("schema", "nonsense").code == 2


def test_doctor(release) -> None:
    text, data = release("doctor"), json.loads(release("doctor", "--json").out)

    assert text.code == 0
    assert "numpy" in text.out
    assert {found["name"] for found in data["libraries"]} >= {"av", "numba", "soxr", "typst"}
    assert data["cache"]["bytes"] == 0


def test_doctor_names_the_version_of_a_source_run_too(release) -> None:
    from release import __version__

    assert json.loads(release("doctor", "--json").out)["release"] == __version__


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full (Linux)")
@pytest.mark.parametrize(
    ("arguments", "code"), [(["checks"], 6), (["schema", "--json"], 6), (["measure", "--json", "nothing.wav"], 4)]
)
def test_a_full_disk_behind_stdout_is_told(arguments: list[str], code: int) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "release", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (ended.returncode, "Traceback" in ended.stderr) == (code, False)
    assert "No space left" in ended.stderr


def test_doctor_knows_every_required_library() -> None:
    import re
    import tomllib

    from release.cli.doctor import _LIBRARIES

    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    required = {re.split(r"[<>=!~ ]", line)[0] for line in project["dependencies"]}
    assert required - {"typer"} == {name for name, _ in _LIBRARIES}


def test_clean(release, tmp_path) -> None:
    from release.pipeline.cache import Cache

    cache = Cache(tmp_path / "cache")
    cache.prepare()
    cache.store("ab" * 32, "s", {"x": 1}, {})

    assert json.loads(release("clean", "--json").out)["results"] == 1
    assert json.loads(release("clean", "--keep", "0 B", "--json").out)["results"] == 0
    assert release("clean", "--keep", "much").code == 2
    assert release("clean", "--keep", "5 GB", "--all").code == 2


def test_clean_leaves_the_kernels_of_other_caches(release, tmp_path, monkeypatch) -> None:
    """Kernels belong to the user, not to the folder of RELEASE_CACHE; without it they are removed and counted."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("RELEASE_CACHE", str(tmp_path / "own"))
    kernel = tmp_path / "user/release-audio/kernels/abc/limiter.nbc"
    kernel.parent.mkdir(parents=True)
    kernel.write_bytes(bytes(1000))

    kept = json.loads(release("clean", "--all", "--json").out)["removed_bytes"], kernel.exists()
    monkeypatch.delenv("RELEASE_CACHE")
    removed = json.loads(release("clean", "--all", "--json").out)["removed_bytes"], kernel.exists()

    assert (kept, removed) == ((0, True), (1000, False))


@pytest.mark.parametrize(("text", "n_bytes"), [("5 GB", 5 * 10**9), ("500MB", 5 * 10**8), ("1.5 k", 1500), ("7", 7)])
def test_parse_size(text: str, n_bytes: int) -> None:
    assert parse_size(text) == n_bytes


def test_progress_in_a_pipe_is_a_few_plain_lines(release, operations) -> None:
    def build_project(path: Path, *, on_event, **_: object) -> SimpleNamespace:
        on_event(Event("phase", title="reading sources"))
        on_event(Event("start", n_steps=1000))
        for n in range(1000):
            on_event(Event("finished", f"s/{n}", "t", n / 1000, n, 0, 1000))
        on_event(Event("done", "", "", 1.0, 900, 100, 1000))
        return build_result("passed")

    operations.build_project = build_project

    plain, quiet, verbose = release("build", "."), release("build", ".", "-q"), release("build", ".", "-v")

    assert plain.err.splitlines() == ["reading sources", "900 steps made, 100 stored"]
    assert quiet.err == ""
    assert "  made  s/7\n" in verbose.err
    assert "\x1b" not in plain.err + plain.out


FORBIDDEN = (
    "numpy",
    "numba",
    "av",
    "pedalboard",
    "soundfile",
    "soxr",
    "scipy",
    "pyloudnorm",
    "mutagen",
    "typst",
    "jinja2",
    "PIL",
    "rich",
)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["build", "--help"], ["schema"], ["checks"], ["doctor"], ["--version"]]
)
def test_light_commands_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from release.cli.entry import run; code = run(sys.argv[2:]);"
        "print([m for m in sys.argv[1].split(',') if m in sys.modules], code, file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, ",".join(FORBIDDEN), *arguments], capture_output=True, text=True, check=True
    )

    assert ended.stderr.splitlines()[-1] == "[] 0"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "release", "checks", "-v"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert errors == b""
    assert process.returncode == 0


def test_the_library_offers_what_the_commands_ask_for() -> None:
    import inspect

    import release.operations
    from release.cli.ops import Operations

    for name, wanted in inspect.getmembers(Operations, inspect.isfunction):
        if name.startswith("_"):
            continue
        offered = inspect.signature(getattr(release.operations, name)).parameters
        asked = [p for p in inspect.signature(wanted).parameters if p != "self"]
        assert [p for p in asked if p not in offered] == [], name


def test_every_command_option_and_exit_code_is_documented(release) -> None:
    import re

    from release.errors import ExitCode

    text = (Path(__file__).parents[3] / "docs" / "commands.md").read_text()

    assert [name for name in app.SUMMARIES if f"`release {name}" not in text] == []
    assert [code for code in ExitCode if f"\n| {int(code)} |" not in text] == []
    options = {o for name in app.SUMMARIES for o in re.findall(r"  (?:-\w, )?(--[a-z-]+)", release(name, "--help").out)}
    assert [o for o in sorted(options - {"--help"}) if f"`{o}" not in text] == []
