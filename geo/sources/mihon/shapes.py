"""Areas as polygons on the sheet: towns first, every other area is a group of towns."""

from collections.abc import Callable, Iterable

import numpy as np
import shapely
from shapely import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.sources.mihon.land import Land
from geo.sources.mihon.places import SEED, Town, towns
from geo.sources.mihon.plane import roughened

_STEP = 45.0  # metres between points of a border, so that it bends with the sheet


def town_shapes(land: Land) -> dict[str, Polygon]:
    """Town name -> polygon. Together they are the city, without gap or overlap.

    Each bank of the river is shared out among its towns by nearness, with rough borders.
    """
    rng = np.random.default_rng(SEED + 1)
    lines: list[BaseGeometry] = []
    for bank in land.banks:
        seeds = [Point(town.x, town.y) for town in towns() if bank.contains(_point(town))]
        edges = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=bank, only_edges=True)
        inside = shapely.intersection(edges, bank.buffer(80))
        straight = [np.array(line.coords) for line in shapely.get_parts(inside)]
        lines += [shapely.linestrings(roughened(line, 70, 0.07, rng)) for line in straight]
        lines.append(bank.exterior)
    noded = shapely.segmentize(shapely.union_all(lines), _STEP)
    pieces = [
        piece
        for piece in shapely.get_parts(shapely.polygonize([*shapely.get_parts(noded)]))
        if land.city.contains(piece.representative_point())
    ]
    return _given_to_towns(pieces)


def groups(
    shapes: dict[str, Polygon], group_of: Callable[[Town], str], inside: Iterable[str] = ()
) -> dict[str, BaseGeometry]:
    """Name of a group -> the union of its towns, in the order of the table.

    inside  only these towns, where given
    """
    named = set(inside) or set(shapes)
    members: dict[str, list[Polygon]] = {}
    for town in towns():
        if town.name in named:
            members.setdefault(group_of(town), []).append(shapes[town.name])
    return {name: shapely.union_all(parts) for name, parts in members.items()}


def _given_to_towns(pieces: list[Polygon]) -> dict[str, Polygon]:
    """Each piece to the town whose heart it holds; leftovers to the neighbour they touch most."""
    own: dict[str, Polygon] = {}
    left: list[Polygon] = []
    for piece in pieces:
        held = [town.name for town in towns() if piece.contains(_point(town))]
        if held:
            own[held[0]] = piece
        else:
            left.append(piece)
    while left:
        piece = left.pop(0)
        shared = {
            name: shapely.intersection(piece.boundary, shape.boundary).length
            for name, shape in own.items()
        }
        best = max(shared, key=lambda name: shared[name])
        if shared[best] == 0:
            left.append(piece)  # its neighbour is a leftover too and comes first
            continue
        own[best] = shapely.union(own[best], piece)
    return {town.name: own[town.name] for town in towns()}


def _point(town: Town) -> Point:
    return Point(town.x, town.y)
