"""Points that a database wrote as text."""

import csv
import struct

import pytest

from geo.sources import point_texts


def ewkb(lon, lat, srid=4326, order="<", kind=1):
    head = bytes([order == "<"]) + struct.pack(f"{order}II", kind | 0x20000000, srid)
    return (head + struct.pack(f"{order}dd", lon, lat)).hex().upper()


@pytest.mark.parametrize(
    "written",
    [
        ewkb(136.17, 35.9),
        ewkb(136.17, 35.9, order=">"),
        ewkb(136.17, 35.9, srid=6668).lower(),
        "POINT(136.17 35.9)",
        "SRID=4326;POINT (136.17 35.9)",
        "POINT Z (136.17 35.9 12.5)",
    ],
)
def test_a_point_is_read(written):
    assert point_texts.read(written) == (136.17, 35.9)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "POINT EMPTY",
        "LINESTRING(136 35, 137 35)",
        "SRID=3857;POINT(15158000 4289000)",
        "POINT(1e999 35)",
        "POINT(.. ..)",
        ewkb(136.17, 35.9, srid=4301),  # the old datum needs more than reading
        ewkb(136.17, 35.9, kind=2),
        ewkb(float("nan"), 35.9),
        ewkb(136.17, 35.9)[:44],
        ewkb(136.17, 35.9)[:43],
    ],
)
def test_anything_else_is_no_point(written):
    assert point_texts.read(written) is None


def test_the_refuges_of_echizen_stand_where_their_twin_layer_has_them(real):
    with (real / "echizen/shelter/refuge.csv").open(encoding="utf-8-sig", newline="") as file:
        points = [point_texts.read(row["the_geom"]) for row in csv.DictReader(file)]
    assert len(points) == 413
    assert all(136.0 < lon < 136.4 and 35.7 < lat < 36.0 for lon, lat in points)
