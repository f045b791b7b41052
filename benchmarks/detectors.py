"""Plants faults in music-like sound, and counts what the checks find, and what they find where nothing is.

    python benchmarks/detectors.py [--quick] [--only click,dropout] [--music FOLDER] [--write]

Every planted file and every clean piece goes through the real pass over a source (``release.audio.scan``) and the real
checks. Clean pieces are composed anew each time (``clean_music.py``, two hours of 13 styles). With ``--music`` any
files that ffmpeg decodes are listened to as well; what is found in them is told apart, since real music has real faults.
``--write`` puts the figures into ``release/qc/data/detectors.json`` and the table into ``docs/checks.md``; with
``--only`` those of the named faults alone, and of their checks; with ``--no-clean`` or ``--no-faults`` the other half
stays as it was. Exit code 1 when a check that warns misses the aim.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import soundfile  # noqa: E402
from clean_music import compose, pieces, words  # noqa: E402
from faults.ending import whole_and_parted  # noqa: E402
from faults.fault import Fault, Host, source_contexts  # noqa: E402
from faults.projects import programme_context  # noqa: E402
from faults.registry import FAULTS  # noqa: E402

from release.audio.probe import probe  # noqa: E402
from release.audio.scan import scan  # noqa: E402
from release.model.finding import Finding, Status  # noqa: E402
from release.model.source import SourceFacts  # noqa: E402
from release.qc.registry import CHECKS  # noqa: E402
from release.qc.runner import run_checks  # noqa: E402

DATA = ROOT / "release" / "qc" / "data" / "detectors.json"
PAGE = ROOT / "docs" / "checks.md"
AS_OF = "2026-11"
HOST_S = 14.0
DELIVERED = frozenset(
    {"fades/end", "fades/start", "joins/click", "stereo/balance", "stereo/bass-correlation", "stereo/mono-loss"}
)
"""Checks of delivered tracks, which are measured for them alone."""
PER_HOST = 2
"""Places in each host that a fault is planted at, one file each."""


def scanned(files: Mapping[str, np.ndarray], rate_hz: int, bits: int, folder: Path) -> dict[str, SourceFacts]:
    """What a build knows of these files."""
    facts = {}
    for name, audio in files.items():
        path = folder / f"{name}.wav"
        soundfile.write(path, words(audio, bits), rate_hz, subtype=f"PCM_{bits}")
        facts[f"{name}.wav"] = scan(path, probe(path))
        path.unlink()
    return facts


def judged(contexts: Iterable[object], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """What the checks of some ids say."""
    return run_checks(contexts, checks={i: c for i, c in CHECKS.items() if i in wanted}).findings


def plant_all(faults: Iterable[Fault], hosts: list[Host], folder: Path) -> dict[str, dict[float, list[int]]]:
    """Hits and files planted of each fault at each strength, and the worst status that a hit had."""
    table: dict[str, dict[float, list[int]]] = {f.name: {s: [0, 0, 0] for s in f.strengths} for f in faults}
    for fault in faults:
        missed = Counter()
        for number, host in enumerate(hosts):
            for strength in fault.strengths:
                for turn in range(PER_HOST):
                    # The same place for every strength of a fault.
                    rng = np.random.default_rng([number, turn, sum(fault.name.encode())])
                    planted = fault.plant(host, strength, rng)
                    if planted is None:
                        continue
                    contexts = (
                        fault.contexts(scanned(planted.files, host.rate_hz, host.bits, folder))
                        if fault.judge is None
                        else fault.judge(planted, host)
                    )
                    hit = [
                        f
                        for f in judged(contexts, frozenset({fault.check}))
                        if f.code in fault.codes
                        and (
                            planted.at_s is None
                            or (f.at_s is not None and abs(f.at_s - planted.at_s) <= fault.within_s)
                        )
                    ]
                    row = table[fault.name][strength]
                    row[0] += bool(hit)
                    row[1] += 1
                    row[2] += any(f.status.rank >= Status.WARN.rank for f in hit)
                    if not hit and strength == fault.audible:
                        missed[host.name] += 1
        print(f"{fault.name}: missed at the audible strength: {dict(missed)}", file=sys.stderr)
    return table


def listen(seconds: float, takes: int, wanted: frozenset[str], folder: Path) -> tuple[float, list[Finding]]:
    """Hours of clean pieces, and what was found in them."""
    hours, found = 0.0, []
    known: dict[str, SourceFacts] = {}
    for piece in pieces(seconds, takes, first_seed=101):
        audio = compose(piece)
        facts = scanned({"clean": audio}, piece.rate_hz, piece.bits, folder)
        known.setdefault(piece.style, facts["clean.wav"])  # where no chance is in a style, its takes are one piece
        contexts = source_contexts(facts)
        if wanted & DELIVERED:
            contexts = [*contexts, *whole_and_parted(audio, piece.rate_hz)]
        new = judged(contexts, wanted)
        for finding in new:
            print(f"false: {piece.name}: {finding.check} {finding.status}: {finding.message}", file=sys.stderr)
        found += new
        hours += piece.seconds / 3600.0
    alike = judged([programme_context(known)], wanted)
    for finding in alike:
        print(f"false: {finding.check} {finding.status}: {finding.message}", file=sys.stderr)
    return hours, [*found, *alike]


def listen_to_music(music: Path, wanted: frozenset[str], folder: Path) -> tuple[float, list[Finding]]:
    """Hours of the files in a folder, and what was found in them."""
    hours, found = 0.0, []
    for path in sorted(music.rglob("*")):
        if path.suffix.lower() not in (".ogg", ".flac", ".mp3", ".m4a", ".wav"):
            continue
        decoded = folder / "music.wav"
        command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(path), "-map", "0:a:0", "-c:a", "pcm_s24le"]
        if subprocess.run([*command, str(decoded)], check=False).returncode:
            continue
        info = probe(decoded)
        facts = {path.name: scan(decoded, info)}
        for finding in judged(source_contexts(facts), wanted):
            print(
                f"music: {path.name}: {finding.check} {finding.status}: {finding.message} {finding.at_s}",
                file=sys.stderr,
            )
            found.append(finding)
        hours += info.duration_s / 3600.0
    return hours, found


def counts(found: Iterable[Finding], wanted: Iterable[str]) -> dict[str, dict[str, int]]:
    """Findings by check: notes, and warnings or worse."""
    out = {check: {"note": 0, "warn": 0} for check in sorted(wanted)}
    for finding in found:
        out[finding.check]["warn" if finding.status.rank >= Status.WARN.rank else "note"] += 1
    return out


def rows_of(faults: Iterable[Fault], table: Mapping[str, Mapping[float, list[int]]]) -> list[dict[str, object]]:
    """The planted part of the data."""
    return [
        {
            "fault": f.name,
            "check": f.check,
            "unit": f.unit,
            "audible": f.audible,
            "why": f.why,
            "strengths": [{"at": s, "hits": r[0], "warned": r[2], "planted": r[1]} for s, r in table[f.name].items()],
        }
        for f in faults
    ]


def merged(old: Mapping[str, object], new: dict[str, object]) -> dict[str, object]:
    """Rows and counts of this run laid over those of earlier ones; faults in the order of the registry."""
    rows = {r["fault"]: r for r in [*old.get("faults", []), *new["faults"]]}
    out = {**old, **new, "faults": [rows[f.name] for f in FAULTS if f.name in rows]}
    for kind in ("clean", "music"):
        if kind in old and kind in new:
            out[kind] = {"hours": new[kind]["hours"], "found": {**old[kind]["found"], **new[kind]["found"]}}
            out[kind]["found"] = dict(sorted(out[kind]["found"].items()))
    return out


def main() -> int:
    """Command line."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--quick", action="store_true", help="one host of each style, eight minutes of clean music")
    given.add_argument("--only", help="names of faults, by comma")
    given.add_argument("--music", type=Path, help="folder with real music")
    given.add_argument("--no-clean", action="store_true", help="plant faults only")
    given.add_argument("--no-faults", action="store_true", help="listen for false alarms only")
    given.add_argument("--write", action="store_true", help=f"put the figures into {DATA.relative_to(ROOT)} and docs")
    options = given.parse_args()
    if options.write and options.quick and not options.no_clean:
        given.error(
            "--write takes all hours of clean music, or none (--no-clean): their number is told once for all checks"
        )
    faults = [f for f in FAULTS if not options.only or f.name in options.only.split(",")]
    wanted = frozenset(f.check for f in faults)
    begun = time.process_time()
    folder = Path(tempfile.mkdtemp(prefix="detectors-"))
    try:
        new = run(options, faults, wanted, folder)
    finally:
        shutil.rmtree(folder)
    print(f"{time.process_time() - begun:.0f} CPU seconds", file=sys.stderr)
    from release.qc.document import checks_markdown
    from release.qc.proof import proof_table, unproved

    print(proof_table(new))
    if options.write:
        old = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
        DATA.write_text(json.dumps(merged(old, new), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        from release.qc.profiles import load_data

        load_data.cache_clear()
        PAGE.write_text(checks_markdown(), encoding="utf-8")
    missed = unproved(new)
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


def run(options: argparse.Namespace, faults: list[Fault], wanted: frozenset[str], folder: Path) -> dict[str, object]:
    """All that is measured, as it is kept."""
    takes = 1 if options.quick else 3
    hosts = [Host(p.name, compose(p), p.rate_hz, p.bits) for p in ([] if options.no_faults else pieces(HOST_S, takes))]
    new: dict[str, object] = {"as_of": AS_OF, "faults": rows_of(faults, plant_all(faults, hosts, folder))}
    if not options.no_clean:
        hours, found = listen(40.0 if options.quick else 190.0, takes, wanted, folder)
        new["clean"] = {"hours": round(hours, 2), "found": counts(found, wanted)}
    if options.music:
        hours, found = listen_to_music(options.music, wanted, folder)
        new["music"] = {"hours": round(hours, 2), "found": counts(found, wanted)}
    return new


if __name__ == "__main__":
    sys.exit(main())
