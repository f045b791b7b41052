"""Names that look like other names: letters of one script within a word of another; pure.

Source: Unicode Technical Standard 39, section 5.2 (mixed-script detection), cut down to the scripts whose letters pass for each other.
"""

from __future__ import annotations

import re
import unicodedata

_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"})


def mixed_scripts(name: str) -> str:
    """What is odd about a name that mixes scripts within one word; empty for nothing."""
    for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", name)):
        scripts = {letter: unicodedata.name(letter, "").split(" ")[0] for letter in word}
        found = [script for script in dict.fromkeys(scripts.values()) if script in _ALIKE]
        if len(found) > 1:
            count = {script: sum(scripts[letter] == script for letter in word) for script in found}
            rare = min(found, key=lambda script: count[script])
            letter = next(letter for letter in word if scripts[letter] == rare)
            return f"'{name}' mixes {' and '.join(s.title() for s in found)} letters: {unicodedata.name(letter)} is not what it seems"
    return ""
