"""GTFS-JP: the community bus みほん号, four a day but not on Sundays and holidays; and a feed run out.

Buses run along the streets of the network; the times follow from the metres.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

import numpy as np

from geo.days import is_holiday
from geo.sources.mihon.files import csv_bytes, zip_bytes
from geo.sources.mihon.places import NAME, table
from geo.sources.mihon.plane import lonlat
from geo.sources.mihon.streets import Network

DEPARTURES = ("07:20", "09:40", "13:10", "16:30")  # four a day, each way
_BACK_AFTER_MIN = 70
_BUS_M_PER_MIN = 380.0  # 23 km/h
_HALT_MIN = 0.4
_ROADS = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential"}
_COLOURS = ("136C49", "1D3363", "C45210", "641FAD")
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class _Feed:
    """Who runs it and when it is valid."""

    agency: str
    phone: str
    first: date
    last: date
    routes: tuple[str, ...]
    short: str


CURRENT = _Feed(
    *("みほん市コミュニティバス みほん号", "0000-21-1234", date(2026, 4, 1), date(2027, 3, 31)),
    *(("北が丘線", "奥沢線", "海岸線", "新田線"), "mihon"),
)
EXPIRED = _Feed(
    *("みほん交通株式会社", "0000-22-5678", date(2024, 4, 1), date(2025, 3, 31)),
    *(("海岸線", "奥沢線"), "kotsu"),
)


@dataclass(frozen=True, slots=True)
class _Route:
    """stops: (name, kana, node); path: nodes from the first stop to the last; at_m: stop -> metres."""

    name: str
    stops: tuple[tuple[str, str, int], ...]
    path: tuple[int, ...]
    at_m: tuple[float, ...]


def gtfs_files(network: Network) -> dict[str, bytes]:
    """File name -> zip."""
    routes = _routes(network)
    return {
        "mihon_gtfs.zip": _zip(CURRENT, routes, network),
        "mihon_kotsu_gtfs_expired.zip": _zip(EXPIRED, routes, network),
    }


def _routes(network: Network) -> list[_Route]:
    roads = Network(
        network.xy,
        tuple(w for w in network.ways if w.is_joined and w.tags["highway"] in _ROADS),
    )
    neighbours = roads.neighbours()
    nodes = np.array(sorted(neighbours))
    found: list[_Route] = []
    for name, rows in groupby(table("bus_stops"), key=lambda row: row["route"]):
        stops = [(row["name"], row["kana"], _nearest(row, nodes, network)) for row in rows]
        path, at_m = [stops[0][2]], [0.0]
        for (_, _, start), (_, _, end) in pairwise(stops):
            part, metres = _shortest(neighbours, start, end)
            path += part[1:]
            at_m.append(at_m[-1] + metres)
        found.append(_Route(name, tuple(stops), tuple(path), tuple(at_m)))
    return found


def _nearest(row: Mapping[str, str], nodes: np.ndarray, network: Network) -> int:
    place = np.array([float(row["x"]), float(row["y"])])
    return int(nodes[np.argmin(np.hypot(*(network.xy[nodes] - place).T))])


def _shortest(
    neighbours: Mapping[int, list[tuple[int, float]]], start: int, end: int
) -> tuple[list[int], float]:
    """Nodes of the shortest way and its metres."""
    away, before = {start: 0.0}, {start: start}
    queue = [(0.0, start)]
    while queue:
        metres, node = heapq.heappop(queue)
        if node == end:
            break
        if metres > away[node]:
            continue
        for other, more in neighbours[node]:
            if metres + more < away.get(other, np.inf):
                away[other], before[other] = metres + more, node
                heapq.heappush(queue, (metres + more, other))
    path = [end]
    while path[-1] != start:
        path.append(before[path[-1]])
    return path[::-1], away[end]


def _zip(feed: _Feed, routes: Sequence[_Route], network: Network) -> bytes:
    own = [route for route in routes if route.name in feed.routes]
    number = {name: at for at, name in enumerate(_stop_names(own), start=1)}
    tables: dict[str, tuple[Sequence[str], Iterable[Row]]] = {
        **_who(feed),
        "stops": _stops(own, number, network),
        "routes": _route_rows(own),
        "trips": _trips(own),
        "stop_times": _stop_times(own, number),
        "calendar": (
            ("service_id", *_WEEKDAYS, "start_date", "end_date"),
            [("月土", 1, 1, 1, 1, 1, 1, 0, _day(feed.first), _day(feed.last))],
        ),
        "calendar_dates": (
            ("service_id", "date", "exception_type"),
            [("月土", _day(day), 2) for day in _off(feed)],
        ),
        "shapes": _shapes(own, network),
        "translations": _translations(own),
    }
    parts = {f"{name}.txt": csv_bytes(*rows, "utf-8") for name, rows in tables.items()}
    return zip_bytes(dict(sorted(parts.items())))


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _who(feed: _Feed) -> dict[str, tuple[Sequence[str], Iterable[Row]]]:
    url = f"https://{feed.short}.example.jp/"
    return {
        "agency": (
            (
                *("agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang"),
                "agency_phone",
            ),
            [(feed.short, feed.agency, url, "Asia/Tokyo", "ja", feed.phone)],
        ),
        "agency_jp": (("agency_id", "agency_official_name"), [(feed.short, feed.agency)]),
        "feed_info": (
            (
                *("feed_publisher_name", "feed_publisher_url", "feed_lang"),
                *("feed_start_date", "feed_end_date", "feed_version"),
            ),
            [(NAME, url, "ja", _day(feed.first), _day(feed.last), f"{_day(feed.first)}_1")],
        ),
        "fare_attributes": (
            ("fare_id", "price", "currency_type", "payment_method", "transfers"),
            [("均一", 200, "JPY", 0, 0)],
        ),
        "office_jp": (("office_id", "office_name"), [("1", "みほん市地域交通課")]),
    }


def _stop_names(routes: Sequence[_Route]) -> list[str]:
    return list(dict.fromkeys(name for route in routes for name, _, _ in route.stops))


def _stops(
    routes: Sequence[_Route], number: Mapping[str, int], network: Network
) -> tuple[Sequence[str], list[Row]]:
    node = {name: at for route in routes for name, _, at in route.stops}
    places = lonlat(network.xy[[node[name] for name in number]])
    rows: list[Row] = [
        (f"{at:03d}", name, f"{place[1]:.6f}", f"{place[0]:.6f}", f"z{at:03d}", 0)
        for (name, at), place in zip(number.items(), places, strict=True)
    ]
    return ("stop_id", "stop_name", "stop_lat", "stop_lon", "zone_id", "location_type"), rows


def _route_rows(routes: Sequence[_Route]) -> tuple[Sequence[str], list[Row]]:
    header = (
        *("route_id", "agency_id", "route_short_name", "route_long_name", "route_type"),
        *("route_color", "route_text_color"),
    )
    agency = "mihon" if len(routes) > 2 else "kotsu"
    rows: list[Row] = [
        (f"R{at + 1}", agency, "", route.name, 3, _COLOURS[at], "FFFFFF")
        for at, route in enumerate(routes)
    ]
    return header, rows


def _runs(routes: Sequence[_Route]) -> Iterable[tuple[int, _Route, int, int, str]]:
    """(number of the route, route, direction, minute of departure, trip id)."""
    for at, route in enumerate(routes, start=1):
        for departure in DEPARTURES:
            hour, minute = departure.split(":")
            leaves = int(hour) * 60 + int(minute) + at * 3
            for direction in (0, 1):
                start = leaves + direction * _BACK_AFTER_MIN
                yield at, route, direction, start, f"R{at}_{direction}_{start:04d}"


def _trips(routes: Sequence[_Route]) -> tuple[Sequence[str], list[Row]]:
    header = ("route_id", "service_id", "trip_id", "trip_headsign", "direction_id", "shape_id")
    rows: list[Row] = [
        (f"R{at}", "月土", trip, route.stops[0 if back else -1][0], back, f"R{at}_{back}")
        for at, route, back, _, trip in _runs(routes)
    ]
    return header, rows


def _stop_times(
    routes: Sequence[_Route], number: Mapping[str, int]
) -> tuple[Sequence[str], list[Row]]:
    header = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")
    rows: list[Row] = []
    for _, route, back, start, trip in _runs(routes):
        whole = route.at_m[-1]
        order = list(zip(route.stops, route.at_m, strict=True))
        for sequence, ((name, _, _), metres) in enumerate(order[::-1] if back else order, start=1):
            gone = whole - metres if back else metres
            minute = start + round(gone / _BUS_M_PER_MIN + (sequence - 1) * _HALT_MIN)
            clock = f"{minute // 60:02d}:{minute % 60:02d}:00"
            rows.append((trip, clock, clock, f"{number[name]:03d}", sequence))
    return header, rows


def _shapes(routes: Sequence[_Route], network: Network) -> tuple[Sequence[str], list[Row]]:
    rows: list[Row] = []
    for at, route in enumerate(routes, start=1):
        for back in (0, 1):
            path = lonlat(network.xy[list(route.path[::-1] if back else route.path)])
            rows += [
                (f"R{at}_{back}", f"{lat:.6f}", f"{lon:.6f}", sequence)
                for sequence, (lon, lat) in enumerate(path, start=1)
            ]
    return ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"), rows


def _translations(routes: Sequence[_Route]) -> tuple[Sequence[str], list[Row]]:
    kana = {name: said for route in routes for name, said, _ in route.stops}
    header = ("table_name", "field_name", "language", "translation", "field_value")
    return header, [("stops", "stop_name", "ja-Hrkt", said, name) for name, said in kana.items()]


def _off(feed: _Feed) -> list[date]:
    """Holidays on days of the week, and the turn of the year."""
    span = [feed.first + timedelta(days=n) for n in range((feed.last - feed.first).days + 1)]
    turn = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    return [
        day
        for day in span
        if day.weekday() != 6 and (is_holiday(day) or (day.month, day.day) in turn)
    ]


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
