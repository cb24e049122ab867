"""年齢の区分: classes of age as tables have them, and how many people they say are of some age or more.

A class is (from, to) in whole years, both included; ``to`` None is open (85歳以上). The class
(0, None) is everybody. What is not known stays None: no class is ever guessed from another.
"""

from collections.abc import Iterable, Mapping

Ages = tuple[int, int | None]
Counts = Mapping[Ages, int | None]

EVERYBODY: Ages = (0, None)
BANDS = (65, 75, 85)  # 高齢者; 後期高齢者; the age from which most need care (PRACTICE)
OLDEST = 130  # our choice: nobody was older


def tiles(classes: Iterable[Ages], first: int, last: int | None) -> tuple[Ages, ...] | None:
    """Classes that cover the ages from first to last (None: without end) once and leave no hole.

    None where there are no such classes. An open class goes before its parts, else the finest do.
    From the oldest down, so that each class is looked at once.
    """
    found: dict[int, tuple[Ages, ...]] = {} if last is None else {last + 1: ()}
    for ages in sorted(classes, key=lambda one: (-one[0], one[1] is not None, -(one[1] or 0))):
        start, to = ages
        if to is None:
            if last is None:
                found[start] = (ages,)
        elif to + 1 in found and found.get(start, ((0, 0),))[0][1] is not None:
            found[start] = (ages, *found[to + 1])
    return found.get(first)


def at_least(counts: Counts, age: int) -> int | None:
    """People of ``age`` or more: by the class that says so, else by classes that tile (age, ∞).

    None where they leave a hole, or where one of them is not known.
    """
    return _sum(counts, age, None)


def contradiction(counts: Counts) -> Ages | None:
    """The first class whose number is not the sum of the finer classes that tile it; else None."""
    finest = {first: min(to or OLDEST for one, to in counts if one == first) for first, _ in counts}
    for ages, own in counts.items():
        if (ages[1] or OLDEST) == finest[ages[0]]:
            continue
        parts = _sum({one: n for one, n in counts.items() if one != ages}, *ages)
        if own is not None and parts is not None and own != parts:
            return ages
    return None


def _sum(counts: Counts, first: int, last: int | None) -> int | None:
    known = {ages: people for ages, people in counts.items() if people is not None}
    parts = tiles(known, first, last)
    return None if parts is None else sum(known[one] for one in parts)
