"""忘れる: which words stand in a value, and what was told without them. For 抹消 and for lists that come again."""

from collections.abc import Sequence
from typing import Any

SHORTEST = 2  # signs of a value that is looked for in reports: a single one stands everywhere
LONG_ENOUGH = (
    4  # our choice: from so many on also within other words; 山田 alone would take 山田町 with it
)
MARK = "■"


def words_in(value: Any) -> list[str]:
    """Words of people in a value of the register: not codes, days or numbers."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for one in value for text in words_in(one)]
    if isinstance(value, dict):
        return [
            text for key in ("by", "name", "note", "landmark") for text in words_in(value.get(key))
        ]
    return []


def worth_seeking(texts: set[str]) -> list[str]:
    """Texts that are long enough to be looked for, the longest first."""
    return sorted((text for text in texts if len(text) >= SHORTEST), key=lambda t: (-len(t), t))


def without(told: Any, said: Sequence[str]) -> Any:
    """What a report tells (texts, lists, dictionaries) with ``said`` (``worth_seeking``) marked out."""
    if isinstance(told, str):
        for text in said:
            if told == text or len(text) >= LONG_ENOUGH:
                told = told.replace(text, MARK)
        return told
    if isinstance(told, dict):
        return {key: without(value, said) for key, value in told.items()}
    return [without(value, said) for value in told] if isinstance(told, list) else told
