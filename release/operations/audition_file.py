"""Where an audition is written: never inside a build, never over anything that is not an audition."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from release.audio.writer import WavWriter
from release.errors import RenderError, UsageError
from release.pipeline.atomic import unique_suffix
from release.pipeline.guarded import require_plain_folder
from release.record import RECORD_NAME

if TYPE_CHECKING:
    from release.operations.audition import AuditionWish

FOLDER = "audition"


def default_place(project: Path, wish: AuditionWish) -> Path:
    """``audition/departure+tide.wav``, ``…-join.wav``, ``departure-without-glue.wav`` beside the manifest."""
    words = ["+".join(wish.tracks)]
    if wish.is_join:
        words.append("join")
    if wish.bypass is not None:
        words += ["without", wish.bypass]
    if wish.file_format is not None:
        words.append(wish.file_format)
    name = "-".join(re.sub(r"[^\w@.+-]+", "_", word) for word in words)
    return project / FOLDER / f"{name}.wav"


def check_place(path: Path, build: Path, *, is_ours: bool) -> None:
    """Refuse a place that is taken, or that lies in a build.

    Args:
        path: where the file would go.
        build: the build folder that is listened to.
        is_ours: True for the default place, where an earlier audition is replaced.

    Raises:
        UsageError: saying why.
    """
    if is_ours:
        require_plain_folder(path.parent, f"the folder {FOLDER}")
    resolved = path.parent.resolve() / path.name
    for parent in resolved.parents:
        if parent == build.resolve() or (parent / RECORD_NAME).is_file():
            raise UsageError(
                "an audition is not written into a build", where=str(path), remedy="name a file outside of it"
            )
    if path.is_symlink() or path.is_dir() or (path.exists() and not is_ours):
        raise UsageError("there is something already", where=str(path), remedy="name a file that does not exist")
    if not is_ours and not path.parent.is_dir():
        raise UsageError("there is no such folder", where=str(path.parent), remedy="make it, or name another")


def write_wav(path: Path, audio: NDArray[np.float64], rate_hz: int, bit_depth: int | None) -> str:
    """Write the file whole or not at all.

    Args:
        path: where.
        audio: (n_samples, 2).
        rate_hz: sample rate.
        bit_depth: 16 or 24 where the samples are words of that width, which are kept; None for 32-bit float.

    Returns:
        ``24 bit`` or ``32-bit float``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise RenderError(f"the folder cannot be made: {exc.strerror}", where=str(path.parent)) from exc
    temporary = path.with_name(f".{path.name}.{unique_suffix()}.tmp")
    is_float = bit_depth is None
    try:
        with WavWriter(
            temporary, rate_hz, 2, bit_depth=bit_depth or 24, is_float=is_float, n_samples_expected=len(audio)
        ) as writer:
            if bit_depth is None:
                writer.write_floats(audio)
            else:
                writer.write_ints(np.rint(audio * float(1 << (bit_depth - 1))).astype(np.int32))
        temporary.replace(path)
    except OSError as exc:
        raise RenderError(f"the file cannot be written: {exc.strerror}", where=str(path)) from exc
    finally:
        temporary.unlink(missing_ok=True)
    return "32-bit float" if bit_depth is None else f"{bit_depth} bit"
