"""``release status``: what is approved, stale and open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from release.manifest.likeness import mixed_scripts
from release.operations.ended_waivers import EndedWaiver, ended_waivers
from release.operations.freshness import Freshness, input_changes
from release.operations.sealed import PackageState, package_state
from release.operations.signoff_project import SignoffProject, open_signoff
from release.signoff.seal import Seal, read_seals
from release.signoff.state import SignoffState
from release.signoff.store import StoredReview, read_approvals, read_reviews


@dataclass(frozen=True, slots=True)
class StatusResult:
    """What stands and what is open.

    Attributes:
        title: artist and title of the release.
        output: the build folder.
        identity: of the build.
        targets: status of each target: passed, failed, or stale, by the record or because its inputs have changed since.
        state: every approval and every requirement.
        reviews: imported comments.
        seals: what was shipped.
        ended: waivers that the build used and that have ended.
        signers: where the keys came from, or empty.
        freshness: what has happened to manifest and sources since the build.
        packages: whether each package is what its seal says, in the order of the seals.
        odd_names: names that are not what they seem, one sentence each.
        to_come: approvals that are dated later than the day, one sentence each.
    """

    title: str
    output: Path
    identity: str
    targets: Mapping[str, str]
    state: SignoffState
    reviews: tuple[StoredReview, ...]
    seals: tuple[Seal, ...]
    ended: tuple[EndedWaiver, ...]
    signers: str
    freshness: Freshness = field(default_factory=Freshness)
    odd_names: tuple[str, ...] = ()
    to_come: tuple[str, ...] = ()
    packages: tuple[PackageState, ...] = ()

    @property
    def n_open(self) -> int:
        """How many things stand in the way."""
        requirements = sum(r.state != "approved" for r in self.state.requirements)
        builds = sum(status != "passed" for status in self.targets.values())
        return requirements + builds + sum(w.covers_failure for w in self.ended)

    @property
    def is_complete(self) -> bool:
        """Whether every target may ship."""
        return self.n_open == 0


def status_project(
    path: str | Path, *, output: Path | None = None, signers: Path | None = None, day: date | None = None
) -> StatusResult:
    """What is approved, stale and open; reads the record, no audio.

    Args:
        path: the manifest.
        output: the build folder.
        signers: an allowed signers file in place of the project's.
        day: the day on which the end of waivers is judged; default today.
    """
    path = Path(path)
    project = open_signoff(path, output=output, signers=signers)
    return project_status(project, day or date.today())  # noqa: DTZ011 - the day where the person is


def project_status(project: SignoffProject, day: date) -> StatusResult:
    """The status of an opened project on a day."""
    record, freshness = project.record, input_changes(project)
    approvals = read_approvals(project.folder, project.signers)
    names = [p.name for p in project.policy.people] + [a.approval.person for a in approvals if a.approval is not None]
    seals = read_seals(project.folder)
    return StatusResult(
        title=f"{record.project.artist}: {record.project.title}",
        output=project.output,
        identity=project.identity,
        targets={
            name: "stale" if name in freshness.changed and target.status == "passed" else target.status
            for name, target in record.targets.items()
        },
        state=project.judge(approvals),
        reviews=read_reviews(project.folder),
        seals=seals,
        packages=tuple(package_state(project.folder, seal) for seal in seals),
        ended=ended_waivers(project, day),
        signers="" if project.signers is None else project.signers.origin,
        freshness=freshness,
        odd_names=tuple(filter(None, (mixed_scripts(name) for name in dict.fromkeys(names)))),
        to_come=tuple(
            f"the approval by {a.approval.person} is dated {a.approval.date}, a day that is still to come"
            for a in approvals
            if a.approval is not None and a.approval.date > day.isoformat()
        ),
    )
