"""Thirty-two questions at once: the nearest place of each of 32 kinds, days or hours, at every node.

A node's answers lie in one cache line, 32 lanes of 16 bits, and the sweep of the hierarchy adds and
compares them all with one instruction each (written here in LLVM's own language: plain loops were eight
times slower). Lanes add with saturation, so what is too far stays too far: plain 16-bit addition came
round again and called far places near.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numpy.typing import NDArray

from geo.errors import Invalid
from geo.streets.compiled import Number, ask_for, byte_pointer, compiled, intrinsic
from geo.streets.graph import TravelGraph
from geo.streets.hierarchy import Hierarchy
from geo.streets.network import frozen
from geo.streets.search import Seeds
from geo.streets.snap import Snap, ends, off_street_units

LANES = 32
TOO_FAR = 65_535
FARTHEST = TOO_FAR - 1  # units: 81 minutes at 80 m/min in decimetres, 109 in tenths of a second
_ROW = 2 * LANES  # bytes
_AHEAD = 16  # arcs: rows are fetched so long before they are needed; 8 to 128 are as quick


@dataclass(frozen=True, slots=True)
class LaneArcs:
    """The arcs of a hierarchy that lanes can pass, for one direction: ``climb_`` on the way up, the others
    on the way down. Fields as in Hierarchy; units are uint16, ``to`` is longer by a few zeros."""

    rank: NDArray[np.int32]
    climb_first: NDArray[np.int32]
    climb_to: NDArray[np.int32]
    climb: NDArray[np.uint16]
    first: NDArray[np.int32]
    to: NDArray[np.int32]
    descend: NDArray[np.uint16]
    backward: bool


def lane_arcs(hierarchy: Hierarchy, backward: bool) -> LaneArcs:
    """Arcs for the way from the places, or to them (``backward``)."""
    climb, descend = hierarchy.weights(backward)
    climb_first, climb_to, climb_units = _short_enough(hierarchy, climb)
    first, to, units = _short_enough(hierarchy, descend)
    return LaneArcs(hierarchy.rank, climb_first, climb_to, climb_units, first, to, units, backward)


def _short_enough(
    hierarchy: Hierarchy, units: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16]]:
    kept = units <= FARTHEST
    so_far = np.concatenate([[0], np.cumsum(kept)])
    first = frozen(so_far[hierarchy.first].astype(np.int32))
    behind = np.zeros(_AHEAD, np.int32)  # what is fetched ahead of the last arcs
    to = np.concatenate([hierarchy.to[kept], behind])
    return first, frozen(to), frozen(units[kept].astype(np.uint16))


class LaneRows:
    """(nodes, 32) uint16 by position in the hierarchy, each row on a cache line of its own; used again
    for block after block."""

    def __init__(self, nodes: int) -> None:
        room = np.empty(nodes * _ROW + _ROW, np.uint8)
        skip = -room.ctypes.data % _ROW
        self.units = room[skip : skip + nodes * _ROW].view(np.uint16).reshape(nodes, LANES)
        self.is_touched = np.zeros(nodes, np.bool_)


def sweep_lanes(arcs: LaneArcs, kinds: Sequence[Seeds], limit: int, rows: LaneRows) -> None:
    """Fill ``rows``: units of every node from the nearest place of up to 32 kinds (or to it, backward).

    What is more than ``limit`` may be any number above it. Raises Invalid for more kinds than lanes or a
    limit that 16 bits do not hold.
    """
    if len(kinds) > LANES:
        raise Invalid(fields={"kinds": "out_of_range"})
    if not 0 <= limit <= FARTHEST:
        raise Invalid(fields={"minutes": "out_of_range"})
    lane = np.repeat(np.arange(len(kinds), dtype=np.int32), [len(one.node) for one in kinds])
    node = np.concatenate([one.node for one in kinds] or [np.zeros(0, np.int32)])
    units = np.concatenate([one.units for one in kinds] or [np.zeros(0, np.int32)])
    near = units <= limit
    seed_at, seed_units = arcs.rank[node[near]], units[near].astype(np.uint16)
    rows.is_touched[:] = False
    _climb(
        arcs.climb_first,
        arcs.climb_to,
        arcs.climb,
        seed_at,
        seed_units,
        lane[near],
        rows.units,
        rows.is_touched,
    )
    _descend(arcs.first, arcs.to, arcs.descend, rows.units, rows.is_touched)


def lanes_at(graph: TravelGraph, arcs: LaneArcs, rows: LaneRows, homes: Snap) -> NDArray[np.uint16]:
    """(homes, 32) uint16: units of each place on or off the street, TOO_FAR for what joins no street.

    By the ends of its street; a kind's place on the very same street is left to the caller.
    """
    node, units = ends(graph, homes, leaving=arcs.backward)
    units = np.minimum(units + off_street_units(graph, homes)[:, None], TOO_FAR)
    return _gather(arcs.rank[node], units.astype(np.uint16), rows.units)


def _vector(builder: Any, address: Any) -> Any:
    return builder.inttoptr(address, ir.VectorType(ir.IntType(16), LANES).as_pointer())


def _all_lanes(builder: Any, value: Any) -> Any:
    """A vector with one value in every lane."""
    kind, word = ir.VectorType(ir.IntType(16), LANES), ir.IntType(32)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(word, 0))
    spread = ir.Constant(ir.VectorType(word, LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), spread)


def _call(builder: Any, name: str, one: Any, other: Any) -> Any:
    kind = ir.VectorType(ir.IntType(16), LANES)
    full = f"llvm.{name}.v{LANES}i16"
    function = builder.module.globals.get(full) or ir.Function(
        builder.module, ir.FunctionType(kind, [kind, kind]), full
    )
    return builder.call(function, [one, other])


@intrinsic
def _relax(_context: Any, _to: Any, _touched: Any, _origin: Any, _units: Any) -> Any:
    """row(to) = row(origin) + units, saturating, or what stands there already if it is less.

    ``to`` and ``origin`` are addresses of rows; nothing stands there before it was touched.
    """

    def code(_target: Any, builder: Any, _signature: Any, given: Any) -> Any:
        to, touched, origin, step = given
        to, origin = (_vector(builder, address) for address in (to, origin))
        there = builder.load(origin, align=_ROW)
        arrival = _call(builder, "uadd.sat", there, _all_lanes(builder, step))
        with builder.if_else(builder.trunc(touched, ir.IntType(1))) as (again, first):
            with again:
                here = builder.load(to, align=_ROW)
                builder.store(_call(builder, "umin", arrival, here), to, align=_ROW)
            with first:
                builder.store(arrival, to, align=_ROW)
        return ir.Constant(byte_pointer, None)

    return types.void(types.intp, types.boolean, types.intp, types.uint16), code


@intrinsic
def _nearest_row(
    _context: Any, _at: Any, _touched: Any, _rows: Any, _to: Any, _units: Any, _count: Any
) -> Any:
    """row(at) = min over ``count`` arcs of row(to[i]) + units[i], and what stands there if it was touched.

    ``at``, ``rows``, ``to``, ``units`` are addresses: of the row, of row 0, of the first arc's two numbers.
    """

    def code(_target: Any, builder: Any, _signature: Any, given: Any) -> Any:
        here, touched, rows_at, to_at, units_at, arcs = given
        kind, word = ir.VectorType(ir.IntType(16), LANES), ir.IntType(64)
        best: Any = cgutils.alloca_once(builder, kind)  # type: ignore[no-untyped-call]
        builder.store(ir.Constant(kind, [TOO_FAR] * LANES), best)
        with builder.if_then(builder.trunc(touched, ir.IntType(1))):
            builder.store(builder.load(_vector(builder, here), align=_ROW), best)
        to_from = builder.inttoptr(to_at, ir.IntType(32).as_pointer())
        units_from = builder.inttoptr(units_at, ir.IntType(16).as_pointer())
        ahead = ir.Constant(word, _AHEAD)
        with cgutils.for_range(builder, arcs) as loop:
            soon = builder.load(builder.gep(to_from, [builder.add(loop.index, ahead)]))
            soon = builder.mul(builder.zext(soon, word), ir.Constant(word, _ROW))
            ask_for(builder, builder.add(rows_at, soon))
            upper = builder.zext(builder.load(builder.gep(to_from, [loop.index])), word)
            address = builder.add(rows_at, builder.mul(upper, ir.Constant(word, _ROW)))
            there = builder.load(_vector(builder, address), align=_ROW)
            step = _all_lanes(builder, builder.load(builder.gep(units_from, [loop.index])))
            arrival = _call(builder, "uadd.sat", there, step)
            builder.store(_call(builder, "umin", builder.load(best), arrival), best)
        builder.store(builder.load(best), _vector(builder, here), align=_ROW)
        return ir.Constant(byte_pointer, None)

    return types.void(
        types.intp, types.boolean, types.intp, types.intp, types.intp, types.intp
    ), code


@compiled
def _climb(
    first: NDArray[np.int32],
    to: NDArray[np.int32],
    climb: NDArray[np.uint16],
    seed_at: NDArray[np.int32],
    seed_units: NDArray[np.uint16],
    seed_lane: NDArray[np.int32],
    rows: NDArray[np.uint16],
    is_touched: NDArray[np.bool_],
) -> None:
    """Up from the seeds; rows are made ready when they are first touched, the others are never read."""
    lowest: Number = -1
    for i in range(len(seed_at)):
        at = seed_at[i]
        if not is_touched[at]:
            is_touched[at] = True
            for other in range(LANES):
                rows[at, other] = TOO_FAR
        rows[at, seed_lane[i]] = min(rows[at, seed_lane[i]], seed_units[i])
        lowest = max(lowest, np.int64(at))
    rows_at = np.intp(rows.ctypes.data)
    for at in range(lowest, -1, -1):
        if not is_touched[at]:
            continue
        for arc in range(first[at], first[at + 1]):
            upper = np.int64(to[arc])
            here = rows_at + np.int64(at) * _ROW
            _relax(rows_at + upper * _ROW, is_touched[upper], here, climb[arc])
            is_touched[upper] = True


@compiled
def _descend(
    first: NDArray[np.int32],
    to: NDArray[np.int32],
    descend: NDArray[np.uint16],
    rows: NDArray[np.uint16],
    is_touched: NDArray[np.bool_],
) -> None:
    """Down over every node: each is written once, from rows that are written already."""
    rows_at, to_at = np.intp(rows.ctypes.data), np.intp(to.ctypes.data)
    units_at = np.intp(descend.ctypes.data)
    for at in range(len(is_touched)):
        arc = np.int64(first[at])
        _nearest_row(
            rows_at + at * _ROW,
            is_touched[at],
            rows_at,
            to_at + 4 * arc,
            units_at + 2 * arc,
            np.int64(first[at + 1]) - arc,
        )


@compiled
def _gather(
    at: NDArray[np.int32], units: NDArray[np.uint16], rows: NDArray[np.uint16]
) -> NDArray[np.uint16]:
    """The better of both ends for each place, saturating."""
    found = np.full((len(at), LANES), TOO_FAR, np.uint16)
    for i in range(len(at)):
        for side in range(2):
            step = np.uint32(units[i, side])
            for lane in range(LANES):
                total = min(np.uint32(rows[at[i, side], lane]) + step, np.uint32(TOO_FAR))
                found[i, lane] = min(np.uint32(found[i, lane]), total)
    return found
