"""The lists as offices publish them: each in its own format, encoding and column names.

Every list has its own draw, so that a change in one leaves the others as they are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain

import numpy as np
from shapely import Point, Polygon

from geo.sources.mihon.addresses import Numbering
from geo.sources.mihon.files import Feature, csv_bytes, geojson_bytes
from geo.sources.mihon.houses import Houses
from geo.sources.mihon.osm import NURSING_HOME
from geo.sources.mihon.places import CODE, NAME, PREFECTURE
from geo.sources.mihon.plane import lonlat
from geo.sources.mihon.resources import columns
from geo.sources.mihon.resources.actors import actors, meals, one_offs
from geo.sources.mihon.resources.care import care, centres
from geo.sources.mihon.resources.gatherings import gatherings, other_gatherings
from geo.sources.mihon.resources.medical import medical
from geo.sources.mihon.resources.office_xlsx import support_xlsx
from geo.sources.mihon.resources.public import benches, public, safety
from geo.sources.mihon.resources.row import Draw, Resource, street_corners
from geo.sources.mihon.resources.shops import healthy_shops, shopping_bus, shops, van_stops
from geo.sources.mihon.streets import Network
from geo.sources.municipality_code import check_digit

_SIX = CODE + check_digit(CODE)
Cells = Mapping[str, str]
_FIELDS = (
    *("kind", "name", "kana", "town", "block", "days", "opens", "closes", "days_note", "months"),
    *("description", "provider", "eligibility", "fee", "capacity", "confirmed", "phone", "note"),
)
_OTHERS = (
    *("区域", "受付", "公開", "車", "祝日", "配達区域", "受付状況", "通常の事業の実施地域"),
    *("バリアフリー情報", "時間外における対応", "参加実人数", "連絡先"),
    *columns.ASKED,
    *("方書", "うち男性", "うち75歳以上", "市の補助"),
)


def resource_files(
    network: Network, shapes: Mapping[str, Polygon], houses: Houses, numbering: Numbering
) -> dict[str, bytes]:
    """File name -> content."""
    lists = all_lists(network, shapes, houses, numbering)
    return {
        f"{_SIX}_kayoinoba.csv": _standard(lists["kayoinoba"], "KY", columns.GATHERING, "cp932"),
        f"{_SIX}_public_facility.csv": _standard(lists["public"], "KS", columns.FACILITY, "cp932"),
        f"{_SIX}_care_service.csv": _standard(lists["care"], "", columns.CARE, "utf-8-sig"),
        f"{_SIX}_hospital.csv": _standard(lists["medical"], "", columns.MEDICAL, "utf-16", "\t"),
        f"{_SIX}_event.csv": _standard(lists["event"], "EV", columns.EVENT, "utf-8-sig"),
        "katsudo_dantai.csv": _standard(lists["groups"], "KD", columns.GATHERING, "utf-8-sig"),
        "aed_hinanjo.csv": _standard(lists["safety"], "AH", columns.FACILITY, "cp932"),
        "okaimono.csv": _standard(lists["shops"], "", columns.SHOP, "utf-8"),
        "ido_hanbai_kaimono_bus.csv": _standard(lists["vans"], "", columns.VAN, "cp932"),
        "haishoku.csv": _standard(lists["meals"], "", columns.MEAL, "utf-8-sig"),
        "kenko_oen.csv": _standard(lists["healthy"], "", columns.RDF, "utf-8-sig"),
        "otakara_shokuin.csv": _standard(lists["staff"], "TK", columns.STAFF, "utf-8-sig"),
        "hitoyasumi_isu.geojson": _benches_geojson(lists["benches"]),
        "seikatsu_shien.xlsx": support_xlsx(lists["support"]),
    }


def all_lists(
    network: Network, shapes: Mapping[str, Polygon], houses: Houses, numbering: Numbering
) -> dict[str, list[Resource]]:
    """Every resource by list, with its telephone number."""
    made: dict[str, Callable[[Draw], Iterable[Resource]]] = {
        "kayoinoba": gatherings,
        "public": lambda draw: chain(public(draw), one_offs(draw, "facility")),
        "care": lambda draw: chain(centres(draw), care(draw), one_offs(draw, "care")),
        "medical": lambda draw: chain(medical(draw), one_offs(draw, "medical")),
        "event": lambda draw: one_offs(draw, "event"),
        "groups": lambda draw: chain(other_gatherings(draw), actors(draw)),
        "safety": safety,
        "shops": lambda draw: chain(shops(draw), one_offs(draw, "shop")),
        "vans": lambda draw: chain(van_stops(draw), shopping_bus(draw)),
        "meals": meals,
        "healthy": healthy_shops,
        "staff": lambda draw: one_offs(draw, "staff"),
        "benches": benches,
        "support": lambda draw: one_offs(draw, "support"),
    }
    home = houses.xy[houses.nursing_home]
    corners = street_corners(network, shapes)
    found: dict[str, list[Resource]] = {}
    for number, (name, make) in enumerate(made.items()):
        rows = list(make(Draw(network.xy, corners, 100 + number)))
        found[name] = [
            _addressed(
                _at_home(replace(row, phone=row.phone or _phone(number, at)), home), numbering
            )
            for at, row in enumerate(rows)
        ]
    return found


def _phone(number: int, at: int) -> str:
    """0000-xx-xxxx is assigned to nobody."""
    return f"0000-{40 + number:02d}-{(at * 37 + 1204) % 10_000:04d}"


def _at_home(row: Resource, home: np.ndarray) -> Resource:
    """The 特養 stands where the census counts its residents."""
    return replace(row, xy=(float(home[0]), float(home[1]))) if row.name == NURSING_HOME else row


def _addressed(row: Resource, numbering: Numbering) -> Resource:
    """Under the number of the block it stands in."""
    if not row.town:
        return row
    return replace(row, block=numbering.address(row.town, row.xy, row.block))


def _standard(
    rows: list[Resource],
    prefix: str,
    header: Mapping[str, str],
    encoding: str,
    delimiter: str = ",",
) -> bytes:
    """A list whose columns are ``header``: column name -> what stands in it."""
    degrees = lonlat(np.array([row.xy for row in rows]))
    table: list[list[str]] = []
    for at, (row, place) in enumerate(zip(rows, degrees, strict=True), start=1):
        cells = _cells(row, at, prefix, place)
        table.append([cells.get(what, what.removeprefix("=")) for what in header.values()])
    return csv_bytes(list(header), table, encoding, delimiter)


def _cells(row: Resource, at: int, prefix: str, place: np.ndarray) -> Cells:
    """Everything a list may say of a resource, by the words that columns.py uses."""
    city = f"{PREFECTURE}{NAME}"
    is_outside = row.town == ""
    hours = f"{row.opens}～{row.closes}" if row.opens else ""
    said = {
        "": "",
        "code": _SIX,
        "number": f"{prefix}{at:04d}" if prefix else str(at),
        "prefecture": PREFECTURE,
        "city": NAME,
        "office": city,
        "address": row.block if is_outside else f"{city}{row.town}{row.block}",
        "short_address": row.block if is_outside else f"{row.town}{row.block}",
        "lat": f"{place[1]:.7f}",
        "lon": f"{place[0]:.7f}",
        "hours": hours,
        "hours_note": "。".join(filter(None, (hours, row.days_note))),
        "days_hours": " ".join(filter(None, (row.days, hours, row.days_note))),
        "office_number": f"99{at * 7919 % 10_000_000:08d}",
        "first_day": "2026-10-01",
        "last_day": "2027-03-31",
    }
    said |= {field: getattr(row, field) for field in _FIELDS}
    return said | {name: row.other.get(name, "") for name in _OTHERS}


def _benches_geojson(rows: list[Resource]) -> bytes:
    features: list[Feature] = [
        (
            {
                "番号": at,
                "種別": row.kind,
                "名称": row.name,
                "所在地": f"{row.town}{row.block}",
                "説明": row.description,
                "実施月": row.months or None,
                "管理": row.provider,
                "点検日": row.other["点検日"],
                "次の点検": row.other["次の点検"],
                "備考": row.note or None,
            },
            Point(row.xy),
        )
        for at, row in enumerate(rows, start=1)
    ]
    return geojson_bytes("hitoyasumi_isu", features)
