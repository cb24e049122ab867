"""Elevation models as they are delivered: GML, zips of zips, GeoTIFF; broken and hostile ones."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from geo import crs
from geo.errors import Unreadable
from geo.sources import archives, dem, dem_gml, model_town, model_town_heights
from geo.streets.terrain import Terrain

TOWN_DEM = Path(__file__).parents[3] / "data/model_town/FG-GML-4836-60-DEM5A.zip"
NAME = "FG-GML-4836-60-02-DEM5A-20161001.xml"
LINES = [
    "地表面,10.00",
    "表層面,11.50",
    "海水面,-9999.",
    "データなし,-9999.00",
    "内水面,3.00",
    "その他,-9999.",
]


def gml(lines=LINES, **said):
    """A tile of three cells by two, in the form of the real ones."""
    head = {
        "lower": "32.5 136.0",
        "upper": "32.5002 136.0003",
        "low": "0 0",
        "high": "2 1",
        "order": "+x-y",
        "start": "0 0",
        "type": "5mメッシュ（標高）",
        "srs": "fguuid:jgd2011.bl",
    } | said
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Dataset xmlns:gml="http://www.opengis.net/gml/3.2" xmlns="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema">
<gml:description>標高</gml:description>
<DEM gml:id="DEM001"><lfSpanFr><gml:timePosition>2009-03-01</gml:timePosition></lfSpanFr>
<devDate><gml:timePosition>2016-10-01</gml:timePosition></devDate>
<type>{head["type"]}</type><mesh>48366002</mesh>
<coverage gml:id="DEM001-3">
<gml:boundedBy><gml:Envelope srsName="{head["srs"]}">
<gml:lowerCorner>{head["lower"]}</gml:lowerCorner><gml:upperCorner>{head["upper"]}</gml:upperCorner>
</gml:Envelope></gml:boundedBy>
<gml:gridDomain><gml:Grid dimension="2"><gml:limits><gml:GridEnvelope>
<gml:low>{head["low"]}</gml:low><gml:high>{head["high"]}</gml:high>
</gml:GridEnvelope></gml:limits><gml:axisLabels>x y</gml:axisLabels></gml:Grid></gml:gridDomain>
<gml:rangeSet><gml:DataBlock><gml:rangeParameters/><gml:tupleList>
{chr(10).join(lines)}
</gml:tupleList></gml:DataBlock></gml:rangeSet>
<gml:coverageFunction><gml:GridFunction><gml:sequenceRule order="{head["order"]}">Linear</gml:sequenceRule>
<gml:startPoint>{head["start"]}</gml:startPoint></gml:GridFunction></gml:coverageFunction>
</coverage></DEM></Dataset>"""


def one(path, name=""):
    (piece,) = dem.read(path, name)
    return piece


def written(tmp_path, text, name=NAME, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def packed(**members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(name.replace("__", "."), content)
    return held.getvalue()


def test_a_tile_says_where_it_is_how_high_and_when(tmp_path):
    read = one(written(tmp_path, gml())).read
    tile = read.tile
    assert (tile.kind, tile.name, tile.made, read.datum) == (
        "DEM5A",
        "48366002",
        "2016-10-01",
        "jgd2011",
    )
    assert (tile.west, tile.north, tile.height_m.shape) == (136.0, 32.5002, (2, 3))
    assert (tile.cell_x, tile.cell_y) == pytest.approx((0.0001, 0.0001))
    expected = [
        [10, 11.5, np.nan],
        [np.nan, np.nan, np.nan],
    ]  # water has no ground, -9999 is unknown
    assert tile.height_m == pytest.approx(np.array(expected, np.float32), nan_ok=True)
    assert read.water == 2


def test_lines_that_begin_late_and_end_early_leave_the_rest_unknown(tmp_path):
    tile = one(written(tmp_path, gml(["地表面,1", "地表面,2"], start="1 0"))).read.tile
    expected = [[np.nan, 1, 2], [np.nan, np.nan, np.nan]]
    assert tile.height_m == pytest.approx(np.array(expected, np.float32), nan_ok=True)


@pytest.mark.parametrize(
    ("name", "said", "kind"),
    [
        ("FG-GML-5036-00-DEM10B-20161001.xml", "10mメッシュ（標高）", "DEM10B"),
        ("fg-gml-5036-00-dem10b-20161001.xml", "10mメッシュ（標高）", "DEM10B"),
        ("FG-GML-5036-00-00-DEM5B-20161001.xml", "5mメッシュ（数値地形）", "DEM5B"),
        ("heights.xml", "5mメッシュ（標高）", "DEM5A"),
        ("heights.xml", "5mメッシュ（数値地形）", "DEM5C"),
        ("heights.xml", "10mメッシュ（火山標高）", "DEM10A"),
        ("heights.xml", "1mメッシュ（標高）", "DEM1A"),
        ("heights.xml", "?", "grid10"),
    ],
)
def test_the_name_says_the_kind_else_the_file_else_its_cells(tmp_path, name, said, kind):
    assert one(written(tmp_path, gml(type=said), name)).read.tile.kind == kind


def test_an_old_file_in_shift_jis_is_read_too(tmp_path):
    text = gml().replace('encoding="UTF-8"', 'encoding="Shift_JIS"')
    assert one(written(tmp_path, text, encoding="cp932")).read.tile.height_m[0, 1] == 11.5


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"lower": "32.5"}, "dem_head"),
        ({"high": "nan nan"}, "dem_head"),
        ({"high": "1e400 2"}, "dem_head"),
        ({"order": "+x+y"}, "dem_order"),
        ({"high": "0 0"}, "too_many_cells"),
        ({"high": "99999 99999"}, "too_many_cells"),
        ({"start": "9 9"}, "too_many_cells"),
        ({"lower": "136.0 32.5", "upper": "136.0003 32.5002"}, "swapped_axes"),
        ({"lower": "51 0", "upper": "51.1 0.1"}, "outside_japan"),
        ({"upper": "32.5 136.0"}, "dem_head"),
        ({"upper": "32.502 136.003"}, "cells_too_coarse"),
        ({"lines": ["地表面,ten"]}, "dem_values"),
        ({"lines": ["海水面,", "地表面,1"]}, "dem_values"),
        ({"lines": ["山頂,1"]}, "dem_values"),
    ],
)
def test_a_tile_that_cannot_be_is_refused_with_its_reason(tmp_path, said, reason):
    assert one(written(tmp_path, gml(**said))).reason == reason


def test_heights_that_japan_has_not_are_unknown(tmp_path):
    lines = [
        "地表面,3776.2",
        "地表面,9000",
        "地表面,-500",
        "地表面,nan",
        "地表面,1e99",
        "地表面,-170",
    ]
    tile = one(written(tmp_path, gml(lines))).read.tile
    assert np.isfinite(tile.height_m).ravel().tolist() == [True, False, False, False, False, True]


LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Dataset><DEM><mesh>&c;</mesh></DEM></Dataset>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><DEM><mesh>&a;</mesh></DEM>"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LAUGHS, "xml_with_dtd"),
        (OUTSIDE, "xml_with_dtd"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><DEM/>', "xml_with_dtd"),
        ("<DEM>" * 100, "xml_broken"),
        ("<DEM><mesh>1</DEM>", "xml_broken"),
        (gml()[:500], "xml_broken"),
        ('<?xml version="1.0" encoding="nonsense"?><DEM/>', "xml_broken"),
        ("<Dataset><AdmArea/></Dataset>", "not_a_dem"),
        ("<DEM/>", "dem_head"),
        ("名前,標高\n", "not_a_dem"),
    ],
)
def test_hostile_and_broken_xml_is_refused(tmp_path, text, reason):
    assert one(written(tmp_path, text)).reason == reason


def test_a_zip_of_zips_is_read_and_what_lies_beside_is_left_alone(tmp_path):
    inner = packed(**{NAME: gml(), "fmdid15-3101.xml": "<x/>", "readme.txt": "hello"})
    outer = packed(**{"FG-GML-4836-60-DEM5A.zip": inner, "broken-DEM5A.xml": "<DEM>"})
    pieces = list(dem.read(written(tmp_path, outer, "PackDLMap.zip")))
    assert [(p.number, p.name, p.reason) for p in pieces] == [
        (1, NAME, ""),
        (2, "broken-DEM5A.xml", "xml_broken"),
    ]


def test_zips_made_to_do_harm_are_refused_whole(tmp_path, monkeypatch):
    def reason(content):
        with pytest.raises(Unreadable) as error:
            list(dem.read(written(tmp_path, content, "x.zip")))
        return error.value.facts["reason"]

    third = packed(**{"a.zip": packed(**{"b.zip": packed(**{NAME: gml()})})})
    assert reason(third) == "nested_zip"
    assert reason(packed(**{"../../x.xml": gml()})) == "zip_slip"
    assert reason(packed(**{"x.xml": b" " * 30_000_000})) == "zip_bomb"
    assert reason(b"PK\x03\x04 no zip") == "not_a_zip"
    monkeypatch.setattr(dem, "TOTAL_MB", 0.001)
    assert reason(packed(**{"a.zip": packed(**{NAME: gml()})})) == "zip_bomb"
    assert archives.MEMBERS == 2_000


def test_a_member_that_is_too_large_is_refused_and_the_others_stand(tmp_path, monkeypatch):
    monkeypatch.setattr(dem_gml, "LIMIT_MB", 0.01)
    noise = os.urandom(20_000).hex()
    both = packed(**{"big.xml": f"<x>{noise}</x>", NAME: gml()})
    assert [p.reason for p in dem.read(written(tmp_path, both, "x.zip"))] == ["too_large", ""]


def test_what_is_not_there_empty_or_something_else_is_told(tmp_path):
    for path, reason in ((tmp_path / "none", "cannot_open"), (tmp_path, "cannot_open")):
        with pytest.raises(Unreadable) as error:
            list(dem.read(path))
        assert error.value.facts["reason"] == reason
    with pytest.raises(Unreadable):
        list(dem.read(written(tmp_path, " \n")))
    assert one(written(tmp_path, b"\x89PNG\r\n")).reason == "not_a_dem"


def corner(west, north, cell):
    """North up, from its north-western corner."""
    return Affine(cell, 0, west, 0, -cell, north)


def tiff(path, heights, epsg=6674, cell=10.0, **options):
    """A GeoTIFF whose north-western corner is 100 m north-east of the corner of 碁盤町."""
    rows = np.array(heights)
    west, north = (100.0, -387_900.0)
    if epsg in (4326, 4612, 6668):
        west, north = crs.to_lonlat(np.array([[west, north]]), 6)[0]
    settings = {
        **{"driver": "GTiff", "height": rows.shape[0], "width": rows.shape[1], "count": 1},
        **{
            "dtype": str(rows.dtype),
            "nodata": -9999,
            "transform": corner(west, north, cell),
        },
        **({"crs": f"EPSG:{epsg}"} if epsg else {}),
    } | options
    with rasterio.open(path, "w", **settings) as file:
        for band in range(settings["count"]):
            file.write(rows, band + 1)
    return path


SQUARE = np.array([[1, 2, -9999], [4, 5.5, 6]], np.float32)


@pytest.mark.parametrize(
    ("epsg", "cell", "kept", "datum"),
    [
        (6674, 10.0, 6674, "jgd2011"),
        (2448, 10.0, 6674, "jgd2000"),
        (6668, 0.0001, 6668, "jgd2011"),
        (4612, 0.0001, 6668, "jgd2000"),
        (4326, 0.0001, 6668, "jgd2011"),
    ],
)
def test_a_geotiff_in_every_system_that_converters_write(tmp_path, epsg, cell, kept, datum):
    read = one(tiff(tmp_path / "FG-GML-4836-60-DEM10B-20161001.tif", SQUARE, epsg, cell)).read
    assert (read.tile.epsg, read.datum, read.tile.kind, read.tile.made) == (
        kept,
        datum,
        "DEM10B",
        "2016-10-01",
    )
    expected = np.where(SQUARE == -9999, np.nan, SQUARE)
    assert read.tile.height_m == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("how", ["lzw", "deflate", "zstd"])
@pytest.mark.parametrize("predictor", [1, 3])
def test_a_geotiff_packed_in_any_of_the_usual_ways(tmp_path, how, predictor):
    heights = np.linspace(0, 50, 300 * 400, dtype=np.float32).reshape(300, 400)
    path = tiff(tmp_path / "x.tif", heights, compress=how, predictor=predictor, tiled=True)
    tile = one(path).read.tile
    assert np.array_equal(tile.height_m, heights)
    assert (tile.kind, tile.name) == ("grid10", "x.tif")


def test_minus_9999_is_unknown_even_where_the_file_does_not_say_so(tmp_path):
    tile = one(tiff(tmp_path / "x.tif", SQUARE, nodata=None)).read.tile
    assert np.isnan(tile.height_m).sum() == 1


def test_whole_numbers_with_a_scale_are_metres(tmp_path):
    path = tiff(tmp_path / "x.tif", np.array([[1234, -9999]], np.int16))
    with rasterio.open(path, "r+") as file:
        file.scales = (0.01,)
    assert one(path).read.tile.height_m == pytest.approx(np.array([[12.34, np.nan]]), nan_ok=True)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"epsg": 32653}, "crs_not_supported"),
        ({"epsg": 6674, "cell": 50.0}, "cells_too_coarse"),
        ({"epsg": None, "transform": corner(100, -387_900, 10)}, "outside_japan"),
        ({"epsg": 6668, "transform": corner(32.5, 136, 0.0001)}, "swapped_axes"),
        ({"count": 3}, "not_heights"),
        ({"heights": np.zeros((2, 2), np.uint8), "nodata": 0}, "not_heights"),
        ({"transform": Affine(10, 1, 100, 1, -10, -387_900)}, "turned_raster"),
        ({"transform": Affine(10, 0, 100, 0, 10, -387_900)}, "turned_raster"),
    ],
)
def test_a_geotiff_that_cannot_be_used_is_refused_with_its_reason(tmp_path, options, reason):
    path = tiff(tmp_path / "x.tif", **({"heights": SQUARE} | options))
    assert one(path).reason == reason


def test_a_geotiff_without_a_system_in_degrees_is_read_and_said(tmp_path):
    path = tiff(tmp_path / "x.tif", SQUARE, None, transform=corner(136, 32.5, 0.0001))
    read = one(path).read
    assert (read.tile.epsg, read.datum) == (6668, "")


def test_half_a_geotiff_and_one_that_is_none_are_refused(tmp_path):
    whole = tiff(tmp_path / "whole.tif", np.zeros((300, 300), np.float32)).read_bytes()
    assert one(written(tmp_path, whole[: len(whole) // 2], "half.tif")).reason in (
        "truncated",
        "not_a_tiff",
    )
    assert one(written(tmp_path, b"II*\0" + b"\xff" * 200, "no.tif")).reason == "not_a_tiff"


def test_a_vrt_called_tif_opens_no_other_file(tmp_path):
    secret = tiff(tmp_path / "secret.tif", SQUARE)
    vrt = f'<VRTDataset rasterXSize="3" rasterYSize="2"><VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename>{secret}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>'
    assert one(written(tmp_path, vrt, "innocent.tif")).reason == "not_a_dem"


def test_the_hill_of_the_model_town_has_the_heights_it_was_drawn_with():
    """At every corner that the tiles cover, to the centimetre they are rounded to."""
    corners = [(x, y) for x in range(30, 42) for y in range(0, 41)]
    terrain = Terrain(np.array([model_town.corner_lonlat(*corner) for corner in corners]))
    for piece in dem.read(TOWN_DEM):
        terrain.take(piece.read.tile)
    by_hand = {
        30: 0,
        31: 2,
        32: 6,
        33: 10,
        34: 14,
        35: 18,
        36: 22,
        37: 24,
        38: 24,
        39: 20,
        40: 12,
        41: 4,
    }
    drawn = model_town_heights.height_m(np.array(list(by_hand)))
    assert drawn.tolist() == list(by_hand.values())
    assert terrain.heights_m() == pytest.approx([by_hand[x] for x, _ in corners], abs=0.011)
