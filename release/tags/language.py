"""Languages as tags want them: three letters (ISO 639-2/T), from what a manifest says (``en``, ``pt-BR``, ``jpn``).

Source: ISO 639-1 and ISO 639-2 code lists (Library of Congress, registration authority); ID3v2.4 frames, TLAN.
"""

from __future__ import annotations

import re

_TWO_TO_THREE = {
    word[:2]: word[2:]
    for word in (
        "aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bhbih "
        "bibis bmbam bnben bobod brbre bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan "
        "dedeu dvdiv dzdzo eeewe elell eneng eoepo esspa etest eueus fafas ffful fifin fjfij fofao frfra "
        "fyfry gagle gdgla glglg gngrn guguj gvglv hahau heheb hihin hohmo hrhrv hthat huhun hyhye hzher "
        "iaina idind ieile igibo iiiii ikipk ioido isisl itita iuiku jajpn jvjav kakat kgkon kikik kjkua "
        "kkkaz klkal kmkhm knkan kokor krkau kskas kukur kvkom kwcor kykir lalat lbltz lglug lilim lnlin "
        "lolao ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal mnmon mrmar msmsa mtmlt mymya nanau nbnob "
        "ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs papan pipli "
        "plpol pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag sisin skslk "
        "slslv smsmo snsna sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir "
        "tktuk tltgl tntsn toton trtur tstso tttat twtwi tytah uguig ukukr ururd uzuzb veven vivie vovol "
        "wawln wowol xhxho yiyid yoyor zazha zhzho zuzul "
    ).split()
}


def to_three_letters(language: str) -> str:
    """The three-letter code of a language tag, or empty when its first part is neither two known letters nor three.

    ``zxx`` (no linguistic content, for instrumental music) passes as it is.
    """
    first = re.split(r"[-_]", language.strip().lower())[0]
    if re.fullmatch(r"[a-z]{3}", first):
        return first
    return _TWO_TO_THREE.get(first, "")
