"""Words of asking as they are spoken in Cantonese or slip into another: 幾多, 邊個, 由那些部门."""

from __future__ import annotations

import re

# Simplified characters; each is no word of the standard language.
_WORDS = (
    ("几多", "多少"),
    ("几时", "什么时候"),
    ("点样", "怎样"),
    ("点解", "为什么"),
    ("边个", "哪个"),
    ("边啲", "哪些"),
    ("边几个", "哪几个"),
    ("边度", "哪里"),
    ("边间", "哪个"),
    ("乜嘢", "什么"),
    ("咩", "什么"),
    ("有冇", "有没有"),
    ("系咪", "是不是"),
    ("冇", "没有"),
    ("同埋", "和"),
    ("嘅", "的"),
    ("啲", "些"),
    ("喺", "在"),
    ("咗", "了"),
    ("畀", "给"),
    ("佢", "它"),
    ("唔", "不"),
)
# The nation by its name, where it is asked about itself: 中国2060年的目标, not 中国人民银行.
_NATION = re.compile(
    r"(?:^|(?<=[，,、和与跟比]))中国(?=\d|的|到|[什何哪]|将|要|是|碳[达中排]|力争|承诺|计划|提出|目标)"
)
_IS = re.compile(r"(?<![关体联派])系(?=多少|什么|哪|怎|不是|由)")  # 係, as the above leave it
_MARKS = re.compile("|".join(word for word, _ in _WORDS))
_THAT = re.compile(
    r"(?<=[由归])那(?=[些几个]{0,2}(?:部门|单位|委办|局|厅|家))|(?<=[是有])那(?=[个些几]\s*[？?]?$)"
)


def as_asked(text: str) -> str:
    """The simplified text with the words of asking as they are written.

    >>> as_asked("广西非化石能源占比系几多"), as_asked("由那些部门负责"), as_asked("那个方案是谁的")
    ('广西非化石能源占比是多少', '由哪些部门负责', '那个方案是谁的')
    """
    if _MARKS.search(text):
        for word, meant in _WORDS:
            text = text.replace(word, meant)
        text = _IS.sub("是", text)
    return _NATION.sub("我国", _THAT.sub("哪", text))
