"""Credits sorted: roles that every tag format has a name for, other people of the studio, and players.

Source: ID3v2.4 frames, TIPL and TMCL; MusicBrainz Picard's tag mapping (delivery.md 1.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from release.model.metadata import Credit

_KNOWN = {
    "producer": "producer",
    "engineer": "engineer",
    "recording engineer": "engineer",
    "sound engineer": "engineer",
    "audio engineer": "engineer",
    "mixer": "mixer",
    "mix engineer": "mixer",
    "mixing engineer": "mixer",
    "mixing": "mixer",
    "dj mixer": "dj_mixer",
    "mastering": "mastering",
    "mastering engineer": "mastering",
    "arranger": "arranger",
    "conductor": "conductor",
    "remixer": "remixer",
    "composer": "composer",
    "lyricist": "lyricist",
    "songwriter": "writer",
    "writer": "writer",
}
_STUDIO_WORDS = frozenset(
    [
        "a&r",
        "administration",
        "art",
        "artist",
        "artwork",
        "assistant",
        "author",
        "booking",
        "calligraphy",
        "concept",
        "coordination",
        "coordinator",
        "copyist",
        "cover",
        "design",
        "designer",
        "director",
        "distribution",
        "distributor",
        "editing",
        "editor",
        "engineer",
        "engineering",
        "executive",
        "graphic",
        "graphics",
        "illustration",
        "illustrator",
        "layout",
        "legal",
        "liner",
        "lacquer",
        "management",
        "manager",
        "marketing",
        "master",
        "mastering",
        "mixing",
        "notes",
        "orchestration",
        "photo",
        "photographer",
        "photography",
        "photos",
        "producer",
        "production",
        "programme",
        "publisher",
        "publishing",
        "recorded",
        "recording",
        "restoration",
        "sleeve",
        "studio",
        "supervision",
        "supervisor",
        "technician",
        "translation",
        "translator",
        "tuner",
        "writer",
    ]
)


def role_key(role: str) -> str:
    """The neutral name of a role: a known one, ``involved:<role>`` for the studio, ``performer:<instrument>``."""
    plain = re.sub(r"[\s_/-]+", " ", role).strip().lower()
    if plain in _KNOWN:
        return _KNOWN[plain]
    if _STUDIO_WORDS & set(plain.split()):
        return f"involved:{role}"
    return f"performer:{role}"


def sorted_credits(credits_: Iterable[Credit]) -> tuple[tuple[str, str], ...]:
    """``(neutral role, name)`` in the order given, without repetition and without empty names."""
    pairs = ((role_key(credit.role), credit.name) for credit in credits_ if credit.name and credit.role)
    return tuple(dict.fromkeys(pairs))
