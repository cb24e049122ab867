"""OSMのタグから道の使い方へ: who may pass a way of OSM, which way, and what it is like.

Tags as in the OSM wiki ("Key:access", "OSM tags for routing/Access restrictions", "Key:oneway",
"Key:conveying"). The classes are those of the base map (osm_classes); what is drawn there and what is
walked here is one street.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from geo.sources.osm_classes import ROADS
from geo.streets.network import Built, Known, Mode, StreetClass, Surface

Tags = Mapping[str, str]

# Ways that are walked but not drawn on the base map.
_WALKED = {
    "corridor": "footway",
    "platform": "footway",
    "elevator": "footway",
    "crossing": "footway",
}
KEYS = ("highway", "route", "railway", "public_transport")

# The keys that say who may pass, from the particular to the general.
_ACCESS = {
    Mode.FOOT: ("foot", "access"),
    Mode.BICYCLE: ("bicycle", "vehicle", "access"),
    Mode.CAR: ("motorcar", "motor_vehicle", "vehicle", "access"),
}
# What closes a way, and what opens one that its class would close; other words change nothing.
_CLOSED = frozenset(
    [
        "no",
        "private",
        "military",
        "permit",
        "residents",
        "delivery",
        "agricultural",
        "forestry",
        "agricultural;forestry",
        "emergency",
        "restricted",
        "use_sidepath",
        "dismount",
    ]
)
_OPENED = frozenset(
    ["yes", "designated", "permissive", "destination", "official", "customers", "public"]
)
_OPEN_TO = {
    Mode.FOOT: frozenset(StreetClass) - {StreetClass.MOTORWAY},
    Mode.BICYCLE: frozenset(StreetClass)
    - {StreetClass.MOTORWAY, StreetClass.STEPS, StreetClass.FOOTWAY, StreetClass.PEDESTRIAN},
    Mode.CAR: frozenset(
        [
            *(StreetClass.MOTORWAY, StreetClass.TRUNK, StreetClass.PRIMARY, StreetClass.SECONDARY),
            *(StreetClass.TERTIARY, StreetClass.RESIDENTIAL, StreetClass.SERVICE),
            *(StreetClass.TRACK, StreetClass.FERRY),
        ]
    ),
}
_PAVED = (
    "paved asphalt concrete concrete:plates concrete:lanes paving_stones sett bricks metal wood"
)
_FIRM = "compacted fine_gravel chipseal cobblestone unhewn_cobblestone grass_paver"
_ROUGH = (
    "unpaved gravel ground dirt earth grass sand mud pebblestone rock stepping_stones woodchips"
)
_SURFACES = {
    **dict.fromkeys(_PAVED.split(), Surface.PAVED),
    **dict.fromkeys(_FIRM.split(), Surface.FIRM),
    **dict.fromkeys(_ROUGH.split(), Surface.ROUGH),
}
_LIT = {"yes": Known.YES, "24/7": Known.YES, "automatic": Known.YES, "limited": Known.LIMITED}
_WHEELS = {"yes": Known.YES, "designated": Known.YES, "limited": Known.LIMITED, "no": Known.NO}
# Barriers on a street that stop who cannot step over or through them; a gate opens.
_STOPS_CARS = frozenset(
    [
        "bollard",
        "block",
        "cycle_barrier",
        "motorcycle_barrier",
        "kissing_gate",
        "stile",
        "turnstile",
        "full-height_turnstile",
        "log",
        "horse_stile",
        "jersey_barrier",
        "debris",
        "chain",
        "planter",
        "step",
        "wicket_gate",
    ]
)
_STOPS_BICYCLES = frozenset(
    ["stile", "turnstile", "full-height_turnstile", "kissing_gate", "horse_stile"]
)
_LONGEST_FERRY_S = 48 * 3600
_MOST_STEPS = (
    5000  # our choice: a number beyond it is a slip; the longest stairs of Japan have 3,333
)


@dataclass(frozen=True, slots=True)
class WayTraits:
    """One way of OSM as the engine sees it. ``open`` holds bits of Mode.along and .against.

    steps    number of steps of the whole flight; NaN where nobody counted
    ferry_s  seconds of the whole crossing; NaN for streets
    """

    street: StreetClass
    open: int
    lit: Known
    wheelchair: Known
    surface: Surface
    built: int
    steps: float
    max_kmh: int
    ferry_s: float


def traits_of(tags: Tags) -> WayTraits | None:
    """What a way is to people, bicycles and cars; None when nobody may use it or it is no street."""
    street = _class(tags)
    if street is None:
        return None
    ferry_s = _duration_s(tags.get("duration", "")) if street == StreetClass.FERRY else float("nan")
    if street == StreetClass.FERRY and not ferry_s > 0:
        return None  # nobody knows how long it takes
    passes = sum(_direction_bits(mode, tags) for mode in Mode if _may_pass(mode, street, tags))
    if not passes:
        return None
    return WayTraits(
        street,
        passes,
        _LIT.get(tags.get("lit", ""), Known.NO if tags.get("lit") == "no" else Known.UNKNOWN),
        _WHEELS.get(tags.get("wheelchair", ""), Known.UNKNOWN),
        _SURFACES.get(tags.get("surface", ""), Surface.UNKNOWN),
        _built(tags),
        _number(tags.get("step_count", ""), _MOST_STEPS),
        _kmh(tags.get("maxspeed", "")),
        ferry_s,
    )


def shut_by(tags: Tags) -> int:
    """Bits of Mode for whom a node with these tags is the end of the way."""
    if "barrier" not in tags:
        return 0
    shut = 0
    for mode in Mode:
        said = _said(mode, tags)
        stops = _STOPS_CARS if mode == Mode.CAR else _STOPS_BICYCLES
        by_kind = mode != Mode.FOOT and tags["barrier"] in stops
        if said in _CLOSED or (said is None and by_kind):
            shut |= mode.bit
    return shut


def signal_for(tags: Tags) -> int:
    """For whom traffic lights stand at a node: 1 who drives along, 2 against, 3 both. Lights of a crossing
    alone (crossing=traffic_signals) are left out: mappers draw them beside those of the junction too."""
    if tags.get("highway") != "traffic_signals":
        return 0
    way = tags.get("traffic_signals:direction", tags.get("direction", ""))
    return {"forward": 1, "backward": 2}.get(way, 3)


def _class(tags: Tags) -> StreetClass | None:
    if tags.get("route") == "ferry" and "highway" not in tags:
        return StreetClass.FERRY
    highway = tags.get("highway", "").removesuffix("_link")
    if highway in ROADS:
        return StreetClass[ROADS[highway].upper()]
    is_platform = "platform" in (tags.get("railway"), tags.get("public_transport"))
    return StreetClass.FOOTWAY if highway in _WALKED or is_platform else None


def _may_pass(mode: Mode, street: StreetClass, tags: Tags) -> bool:
    said = _said(mode, tags)
    if said is not None and said in _CLOSED:
        return False
    if street == StreetClass.MOTORWAY and mode != Mode.CAR:
        return False  # whatever a tag says: nobody walks there
    # A general "access=yes" opens nothing that the class closes; the mode's own key does.
    own = any(tags.get(key) in _OPENED for key in _ACCESS[mode] if key not in ("access", "vehicle"))
    if tags.get("motorroad") == "yes" and mode != Mode.CAR:
        return own
    return street in _OPEN_TO[mode] or own


def _said(mode: Mode, tags: Tags) -> str | None:
    return next((tags[key] for key in _ACCESS[mode] if key in tags), None)


def _direction_bits(mode: Mode, tags: Tags) -> int:
    one_way = _one_way(mode, tags)
    return (mode.along if one_way >= 0 else 0) | (mode.against if one_way <= 0 else 0)


def _one_way(mode: Mode, tags: Tags) -> int:
    """1 along only, -1 against only, 0 both."""
    if mode == Mode.FOOT:
        moves = {"forward": 1, "yes": 1, "backward": -1}.get(tags.get("conveying", ""), 0)
        return _sense(tags.get("oneway:foot", "")) or moves
    if mode == Mode.BICYCLE:
        if "oneway:bicycle" in tags:
            return _sense(tags["oneway:bicycle"])
        if any(v.startswith("opposite") for k, v in tags.items() if k.startswith("cycleway")):
            return 0
    implied = tags.get("junction") in ("roundabout", "circular") or (
        tags.get("highway") in ("motorway", "motorway_link")
    )
    said = tags.get("oneway", "")
    return _sense(said) if said else int(implied)


def _sense(word: str) -> int:
    if word in ("-1", "reverse"):
        return -1
    return 1 if word in ("yes", "true", "1") else 0


def _built(tags: Tags) -> int:
    crossing = "crossing" in (tags.get("footway"), tags.get("path"), tags.get("cycleway"))
    marks = {
        Built.BRIDGE: tags.get("bridge", "no") != "no",
        Built.TUNNEL: tags.get("tunnel", "no") not in ("no", "building_passage"),
        Built.CROSSING: crossing or tags.get("highway") == "crossing",
        Built.ROUNDABOUT: tags.get("junction") in ("roundabout", "circular"),
    }
    return sum(mark for mark, is_there in marks.items() if is_there)


def _number(text: str, most: float) -> float:
    """A number at the head of a tag; NaN where there is none or it is out of all reason."""
    found = re.match(r"\s*(\d{1,5}(?:\.\d{1,3})?)(?![\d.eE])", text)
    value = float(found[1]) if found else float("nan")
    return value if value <= most else float("nan")


def _kmh(text: str) -> int:
    """A speed limit; 0 where it is unsaid or in words. Japan writes no miles."""
    value = _number(text, 200)
    return 0 if math.isnan(value) or "mph" in text else int(value)


def _duration_s(text: str) -> float:
    """hh:mm, hh:mm:ss, minutes, or ISO 8601 (PT1H20M) → seconds; NaN for anything else."""
    text = text.strip()
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text):
        hours, minutes, *seconds = (int(part) for part in text.split(":"))
        total = hours * 3600 + minutes * 60 + sum(seconds)
    elif re.fullmatch(r"\d{1,4}", text):
        total = int(text) * 60
    else:
        iso = re.fullmatch(r"PT(?:(\d{1,2})H)?(?:(\d{1,4})M)?(?:(\d{1,4})S)?", text)
        hours, minutes, second = (int(part or 0) for part in iso.groups()) if iso else (0, 0, 0)
        total = hours * 3600 + minutes * 60 + second
    return float(total) if 0 < total <= _LONGEST_FERRY_S else float("nan")
