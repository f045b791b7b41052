"""How source audio is refused: one SourceError with place, reason, remedy and a stable code."""

from __future__ import annotations

from release.errors import Problem, SourceError

EXPORT_AGAIN = "Export the file again, as WAV, AIFF or FLAC."
COPY_AGAIN = "Copy or export the file again; what is here is not whole."


def source_error(where: str, problem: str, remedy: str = EXPORT_AGAIN, code: str = "damaged") -> SourceError:
    """A SourceError whose single problem carries its own code.

    Args:
        where: the file, as the reader of the message knows it.
        problem: what is wrong, as a sentence without its full stop.
        remedy: what to do.
        code: short stable word: ``truncated``, ``not-audio``, ``unsupported``, ``lying-header``…
    """
    return SourceError(problem, where=where, problems=(Problem(where, problem, remedy, code),))
