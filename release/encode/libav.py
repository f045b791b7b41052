"""The one adapter to PyAV (FFmpeg's libraries) as an encoder.

Every file is made bit-exact: no encoder version, no date, no random serial number in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from release.encode.blocks import counted
from release.errors import RenderError

_BITEXACT_CODEC = 1 << 23
"""AV_CODEC_FLAG_BITEXACT. Source: FFmpeg libavcodec/avcodec.h."""
_BITEXACT_FORMAT = 0x0400
"""AVFMT_FLAG_BITEXACT. Source: FFmpeg libavformat/avformat.h."""
_SAMPLE_TYPES: Mapping[str, type[np.generic]] = {
    "s16p": np.int16,
    "s32p": np.int32,
    "fltp": np.float32,
    "flt": np.float32,
}


@dataclass(frozen=True, slots=True)
class AvSpec:
    """How FFmpeg is to encode and wrap.

    Attributes:
        container: muxer name.
        codec: encoder name.
        sample_format: FFmpeg's name of what the encoder takes; planar when it ends in ``p``.
        bitrate_kbps: None for lossless.
        codec_options: private options of the encoder.
        container_options: private options of the muxer.
    """

    container: str
    codec: str
    sample_format: str
    bitrate_kbps: int | None = None
    codec_options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)


def write_audio(
    blocks: Iterable[npt.NDArray[np.generic]],
    path: Path,
    spec: AvSpec,
    *,
    rate_hz: int,
    n_samples: int,
    channels: int,
    rewrite: Callable[[bytes], bytes] | None = None,
) -> None:
    """Encode blocks that are already in the encoder's own numbers (integers justified, floats at ±1).

    Args:
        blocks: (n, channels) arrays.
        path: file to write; an older one is replaced.
        spec: codec and container.
        rate_hz: sample rate.
        n_samples: per channel, all blocks together.
        channels: 1 or 2.
        rewrite: turns each encoded packet into another of the same length.

    Raises:
        RenderError: FFmpeg or the file system refused.
    """
    import av

    layout = "stereo" if channels == 2 else "mono"
    try:
        with av.open(str(path), "w", format=spec.container, options=dict(spec.container_options)) as container:
            container.flags |= _BITEXACT_FORMAT
            stream: Any = container.add_stream(
                spec.codec, rate=rate_hz, layout=layout, options=dict(spec.codec_options)
            )
            context = stream.codec_context
            context.flags |= _BITEXACT_CODEC
            context.format = spec.sample_format
            context.thread_count = 1  # the work is spread by deliverable, not inside one
            if spec.bitrate_kbps is not None:
                context.bit_rate = spec.bitrate_kbps * 1000
            at_sample = 0
            for block in counted(blocks, path, n_samples=n_samples, channels=channels):
                frame = _frame(av, block, spec.sample_format, layout, rate_hz)
                frame.pts = at_sample
                at_sample += len(block)
                container.mux(_rewritten(stream.encode(frame), rewrite))
            container.mux(_rewritten(stream.encode(None), rewrite))
    except (av.FFmpegError, OSError, ValueError) as exc:
        raise RenderError(f"{spec.codec} was not written: {exc}", where=str(path)) from exc


def _rewritten(packets: list[Any], rewrite: Callable[[bytes], bytes] | None) -> list[Any]:
    if rewrite:
        for packet in packets:
            packet.update(rewrite(bytes(packet)))
    return packets


def _frame(av: Any, block: npt.NDArray[np.generic], sample_format: str, layout: str, rate_hz: int) -> Any:
    samples = block.astype(_SAMPLE_TYPES[sample_format], copy=False)
    laid = samples.T if sample_format.endswith("p") else samples.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(laid), format=sample_format, layout=layout)
    frame.sample_rate = rate_hz
    return frame
