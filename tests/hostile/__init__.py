"""Files made to do harm, or broken on their way: written anew, byte for byte the same, by ``all_files``."""

from collections.abc import Iterator
from pathlib import Path

from tests.hostile import archives, disguises, extracts, people, shapes, spoilt, tables, words
from tests.hostile.files import Hostile, bases

__all__ = ["Hostile", "all_files", "bases"]


def all_files(written: Path) -> Iterator[Hostile]:
    """Every file of the campaign; ``written`` is the folder of ``bases``."""
    for room in (spoilt, disguises, archives, shapes, tables, words, people, extracts):
        yield from room.files(written)
