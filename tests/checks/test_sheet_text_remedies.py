"""What cd/sheet-text proposes fits what it found, and names a DDP set only where there is one to name."""

from __future__ import annotations

import pytest
from faults import cd

from release.model.disc import Copy, DiscText, DiscTrack, TextBlock
from release.qc.checks.cd.sheet_text import rule

SCMS = {"tracks": (DiscTrack(1, (150,), 0, copy=Copy.SCMS),)}
COMPOSER = {"text_blocks": (TextBlock("en", DiscText("A"), (DiscText("A", composer="Jo Hale"),)),)}
JAPANESE = {"text_blocks": (TextBlock("ja", DiscText("夜"), (DiscText("夜"),), "ms-jis"),)}
NOTHING = "Nothing, where the DDP set is the master."
ADD = "Add a DDP set (images: [ddp]), which holds it, for whoever makes the disc."


@pytest.mark.parametrize(("found", "image"), [(SCMS, "toc"), (COMPOSER, "cue"), (JAPANESE, "toc")])
def test_what_a_sheet_has_no_place_for_needs_a_ddp_set(found, image):
    (alone,) = rule.rule(cd(**found, images=(image,)))
    (beside,) = rule.rule(cd(**found, images=("ddp", image)))

    assert (alone.remedy, beside.remedy) == (ADD, NOTHING)


def test_letters_can_be_written_otherwise():
    (alone,) = rule.rule(cd(text=DiscText("夜"), images=("cue",)))

    assert alone.remedy == "Write it in letters of ISO-8859-1 without double quotes."
