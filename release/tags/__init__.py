"""One neutral set of tags, written into every format and read back by other code."""

from release.tags.artwork import Artwork, artwork_from_bytes
from release.tags.tagset import TagSet, tagset_for
from release.tags.verify import compare, expected, read_back
from release.tags.write import id3_bytes, info_pairs, write_tags

__all__ = [
    "Artwork",
    "TagSet",
    "artwork_from_bytes",
    "compare",
    "expected",
    "id3_bytes",
    "info_pairs",
    "read_back",
    "tagset_for",
    "write_tags",
]
