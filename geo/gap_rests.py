"""ひと休みのところ: who can sit down every so many metres on the way to what one goes to every day.

A bench is no place one goes to: nobody lacks one that is thirty minutes away. What counts is the way. Somebody is
reached who gets, within the limit, to one of the everyday places without walking farther than the kind's metres
between two places to sit (home, seat, seat … the place itself). She goes to the nearest seat from which one gets on.
Whoever has no everyday place within the limit at all is unknown: a seat would not help, and is not what is lacking.
"""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from geo import crs
from geo.access.coverage import is_within
from geo.gap_offers import Offers, OfferSet
from geo.gap_reach import WHEN, Limit, Mask, OpenDays, Town, counting, days_of, is_enough, is_known
from geo.means import OnStreets
from geo.records.kinds import Kind
from geo.streets.network import frozen
from geo.streets.snap import Snap

# our choice: where one goes on foot in every week; a clinic is far oftener reached by car
ON_THE_WAY_TO = ("exercise_group", "salon", "grocery")

Floats = NDArray[np.float64]
Places = Sequence[tuple[float, float]]


def is_rest(kind: Kind) -> bool:
    """Whether a kind is something to sit on along a way: it stands there, and its limit is in metres."""
    return kind.reach == "there" and kind.limit_m is not None


def rest_days(
    town: Town, offered: Offers, limit: Limit, apart_m: float, going_to: Sequence[Offers]
) -> Mapping[Limit, OpenDays]:
    """As gap_reach.open_days, of what is sat on. On the days of the question a seat, or a place, either suffices by
    itself or is not there."""
    town.joined(limit.profile)  # its homes are what everything here speaks of
    places = _places(town, [one for some in going_to for one in some.sets], "usual")
    to_place = _seconds(town, limit, places, limit.minutes * 60)
    has_way = np.isfinite(to_place)
    masks = {}
    for name in WHEN:
        seats = _places(town, offered.sets, name)
        masks[name] = seated(town, limit, apart_m, seats, places) & has_way
    words = town.words
    full = ~np.uint64(0)
    bits = {
        name: np.repeat(np.where(mask, full, np.uint64(0))[:, None], words, axis=1)
        for name, mask in masks.items()
    }
    return {limit: OpenDays(bits, is_known(town, offered, limit) & has_way)}


def seated(town: Town, limit: Limit, apart_m: float, seats: Places, places: Places) -> Mask:
    """(homes,) who gets to one of the places within the limit, sitting down at least every ``apart_m`` metres.

    seats, places  (lon, lat)
    """
    joined = town.joined(limit.profile)
    apart_s, limit_s = apart_m / limit.profile.metres_per_min * 60, limit.minutes * 60
    straight_on = is_within(_seconds(town, limit, places, apart_s), limit_s)
    on_street = _on_street(town, limit, seats)
    if not len(seats) or not places:
        return straight_on
    onward_s = _onward(town, limit, on_street, places, apart_s)
    good = np.flatnonzero(is_within(onward_s, limit_s))
    if not len(good):
        return straight_on
    means = OnStreets(town.area, limit.profile)
    nearest = means.seconds(on_street[good], apart_s, backward=True).at(joined.snap)
    found = np.isfinite(nearest.seconds)
    whole_s = np.full(len(found), np.inf)
    whole_s[found] = nearest.seconds[found] + onward_s[good][nearest.owner[found]]
    return straight_on | is_within(whole_s, limit_s)


def _onward(town: Town, limit: Limit, seats: Snap, places: Places, apart_s: float) -> Floats:
    """(seats,) seconds from each seat to the nearest place, from seat to seat; inf where there is none."""
    means = OnStreets(town.area, limit.profile)
    goal = means.seconds(_on_street(town, limit, places), apart_s, backward=True)
    onward = goal.at(seats).seconds.copy()
    waiting = [(float(onward[at]), int(at)) for at in np.flatnonzero(np.isfinite(onward))]
    heapify(waiting)
    while waiting:
        spent, seat = heappop(waiting)
        if spent > onward[seat]:
            continue
        here = means.seconds(seats[np.array([seat])], apart_s, backward=True).at(seats).seconds
        for other in np.flatnonzero(here + spent < onward):
            onward[other] = here[other] + spent
            heappush(waiting, (float(onward[other]), int(other)))
    return onward


def _places(town: Town, sets: Sequence[OfferSet], name: str) -> list[tuple[float, float]]:
    """Places of the sets that count under an assumption, for everybody, and suffice by themselves."""
    usable = is_enough(town.rhythm)
    return [
        place[:2]
        for one in sets
        if name in counting(one)
        and one.reaches.by_place
        and not one.reaches.areas
        and usable(days_of(town, one)[None])[0]
        for place in one.places
    ]


def _on_street(town: Town, limit: Limit, places: Places) -> Snap:
    lonlat = np.array(places, np.float64).reshape(-1, 2)
    xy_m = crs.to_plane_m(lonlat, town.area.network.zone)
    return OnStreets(town.area, limit.profile).join(frozen(xy_m))


def _seconds(town: Town, limit: Limit, places: Places, farthest_s: float) -> Floats:
    """(homes,) seconds to the nearest of the places; inf beyond."""
    homes = town.joined(limit.profile).snap
    if not places:
        return np.full(len(homes), np.inf)
    means = OnStreets(town.area, limit.profile)
    found = means.seconds(_on_street(town, limit, places), farthest_s, backward=True)
    return found.at(homes).seconds
