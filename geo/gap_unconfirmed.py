"""今年度まだ確かめていないもの: of the entries in each area of a level, how many nobody has confirmed."""

from datetime import date
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from geo.access.spread import areas_of
from geo.days import freshness
from geo.possible_homes import outlines
from geo.records import districts, shelf
from geo.records.shelf import Wanted
from geo.scope import Scope


def unconfirmed(db: Session, scope: Scope, level: str, as_of: date) -> dict[UUID, tuple[int, int]]:
    """Area → (not confirmed within this 年度, all) of what lies in it. What lies nowhere is in none."""
    marks = [mark for mark in shelf.list_marks(db, scope, Wanted()) if mark.lon is not None]
    rows = districts.list_at_level(db, scope, level)
    shapes = outlines(db, scope, level)
    places = np.array([(mark.lon, mark.lat) for mark in marks], np.float64).reshape(-1, 2)
    row = areas_of(places, [shapes.get(one.id) for one in rows])
    stale = np.array(
        [freshness(mark.confirmed_on, as_of) != "confirmed" for mark in marks], np.bool_
    )
    every = np.bincount(row[row >= 0], minlength=len(rows))
    some = np.bincount(row[(row >= 0) & stale], minlength=len(rows)) if marks else every
    return {one.id: (int(some[at]), int(every[at])) for at, one in enumerate(rows)}
