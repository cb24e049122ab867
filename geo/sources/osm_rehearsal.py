"""面の下げいこ: whether libosmium can put the areas of an extract together in reasonable time.

It joins the pieces of each area by looking at all that lie side by side, which takes the square of
their number where they lie across one another, and it cannot be stopped: a relation of 40,000 members
between random places takes 7 s here, and a file may hold hundreds. So extracts whose areas have very
many pieces are put together in a child first (``apart``), and refused where that comes to its limits.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium

from geo.sources import apart
from geo.sources.osm_classes import KEYS

# Our choice: sum of the squares of pieces, some four seconds at the worst. All the houses of a city come to
# a hundredth of it, a lake with a shore of 30,000 pieces reaches it.
PLAIN = 1_000_000_000
LIMITS = apart.Limits(memory_mb=4_000, cpu_s=30, wall_s=90, file_mb=1)


def rehearse(path: Path, form: str) -> None:
    """Nothing, where the areas can be put together. Raises Unreadable: the reasons of apart.read, and
    what osmium raises."""
    if _effort(osmium.io.File(str(path.resolve()), form)) <= PLAIN:
        return
    question = {"path": str(path.resolve()), "form": form}
    with apart.private_folder() as folder:
        list(apart.read(__name__, question, folder, limits=LIMITS))


def answer(question: dict[str, Any]) -> Iterator[Any]:
    """How many areas there are."""
    file = osmium.io.File(question["path"], question["form"])
    wanted = osmium.filter.KeyFilter(*KEYS)
    things: Any = osmium.FileProcessor(file).with_locations().with_areas(wanted)
    yield sum(1 for _ in things.with_filter(osmium.filter.EntityFilter(osmium.osm.AREA)))


def _effort(file: Any) -> int:
    """The sum of the squares of the pieces of each area, as far as it hangs on their number."""
    wanted = osmium.filter.KeyFilter(*KEYS)
    parts: dict[int, list[int]] = {}  # way -> the relations it belongs to
    relations: Any = osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(wanted)
    for number, relation in enumerate(relations):
        for member in relation.members:
            if member.type == "w":
                parts.setdefault(member.ref, []).append(number)
    pieces: dict[int, int] = {}
    effort = 0
    ways: Any = osmium.FileProcessor(file, osmium.osm.WAY)
    for way in ways:
        many = len(way.nodes)
        if many > 100 and way.is_closed():  # a house is nothing
            effort += many**2
        for number in parts.get(way.id, ()):
            pieces[number] = pieces.get(number, 0) + many - 1
    return effort + sum(many**2 for many in pieces.values())


if __name__ == "__main__":
    apart.speak(answer)
