"""届きにくさの地図: what the map of an answer draws, the places within reach as areas."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo import reach
from geo.area import Area
from geo.gap_map import GapMap, OfKind
from geo.gap_offers import OfferSet
from geo.gap_reach import Limit
from geo.gap_rests import is_rest
from geo.openings.rhythm import Rhythm
from geo.possible_homes import outlines
from geo.reach_questions import Walk
from geo.records import districts
from geo.records.service_areas import Meaning
from geo.scope import Scope
from geo.streets.contour import Band
from geo.streets.snap import Join


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is within reach, lon-lat.

    leading, practical  from where one gets to a place within the limit; None where none is drawn
    served    the areas of a kind that goes by area; None where it does not, or none is known
    left_out  places that count but are not drawn: they are for the people of some areas only, or take turns
    """

    leading: Band | None
    practical: Band | None
    served: BaseGeometry | None
    left_out: int


def drawn(db: Session, scope: Scope, area: Area, found: GapMap) -> Drawn:
    """What the map of an answer draws: from where one gets to a place that counts for everybody and is itself open
    often enough. Of several kinds: from where to any of them, or to each; the practical limits are left out."""
    parts = [_drawn_of(db, scope, area, found.question.rhythm, of) for of in found.of]
    if len(parts) == 1:
        return parts[0]
    left_out = sum(part.left_out for part in parts)
    within = [shape for part in parts if (shape := _of_one(part)) is not None]
    if not within or (found.question.each and len(within) < len(parts)):
        return Drawn(None, None, None, left_out)
    join = shapely.intersection_all if found.question.each else shapely.union_all
    shape = MultiPolygon(
        [part for part in shapely.get_parts(join(within)) if part.geom_type == "Polygon"]
    )
    return Drawn(Band(found.question.minutes * 60, shape), None, None, left_out)


def _of_one(part: Drawn) -> BaseGeometry | None:
    return part.leading.shape if part.leading else part.served


def _drawn_of(db: Session, scope: Scope, area: Area, rhythm: Rhythm | None, of: OfKind) -> Drawn:
    if is_rest(of.kind):  # what counts is the way, and which way is everybody's own
        return Drawn(None, None, None, 0)
    served = _served(db, scope, [one.reaches.areas for one in of.offers.sets if one.sure.place])
    if of.by_area:
        return Drawn(None, None, served, 0)
    counting = [one for one in of.offers.sets if one.reaches.by_place and one.sure.place]
    clear = [one for one in counting if _is_for_all(one, rhythm)]
    places = [place[:2] for one in clear for place in one.places]
    bands = {limit: _band(area, limit, places) for limit in of.limits} if places else {}
    left_out = sum(len(one.places) for one in counting) - len(places)
    return Drawn(
        bands.get(of.leading), bands.get(of.practical) if of.practical else None, None, left_out
    )


def _is_for_all(one: OfferSet, rhythm: Rhythm | None) -> bool:
    if one.reaches.areas or not one.sure.days:
        return False
    return rhythm is None or bool(rhythm.holds(np.frombuffer(one.days, np.uint64)[None])[0])


def _band(area: Area, limit: Limit, places: list[tuple[float, float]]) -> Band | None:
    walk = Walk(limit.profile, (limit.minutes,), backward=True)
    start = reach.on_street(area, walk, places)
    if not (start.state == Join.JOINED).any():
        return None
    return reach.around(area, walk, start).bands[0]


def _served(db: Session, scope: Scope, areas: Iterable[tuple[Meaning, ...]]) -> BaseGeometry | None:
    """The areas that services go to, each once."""
    meanings = {one for some in areas for one in some}
    if not meanings:
        return None
    shapes: dict[UUID, BaseGeometry] = {}
    for level in districts.list_levels(db, scope):
        shapes |= outlines(db, scope, level.code)
    whole = shapely.union_all(list(outlines(db, scope, "municipality").values()))
    parts = []
    for one in meanings:
        part = whole if one.whole else shapes.get(one.district) if one.district else None
        if part is not None:
            without = [shapes[out] for out in one.without if out in shapes]
            parts.append(shapely.difference(part, shapely.union_all(without)))
    return shapely.union_all(parts) if parts else None
