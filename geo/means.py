"""移動の手段: what answers ask for seconds, whatever it is that moves people (HOUSE 4).

Streets are the one means there is. A bus, a chair to rest on after so many metres, a lift of the neighbours: each is
another class with these methods, and no answer has a branch more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.area import Area
from geo.streets.contour import Band, bands
from geo.streets.field import AccessField, Nearest
from geo.streets.network import frozen
from geo.streets.profile import TravelProfile
from geo.streets.snap import Snap, snap


class Seconds(Protocol):
    """Seconds between everywhere and the nearest of some places."""

    @property
    def nodes(self) -> Nearest:
        """At every node of the streets."""

    def at(self, homes: Snap) -> Nearest:
        """At places on or off the street."""


class Means(Protocol):
    """A way of getting about."""

    def join(self, xy_m: NDArray[np.float64]) -> Snap:
        """Where places (n, 2), metres of the plane zone, are got on."""

    def seconds(self, places: Snap, limit_s: float, *, backward: bool) -> Seconds:
        """To the places (``backward``), or from them; inf beyond the limit."""

    def bands(self, places: Snap, limits_s: Sequence[float], *, backward: bool) -> tuple[Band, ...]:
        """As far as one gets within each limit, or from where one gets to the places."""


@dataclass(frozen=True, slots=True)
class OnStreets:
    """On foot, in a wheelchair, by bicycle or car: along the streets of an area."""

    area: Area
    profile: TravelProfile

    def join(self, xy_m: NDArray[np.float64]) -> Snap:
        """Where places join the street that this traveller uses."""
        return snap(self.area.graph(self.profile), self.area.grid(self.profile), frozen(xy_m))

    def seconds(self, places: Snap, limit_s: float, *, backward: bool) -> AccessField:
        """Along the streets, the way off them included."""
        return AccessField(self.area.graph(self.profile), places, limit_s, backward)

    def bands(self, places: Snap, limits_s: Sequence[float], *, backward: bool) -> tuple[Band, ...]:
        """Around the streets that are reached."""
        return bands(self.area.graph(self.profile), places, limits_s, backward)
