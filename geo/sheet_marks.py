"""紙の地図の番号: numbered marks that stand apart on a map for paper. Coordinates are millimetres of the sheet, y downwards.

A mark whose place is taken stands beside it, with a line to where it belongs. A number of three figures is as large as
one of two, its mark wider: whoever reads without glasses reads both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_RINGS = 12  # our choice: 625 squares, more than an area has numbers at one place
_WIDER = 1.36  # of a mark with three figures, as wide as they ask for
_APART = 0.3  # millimetres between two marks
# Where a mark may stand beside its place, in marks to the east and down, the nearest first.
_AROUND_MARK = sorted(
    ((dx, dy) for dx in range(-_RINGS, _RINGS + 1) for dy in range(-_RINGS, _RINGS + 1)),
    key=lambda d: (d[0] ** 2 + d[1] ** 2, -d[0], -d[1]),
)


class Box(NamedTuple):
    """Room on the paper: its middle, half its width and half its height."""

    x: float
    y: float
    wide: float
    high: float

    def is_apart(self, other: "Box") -> bool:
        """Whether the two share no room."""
        return (
            abs(self.x - other.x) >= self.wide + other.wide - 0.01
            or abs(self.y - other.y) >= self.high + other.high - 0.01
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark with its number, where it belongs, and the room it takes."""

    number: int
    at: tuple[float, float]
    box: Box


def placed(
    marks: Iterable[tuple[int, float, float]],
    half: float,
    size: tuple[float, float],
    taken: Iterable[Box] = (),
) -> list[Placed]:
    """Marks (number, x, y) in their order, none over another or over what is taken, whole on the sheet."""
    found: list[Placed] = []
    rooms = list(taken)
    for number, x, y in marks:
        wide = half * _WIDER if number > 99 else half
        spots = (
            _inside(
                Box(x + dx * (2 * wide + _APART), y + dy * (2 * half + _APART), wide, half), size
            )
            for dx, dy in _AROUND_MARK
        )
        wanted = (spot for spot in spots if all(spot.is_apart(_with_air(one)) for one in rooms))
        box = next(wanted, _inside(Box(x, y, wide, half), size))
        rooms.append(box)
        found.append(Placed(number, (x, y), box))
    return found


def drawn(marks: Sequence[Placed], rough: frozenset[int]) -> list[str]:
    """The marks as pieces of an <svg>: all lines beneath all squares, for a line through a number makes it another one.
    rough: numbers whose place is only about there, in a broken outline."""
    lines = [_line(one) for one in marks if (one.box.x, one.box.y) != one.at]
    return lines + [_square(one, is_rough=one.number in rough) for one in marks]


def _with_air(box: Box) -> Box:
    return box._replace(wide=box.wide + _APART - 0.05, high=box.high + _APART - 0.05)


def _inside(box: Box, size: tuple[float, float]) -> Box:
    """The same where it is whole on the sheet."""
    wide, high = box.wide + 0.6, box.high + 0.6
    x = min(max(box.x, wide), size[0] - wide)
    return box._replace(x=x, y=min(max(box.y, high), size[1] - high))


def _line(one: Placed) -> str:
    x, y = one.at
    return (
        f'<path d="M{x:.2f} {y:.2f}L{one.box.x:.2f} {one.box.y:.2f}" stroke="#000" stroke-width="0.25"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.5" fill="#000"/>'
    )


def _square(one: Placed, *, is_rough: bool) -> str:
    x, y, wide, high = one.box
    size = high * 4 / 3
    dash = ' stroke-dasharray="0.9 0.7"' if is_rough else ""
    return (
        f'<rect x="{x - wide:.2f}" y="{y - high:.2f}" width="{2 * wide:g}" height="{2 * high:g}"'
        f' rx="{high if is_rough else 0.7:g}" fill="#fff" stroke="#000" stroke-width="0.45"{dash}/>'
        f'<text x="{x:.2f}" y="{y + size * 0.36:.2f}" font-size="{size:.2f}" font-weight="700"'
        f' text-anchor="middle" fill="#000">{one.number}</text>'
    )
