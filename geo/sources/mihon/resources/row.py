"""One resource of the city, and how places, dates and telephone numbers are drawn for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely import Polygon

from geo.sources.mihon.places import SEED, Town, towns
from geo.sources.mihon.plane import Array
from geo.sources.mihon.streets import Network

SHAKYO = "みほん市社会福祉協議会"
CITY = "みほん市"
Place = tuple[float, float]
Corners = dict[str, list[int]]

# 確認日 as of autumn 令和8: this 年度, last 年度 (今年度は未確認), older than 13 months, never
_CONFIRMED = (
    (0.58, ("2026-05-12", "2026-05-20", "2026-06-03", "2026-06-18", "2026-04-24", "2026-07-08")),
    (0.24, ("2025-09-18", "2025-10-07", "2025-11-12", "2026-02-20")),
    (0.10, ("2024-05-10", "2023-06-01", "2024-11-15")),
    (0.08, ("",)),
)
_STREETS = ("residential", "unclassified", "tertiary", "secondary", "primary", "trunk")


@dataclass(frozen=True, slots=True)
class Resource:
    """One row of a list. Texts are as an office writes them; xy is on the sheet.

    kind     the list's own word for it, which geo.kinds can read
    days, opens, closes, days_note, months   the openings
    other    what only some lists say: 区域, 受付, 公開, …
    """

    kind: str
    name: str
    kana: str
    town: str
    block: str
    xy: Place
    days: str = ""
    opens: str = ""
    closes: str = ""
    days_note: str = ""
    months: str = ""
    description: str = ""
    provider: str = ""
    eligibility: str = "だれでも"
    fee: str = ""
    capacity: str = ""
    confirmed: str = ""
    phone: str = ""
    note: str = ""
    other: Mapping[str, str] = field(default_factory=dict)


def street_corners(network: Network, shapes: Mapping[str, Polygon]) -> Corners:
    """Town -> nodes of its streets that can be reached."""
    several = {
        node
        for way in network.ways
        if way.is_joined and way.tags["highway"] in _STREETS and "bridge" not in way.tags
        for node in way.nodes
    }
    nodes = np.array(sorted(several))
    tree = shapely.STRtree([shapes[town.name].buffer(-12) for town in towns()])
    found: Corners = {town.name: [] for town in towns()}
    pairs = tree.query(shapely.points(network.xy[nodes]), predicate="within")
    for point, town in zip(*pairs, strict=True):
        found[towns()[town].name].append(int(nodes[point]))
    return found


class Draw:
    """Chance with a fixed seed, and the corners of streets it gives away."""

    def __init__(self, xy: Array, corners: Corners, seed: int) -> None:
        self.rng = np.random.default_rng(SEED + seed)
        self._xy = xy
        self._corners = {town: list(nodes) for town, nodes in corners.items()}

    def place(self, town: str, near: Place | None = None) -> tuple[Place, str]:
        """A free spot beside a street of a town, and its 番地."""
        corners = self._corners[town]
        if near is None:
            at = int(self.rng.integers(len(corners)))
        else:
            away = np.hypot(*(self._xy[corners] - np.array(near)).T)
            at = int(np.argmin(away))
        x, y = self._xy[corners.pop(at)]
        block = f"{self.rng.integers(1, 28)}番{self.rng.integers(1, 22)}号"
        return (float(x) + 4.0, float(y) + 5.0), block

    def confirmed(self) -> str:
        """A 確認日: most of this 年度, some of the last, some too old, some never."""
        at = self.rng.choice(len(_CONFIRMED), p=[share for share, _ in _CONFIRMED])
        return str(self.rng.choice(_CONFIRMED[int(at)][1]))

    def one(self, several: Sequence[Any]) -> Any:
        return several[int(self.rng.integers(len(several)))]

    def towns(self, count: int, kinds: Sequence[str] = ()) -> list[Town]:
        """Different towns, larger ones sooner; of these kinds only, where given."""
        from_ = [town for town in towns() if not kinds or town.kind in kinds]
        weight = np.array([town.people for town in from_], dtype=np.float64)
        rounds = -(-count // len(from_))
        drawn: list[Town] = []
        for _ in range(rounds):
            order = self.rng.choice(len(from_), len(from_), replace=False, p=weight / weight.sum())
            drawn += [from_[int(at)] for at in order]
        return drawn[:count]
