"""Text typed for fonts of before Unicode, as old Word files have it: told, to be mended.

TCVN3 (fonts ".Vn…") and VNI ("VNI-…") draw Vietnamese by giving Latin-1 letters other shapes;
in any other font such text is "Héi nghÞ" or "Hoäi nghò". Tables: TCVN 5712:1993, VNI Software.
"""

from __future__ import annotations

import re

# Letters that these encodings use in nearly every word and that Vietnamese in Unicode has not.
_TCVN3 = re.compile("[¸µ¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÕÒÓÔÖÝ×ØÜÞßñïðóÊØ«åíêîë¬÷øöù]")
# VNI writes the mark as a letter of its own behind the vowel: "oä", "aù", "eâ".
_VNI = re.compile("[aeiouyAEIOUY][äàâåãùøûõïñóòôöúüëéèêáÄÀÂÅÃÙØÛÕÏÑÓÒÔÖÚÜËÉÈÊÁ]")
_WORD = re.compile(r"\S+")
# Every real text has some such letters: a name, a currency, a sign.
_SHARE = 0.25
_FEWEST = 4


def is_legacy(text: str) -> bool:
    """Whether ``text`` looks as if it was typed for TCVN3 or VNI fonts."""
    words = _WORD.findall(text)
    if len(words) < _FEWEST:
        return False
    odd = sum(1 for word in words if _is_odd(word))
    return odd >= _FEWEST and odd / len(words) >= _SHARE


def _is_odd(word: str) -> bool:
    # What only Unicode can write is not of such a font.
    if any("\u1ea0" <= letter <= "\u1ef9" or letter in "ăâđêôơưĂĐƠƯ" for letter in word):
        return False
    return bool(_TCVN3.search(word) or _VNI.search(word))
