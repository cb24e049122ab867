"""OSMのタグから地図の絵へ: which class of the base map a set of tags stands for, if any.

Only what a person on foot orients by. Tags as in the OSM wiki ("Map features"); what is not named
here (power lines, boundaries, shops) is no part of the base map and is passed over without a word.
"""

from collections.abc import Mapping

# highway=* → class; a link belongs to the road it leads to
ROADS = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "residential",
    "residential": "residential",
    "living_street": "residential",
    "road": "residential",
    "service": "service",
    "track": "track",
    "path": "path",
    "bridleway": "path",
    "footway": "footway",
    "cycleway": "cycleway",
    "pedestrian": "pedestrian",
    "steps": "steps",
}
STREETS = frozenset(ROADS.values())
_RAILS = ("rail", "light_rail", "tram", "subway", "monorail", "narrow_gauge", "funicular")
_RIVERS = {"river": "river", "canal": "river", "stream": "stream", "drain": "stream"}
_STATIONS = ("station", "halt", "tram_stop")
PLACES = ("city", "town", "village", "suburb", "quarter", "neighbourhood", "hamlet")
_LANDMARKS = ("school", "hospital", "townhall")
_AREAS = {
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("waterway", "dock"): "water",
    ("landuse", "reservoir"): "water",
    ("landuse", "basin"): "water",
    ("leisure", "park"): "park",
    ("leisure", "garden"): "park",
    ("leisure", "playground"): "park",
    ("leisure", "pitch"): "park",
    ("leisure", "golf_course"): "park",
    ("landuse", "recreation_ground"): "park",
    ("landuse", "village_green"): "park",
    ("landuse", "forest"): "forest",
    ("natural", "wood"): "forest",
    ("landuse", "farmland"): "farmland",
    ("landuse", "farmyard"): "farmland",
    ("landuse", "orchard"): "farmland",
    ("landuse", "meadow"): "farmland",
    ("landuse", "paddy"): "farmland",
    ("landuse", "residential"): "residential",
    ("landuse", "commercial"): "residential",
    ("landuse", "retail"): "residential",
    ("landuse", "industrial"): "residential",
    ("highway", "pedestrian"): "pedestrian",
    ("place", "square"): "pedestrian",
}
LINE_KEYS = ("highway", "railway", "waterway", "natural")
POINT_KEYS = ("railway", "place", "amenity")
_AREA_KEYS = tuple(dict.fromkeys(key for key, _ in _AREAS))
KEYS = tuple(dict.fromkeys((*LINE_KEYS, *POINT_KEYS, *_AREA_KEYS, "building")))
# building=* that nobody lives in, as the OSM wiki lists them; a shop, a temple or a plain "yes" may be a home
_NO_HOMES = frozenset(
    {
        *(
            "bakehouse",
            "barn",
            "bridge",
            "bunker",
            "carport",
            "church",
            "cinema",
            "civic",
            "college",
        ),
        *(
            "commercial",
            "construction",
            "container",
            "cowshed",
            "digester",
            "fire_station",
            "garage",
        ),
        *("garages", "gatehouse", "government", "grandstand", "greenhouse", "guardhouse", "hangar"),
        *("hospital", "hotel", "industrial", "kindergarten", "kiosk", "library", "manufacture"),
        *("museum", "office", "parking", "pavilion", "public", "riding_hall", "roof", "ruins"),
        *(
            "school",
            "service",
            "shed",
            "shrine",
            "sports_centre",
            "sports_hall",
            "stable",
            "stadium",
        ),
        *("storage_tank", "sty", "supermarket", "tent", "toilets", "tower", "train_station"),
        *("transformer_tower", "transportation", "university", "warehouse", "water_tower"),
    }
)
# What a building of any kind is used for, and nobody's home is in it. Who lives in care is counted apart.
_NO_HOME_AMENITIES = frozenset(
    {
        *(
            "college",
            "community_centre",
            "fire_station",
            "fuel",
            "hospital",
            "kindergarten",
            "library",
        ),
        *("nursing_home", "parking", "police", "school", "shelter", "social_facility", "toilets"),
        *("townhall", "university"),
    }
)
_RANK = {tag: rank for rank, tag in enumerate(_AREAS)}  # of two that apply the first is drawn
_NAMED_AREAS = ("water", "park", "forest")
_HIDDEN = ("culvert", "yes", "building_passage")


def class_of_line(tags: Mapping[str, str]) -> str | None:
    """Roads, railways, running water, the coast."""
    highway = tags.get("highway", "").removesuffix("_link")
    if highway in ROADS and tags.get("area") != "yes":
        return ROADS[highway]
    if tags.get("railway") in _RAILS:
        return "siding" if "service" in tags else "rail"
    if tags.get("waterway") in _RIVERS and tags.get("tunnel") not in _HIDDEN:
        return _RIVERS[tags["waterway"]]
    return "coast" if tags.get("natural") == "coastline" else None


def class_of_area(tags: Mapping[str, str]) -> str | None:
    """Water, green, fields, built-up land, buildings: ``building`` where people may live, ``no_home`` where
    tags say that nobody does. A closed street is an area if it says so."""
    if tags.get("building", "no") != "no":
        is_home = (
            tags["building"] not in _NO_HOMES and tags.get("amenity") not in _NO_HOME_AMENITIES
        )
        return "building" if is_home else "no_home"
    if tags.get("highway") == "pedestrian" and tags.get("area") != "yes":
        return None
    found = [tag for key in _AREA_KEYS if (tag := (key, tags.get(key))) in _AREAS]
    return _AREAS[min(found, key=_RANK.__getitem__)] if found else None


def class_of_point(tags: Mapping[str, str]) -> str | None:
    """What has its name written beside a point: places, stations, a few landmarks."""
    if tags.get("railway") in _STATIONS:
        return "station"
    if tags.get("place") in PLACES:
        return tags["place"]
    return tags["amenity"] if tags.get("amenity") in _LANDMARKS else None


def class_of_label(tags: Mapping[str, str], area: str | None) -> str | None:
    """The name in the middle of an area of a class: as of a point, else of named water and green."""
    return class_of_point(tags) or (area if area in _NAMED_AREAS else None)
