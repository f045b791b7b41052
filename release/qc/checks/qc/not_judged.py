"""qc/not-judged."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext
from release.qc.profiles import Limits

MOST_NAMED = 3
CLEAR_HUM_S = 34.0
"""Of two groups of frames, the fewest that show that a tone stays: twelve frames of 4 s each 2 s, and four more."""


@check(
    "qc/not-judged",
    context=ProgrammeContext,
    rationale="A check that has to listen for a while says nothing of a short file, and silence must not read as clean: what is shorter than a check "
    "needs is told once for each check. Longer files are judged whole; short sounds at the ends of a record rarely need it.",
    source="house: FRAME_S and FEWEST of the hum finder (10 s), LEAST_STEPS of the likeness (10 s), shortest_s of audio/upsampled and audio/polarity",
    remedy="Listen to these yourself; nothing else is needed.",
    severity=Status.NOTE,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """Every source is long enough for every check."""
    needed_s = _shortest(context.limits)
    for check_id, shortest_s in needed_s.items():
        message = f"{check_id} does not judge files shorter than {shortest_s:g} s"
        yield from _short_ones(context, check_id.split("/")[1], message, 0.0, shortest_s)
    message = f"audio/hum tells only hum that stands out by 20 dB in files shorter than {CLEAR_HUM_S:g} s"
    yield from _short_ones(context, "clear-hum", message, needed_s["audio/hum"], CLEAR_HUM_S)


def _short_ones(context: ProgrammeContext, code: str, message: str, from_s: float, below_s: float) -> Iterator[Outcome]:
    """One note of all sounds between two lengths, if there are any."""
    short = [
        (name, facts.info.duration_s)
        for name, facts in context.facts.items()
        if from_s <= facts.info.duration_s < below_s and any(peak is not None for peak in facts.sample_peak_dbfs)
    ]
    if short:
        named = ", ".join(f"{name} ({length_s:.1f} s)" for name, length_s in short[:MOST_NAMED])
        more = f" and {len(short) - MOST_NAMED} more" if len(short) > MOST_NAMED else ""
        yield Outcome(Status.NOTE, code, f"{message}: {named}{more}.")


def _shortest(limits: Limits) -> dict[str, float]:
    """Seconds that checks need, by id."""
    from release.dsp.likeness import LEAST_STEPS, STEPS_A_SECOND
    from release.dsp.meters.hum import FEWEST, FRAME_S

    return {
        "audio/hum": FRAME_S * (1 + (FEWEST - 1) / 2),
        "audio/polarity": limits.get("audio/polarity", "all_shortest_s"),
        "audio/upsampled": limits.get("audio/upsampled", "shortest_s"),
        "programme/near-same-audio": LEAST_STEPS / STEPS_A_SECOND,
    }
