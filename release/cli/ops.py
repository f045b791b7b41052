"""What the commands expect of ``release.operations``, and its late import: it brings the audio libraries with it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from release.cli.process import tune_process

if TYPE_CHECKING:
    from release.errors import Problem
    from release.model.finding import Finding
    from release.operations.review import ReviewWish
    from release.pipeline.event import Event
    from release.pipeline.plan import PlannedStep

OnEvent = Callable[["Event"], None]


class CheckResult(Protocol):
    """What reading a project found, with nothing rendered."""

    @property
    def title(self) -> str:
        """Title of the release."""

    @property
    def artist(self) -> str:
        """Artist of the release."""

    @property
    def n_tracks(self) -> int:
        """Tracks in the manifest."""

    @property
    def untrusted(self) -> tuple[str, ...]:
        """Plug-ins that have to be trusted before a build."""

    @property
    def targets(self) -> Sequence[str]:
        """Names of the targets."""

    @property
    def status(self) -> Literal["passed", "failed"]:
        """The verdict."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What the checks say."""

    @property
    def places(self) -> Mapping[str, str]:
        """Lines of the manifest by track key and ``targets/<name>``."""


class PlanResult(Protocol):
    """What a build would do."""

    @property
    def steps(self) -> Sequence[PlannedStep]:
        """Every step in order."""

    @property
    def files(self) -> Sequence[str]:
        """Files that will be in the build folder, relative to it."""

    @property
    def notes(self) -> Sequence[str]:
        """What the plan wants people to know: moved positions, defaults taken."""

    @property
    def output(self) -> Path:
        """The build folder."""


class BuildResult(Protocol):
    """What a build left."""

    @property
    def record(self) -> Mapping[str, Any]:
        """The content of release.json."""

    @property
    def output(self) -> Path:
        """The build folder."""

    @property
    def status(self) -> Literal["passed", "failed"]:
        """The verdict of the checks."""

    @property
    def findings(self) -> Sequence[Finding]:
        """What the checks say."""

    @property
    def places(self) -> Mapping[str, str]:
        """Lines of the manifest by track key and ``targets/<name>``."""


class VerifyResult(Protocol):
    """What reading a delivery again found."""

    @property
    def kind(self) -> str:
        """What it was taken for: a build, a DDP set, a checksum list."""

    @property
    def checked(self) -> Sequence[str]:
        """What was proved, one sentence each."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong; empty when all is well."""

    @property
    def warnings(self) -> Sequence[str]:
        """What agrees and may still be asked about."""

    @property
    def not_provable(self) -> Sequence[str]:
        """Fields in which a change could not be found."""

    @property
    def unproved(self) -> Sequence[str]:
        """Why approvals of a package are not proved."""

    @property
    def disc(self) -> Mapping[str, Any] | None:
        """Titles, codes and times of a disc."""


class ScaffoldResult(Protocol):
    """What ``init`` wrote."""

    @property
    def path(self) -> Path:
        """The manifest."""

    @property
    def written(self) -> Sequence[Path]:
        """All files written."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person has to look at."""


class ImportResult(Protocol):
    """What an import wrote."""

    @property
    def kind(self) -> str:
        """What was read: a DDP set, a CUE sheet, a TOC."""

    @property
    def manifest(self) -> Path:
        """The manifest."""

    @property
    def written(self) -> Sequence[Path]:
        """All files written."""

    @property
    def disc(self) -> Mapping[str, Any]:
        """Titles, codes and times of the disc."""

    @property
    def differences(self) -> Sequence[str]:
        """What a build of the project would write otherwise."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person has to know."""


class AgainstResult(Protocol):
    """A disc held against a manifest."""

    @property
    def kind(self) -> str:
        """What was read."""

    @property
    def target(self) -> str:
        """The CD target."""

    @property
    def unit(self) -> str:
        """Number of the disc in it."""

    @property
    def compared(self) -> Sequence[Any]:
        """Every value: track, what, read, written, verdict."""

    @property
    def conflicts(self) -> Sequence[Any]:
        """Values that contradict each other."""


class CohesionResult(Protocol):
    """Tracks beside each other."""

    @property
    def target(self) -> str:
        """Name of the target."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Titles of the tracks by key."""

    @property
    def cohesion(self) -> Any:
        """The comparison, as the record holds it."""

    @property
    def pastes(self) -> Sequence[Any]:
        """Proposed lines as they go into the manifest, and where."""


class AuditionResult(Protocol):
    """What was written to listen to."""

    @property
    def path(self) -> Path:
        """The WAV file."""

    @property
    def kind(self) -> str:
        """neighbours, join or bypass."""

    @property
    def target(self) -> str:
        """Whose deliverables were read."""

    @property
    def sample_rate_hz(self) -> int:
        """Of the file."""

    @property
    def bits(self) -> str:
        """Of its samples."""

    @property
    def parts(self) -> Sequence[Any]:
        """What is heard when."""

    @property
    def sources(self) -> Sequence[str]:
        """Deliverables that were read."""

    @property
    def notes(self) -> Sequence[str]:
        """What to know about it."""


class Operations(Protocol):
    """The use cases of the library."""

    def check_project(
        self, path: Path, *, source_roots: Sequence[Path], trust_plugins: bool, on_event: OnEvent
    ) -> CheckResult:
        """Read manifest, artwork and sources; render nothing."""

    def plan_project(
        self, path: Path, *, targets: Sequence[str], output: Path | None, source_roots: Sequence[Path]
    ) -> PlanResult:
        """What a build would do."""

    def explain_step(self, path: Path, step_id: str, *, source_roots: Sequence[Path]) -> PlannedStep:
        """One step of the plan."""

    def build_project(
        self,
        path: Path,
        *,
        targets: Sequence[str],
        output: Path | None,
        jobs: int,
        source_roots: Sequence[Path],
        trust_plugins: bool,
        on_event: OnEvent,
    ) -> BuildResult:
        """Build, verify, check, report and publish."""

    def verify_path(self, path: Path, *, signers: Path | None, on_event: OnEvent) -> VerifyResult:
        """Read a delivery again from scratch."""

    def report_project(
        self,
        path: Path,
        *,
        output: Path | None,
        source_roots: Sequence[Path],
        review: ReviewWish | None,
        short: Sequence[str],
        trust_templates: bool,
    ) -> Sequence[Path]:
        """Write the report again from the record."""

    def measure_files(
        self, paths: Sequence[Path], *, cross_check: bool, every_meter: bool, jobs: int, on_event: OnEvent
    ) -> Sequence[Mapping[str, Any]]:
        """Measure audio files."""

    def cohesion_project(
        self,
        path: Path,
        *,
        target: str | None,
        jobs: int,
        source_roots: Sequence[Path],
        trust_plugins: bool,
        on_event: OnEvent,
    ) -> CohesionResult:
        """Lay the tracks of a target beside each other."""

    def audition_project(
        self,
        path: Path,
        wish: Any,
        *,
        output: Path | None,
        build: Path | None,
        jobs: int,
        source_roots: Sequence[Path],
        trust_plugins: bool,
        on_event: OnEvent,
    ) -> AuditionResult:
        """Write something to listen to."""

    def import_ddp(self, folder: Path, *, output: Path, on_event: OnEvent) -> ImportResult:
        """Make a project of a DDP set."""

    def import_against(
        self,
        path: Path,
        *,
        form: Literal["ddp", "cue", "toc"],
        against: Path,
        pad: bool,
        is_image: bool | None,
    ) -> AgainstResult:
        """Hold a disc that was read against a project."""

    def import_cue(
        self, path: Path, *, output: Path, pad: bool, is_image: bool | None, on_event: OnEvent
    ) -> ImportResult:
        """Make a project of a CUE sheet."""

    def import_toc(self, path: Path, *, output: Path, pad: bool, on_event: OnEvent) -> ImportResult:
        """Make a project of a TOC."""

    def scaffold_folder(self, folder: Path) -> ScaffoldResult:
        """Write a manifest for a folder of audio."""


def operations() -> Operations:
    """The use cases, imported now, in a process that is ready for them."""
    tune_process()
    return cast("Operations", importlib.import_module("release.operations"))
