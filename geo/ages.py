"""年齢の区分: classes of age as tables have them, and how many people they say are of some age or more.

A class is (from, to) in whole years, both included; ``to`` None is open (85歳以上). The class
(0, None) is everybody. What is not known stays None: no class is ever guessed from another.
"""

from collections.abc import Mapping

Ages = tuple[int, int | None]
Counts = Mapping[Ages, int | None]

EVERYBODY: Ages = (0, None)
BANDS = (65, 75, 85)  # 高齢者; 後期高齢者; the age from which most need care (PRACTICE)
OLDEST = 130  # our choice: nobody was older


def at_least(counts: Counts, age: int) -> int | None:
    """People of ``age`` or more: by the class that says so, else by classes that tile (age, ∞).

    None where they leave a hole, or where one of them is not known.
    """
    return _sums(counts, None).get(age)


def between(counts: Counts, ages: Ages) -> int | None:
    """People of a class by finer classes that tile it exactly; None with a hole in them."""
    finer = {one: people for one, people in counts.items() if one != ages}
    if ages[1] is None:
        return at_least(finer, ages[0])
    return _sums(finer, ages[1]).get(ages[0])


def contradiction(counts: Counts) -> Ages | None:
    """The first class whose number is not the sum of the finer classes that tile it; else None."""
    for ages, own in counts.items():
        parts = between(counts, ages)
        if own is not None and parts is not None and own != parts:
            return ages
    return None


def _sums(counts: Counts, last: int | None) -> dict[int, int]:
    """Age → people from it to ``last`` (None: without end), for each age where classes tile that.

    From the oldest down, so that each class is looked at once; of two ways the finer one counts,
    but for an open class, which needs no parts.
    """
    found: dict[int, int] = {} if last is None else {last + 1: 0}
    known = [(*ages, people) for ages, people in counts.items() if people is not None]
    is_open = {first for first, to, _ in known if to is None and last is None}
    for first, to, people in sorted(known, key=lambda one: (-one[0], -(one[1] or OLDEST))):
        if to is None:
            if last is None:
                found[first] = people
        elif to + 1 in found and first not in is_open:
            found[first] = people + found[to + 1]
    return found
