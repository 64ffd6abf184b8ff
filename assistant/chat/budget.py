"""Counting tokens, so that a context fits. The only file that knows tiktoken.

Real encodings need a vocabulary file, which tiktoken would download; they are used where
TIKTOKEN_CACHE_DIR says that it is on this machine. Otherwise a bound: one token for each
character, 1.4 for each Han character (the most cl100k_base needs on such text).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import lru_cache

import tiktoken

Counter = Callable[[str], int]

_BOUND = 1.4


@lru_cache(maxsize=1)
def counter() -> Counter:
    """A function from text to a number of tokens, never too small for the usual encodings."""
    if os.environ.get("TIKTOKEN_CACHE_DIR"):
        encoding = tiktoken.get_encoding("cl100k_base")
        return lambda text: len(encoding.encode(text, disallowed_special=()))
    characters = _one_a_character()
    return lambda text: math.ceil(_BOUND * len(characters.encode(text, disallowed_special=())))


def _one_a_character() -> tiktoken.Encoding:
    """An encoding made here: a token for each byte, Han character and punctuation mark."""
    ranks = {bytes([byte]): byte for byte in range(256)}
    for code in (*range(0x3000, 0x3040), *range(0x4E00, 0xA000), *range(0xFF00, 0xFFF0)):
        ranks[chr(code).encode()] = len(ranks)
    return tiktoken.Encoding(
        "one-a-character", pat_str=r"[\s\S]", mergeable_ranks=ranks, special_tokens={}
    )


def pack(texts: list[str], budget: int, count: Counter) -> list[str]:
    """The longest run of texts from the first that fits into `budget` tokens."""
    packed: list[str] = []
    for text in texts:
        budget -= count(text)
        if budget < 0:
            break
        packed.append(text)
    return packed
