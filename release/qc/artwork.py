"""Opens the front picture with a pixel cap and tells its facts."""

from __future__ import annotations

import warnings
from pathlib import Path

from release.qc.contexts import ArtworkFacts

MOST_PIXELS = 12_000 * 12_000
"""Larger than any cover that receivers take; a compressed picture can claim far more than memory holds."""
ORIENTATION_TAG = 0x0112


def read_artwork(path: Path) -> ArtworkFacts:
    """Facts of a picture; what cannot be read or is too large is told, not raised. The pixels are decoded once."""
    from PIL import Image, UnidentifiedImageError

    n_bytes = path.stat().st_size if path.is_file() else 0
    try:
        with warnings.catch_warnings():
            # Our own cap below is the limit; Pillow's warning would only repeat it in other words.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")) as image:
                if image.width * image.height > MOST_PIXELS:
                    return ArtworkFacts(
                        n_bytes, f"{image.width} by {image.height} pixels are more than the cap of {MOST_PIXELS}"
                    )
                orientation = int(image.getexif().get(ORIENTATION_TAG, 1) or 1)
                facts = ArtworkFacts(
                    n_bytes, "", image.format or "", image.mode, image.width, image.height, orientation
                )
                image.load()
                return facts
    except UnidentifiedImageError:
        return ArtworkFacts(n_bytes, "it is no picture that can be read")
    except Image.DecompressionBombError:
        return ArtworkFacts(n_bytes, f"it has more pixels than the cap of {MOST_PIXELS}")
    except (OSError, ValueError, SyntaxError) as exc:
        return ArtworkFacts(n_bytes, f"it is damaged ({exc})")
