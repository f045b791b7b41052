"""The steps behind ``vst3``: plug-ins are asked what they are before a render goes through them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from release.model.programme import Clip, ProcessStep
from release.pipeline.step import Input, StepRef
from release.stages.plugins import FILES, PLUGIN
from release.targets.book import Book

_ROLE = "plugin:"


@dataclass(slots=True)
class PluginsOfRender:
    """What a render needs for the plug-ins of its chains.

    Attributes:
        inputs: what each says of itself, which decides the samples like its file does.
        files: paths by digest, for the render's context.
    """

    book: Book
    rate_hz: int
    inputs: dict[str, Input] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    def clips(self, clips: Iterable[Clip]) -> tuple[Clip, ...]:
        """The clips with digests in place of what was written."""
        return tuple(replace(clip, chain=self.chain(clip.chain)) if clip.chain else clip for clip in clips)

    def chain(self, chain: tuple[ProcessStep, ...]) -> tuple[ProcessStep, ...]:
        """The chain with digests in place of what was written."""
        return tuple(self._planned(step) if step.kind == "vst3" else step for step in chain)

    def _planned(self, step: ProcessStep) -> ProcessStep:
        values = dict(step.parameters)
        name = Path(str(values["path"])).stem
        own: dict[str, Path] = {}
        for key in FILES:
            if values[key]:
                found = self.book.plugin_files[str(values[key])]
                values[key] = found.digest
                own[found.digest] = found.path
        self.files |= own
        asked = self.book.add(
            f"plugin/{name}/{len([s for s in self.book.steps if s.stage is PLUGIN]) + 1}",
            PLUGIN,
            {"step": values, "rate_hz": self.rate_hz, "channels": 2 if step.acts_on == "both" else 1},
            {},
            context=own,
            title=f"ask the plug-in {name} what it is",
            cost=0.1,
        )
        self.inputs.setdefault(f"{_ROLE}{asked}", StepRef(asked, "about", files=False))
        return replace(step, parameters=tuple(sorted(values.items())))


def plugin_steps(book: Book, renders: Iterable[str]) -> tuple[str, ...]:
    """The steps that asked the plug-ins of some renders, in the order of the plan."""
    wanted = set(renders)
    asked = {
        ref.step_id
        for step in book.steps
        if step.id in wanted
        for role, ref in step.inputs.items()
        if role.startswith(_ROLE) and isinstance(ref, StepRef)
    }
    return tuple(step.id for step in book.steps if step.id in asked)
