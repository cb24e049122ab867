"""碁盤町の標高: 緑丘 as 国土地理院 would deliver it, a zip of DEM5A in GML, with every height known by hand.

The hill lies in the east and is the same all along from south to north, so a street that runs north is
level and one that runs east climbs. Its bends lie half way between corners: at corners the model is exact.

    metres      24 |              ________
                   |            /          \\        x   30.5 .. 36.5   up 4 m a block, 5 %
                   |         /               \\          36.5 .. 38.5   level at 24 m
                 0 |______/                    |         38.5 ..        down 8 m a block, 10 %
                     x   30.5      36.5  38.5  41

West of the tiles (x under some 29.3) nobody knows a height. Beyond x = 41.5 lies the sea.
"""

import io
import zipfile
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.sources import mesh_codes

FILE = "FG-GML-4836-60-DEM5A.zip"
MESHES = (48366002, 48366012, 48366022, 48366032)  # 3次メッシュ, from the south
MADE = "2026-10-01"
COLS, ROWS = 225, 150  # of a 3次メッシュ at 0.2 seconds
_SEA_X = 41.5
_FOOT, _TOP, _BROW = 30.5, 36.5, 38.5
_UP_M, _DOWN_M = 4.0, 8.0  # a block

Blocks = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_GML = """<?xml version="1.0" encoding="UTF-8"?>
<Dataset xsi:schemaLocation="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema FGD_GMLSchema.xsd"
 xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema"
 gml:id="Dataset1">
<gml:description>Engawa model town</gml:description>
<gml:name>基盤地図情報ダウンロードデータ（GML版）</gml:name>
<DEM gml:id="DEM001">
<fid>fgoid:99-99001-15-60101-{mesh}</fid>
<lfSpanFr gml:id="DEM001-1"><gml:timePosition>{made}</gml:timePosition></lfSpanFr>
<devDate gml:id="DEM001-2"><gml:timePosition>{made}</gml:timePosition></devDate>
<orgGILvl>0</orgGILvl>
<orgMDId>ENGAWA</orgMDId>
<type>5mメッシュ（標高）</type>
<mesh>{mesh}</mesh>
<coverage gml:id="DEM001-3">
<gml:boundedBy>
<gml:Envelope srsName="fguuid:jgd2011.bl">
<gml:lowerCorner>{south:.9f} {west:.9f}</gml:lowerCorner>
<gml:upperCorner>{north:.9f} {east:.9f}</gml:upperCorner>
</gml:Envelope>
</gml:boundedBy>
<gml:gridDomain>
<gml:Grid dimension="2" gml:id="DEM001-4">
<gml:limits><gml:GridEnvelope><gml:low>0 0</gml:low><gml:high>{last_x} {last_y}</gml:high></gml:GridEnvelope></gml:limits>
<gml:axisLabels>x y</gml:axisLabels>
</gml:Grid>
</gml:gridDomain>
<gml:rangeSet>
<gml:DataBlock>
<gml:rangeParameters><gml:QuantityList uom="DEM構成点"></gml:QuantityList></gml:rangeParameters>
<gml:tupleList>
{tuples}
</gml:tupleList>
</gml:DataBlock>
</gml:rangeSet>
<gml:coverageFunction>
<gml:GridFunction><gml:sequenceRule order="+x-y">Linear</gml:sequenceRule><gml:startPoint>0 0</gml:startPoint></gml:GridFunction>
</gml:coverageFunction>
</coverage>
</DEM>
</Dataset>
"""


def height_m(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres above the sea, ``x`` blocks east of the south-west corner; NaN in the sea."""
    up = np.clip(x - _FOOT, 0.0, _TOP - _FOOT) * _UP_M
    height = up - np.maximum(x - _BROW, 0.0) * _DOWN_M
    return np.where(x < _SEA_X, height, np.nan)


def archive(blocks: Blocks) -> bytes:
    """The zip. ``blocks`` turns (n, 2) lon, lat into blocks east and north; always the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        for mesh in MESHES:
            name = f"FG-GML-4836-60-{mesh % 100:02d}-DEM5A-{MADE.replace('-', '')}.xml"
            entry = zipfile.ZipInfo(name, (2026, 10, 1, 0, 0, 0))
            entry.create_system = 0  # or the zip would tell Windows from the rest
            pack.writestr(entry, _tile(mesh, blocks).encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _tile(mesh: int, blocks: Blocks) -> str:
    west, south, east, north = mesh_codes.boxes(np.array([mesh]))[0].tolist()
    lon = west + (np.arange(COLS) + 0.5) * (east - west) / COLS
    lat = north - (np.arange(ROWS) + 0.5) * (north - south) / ROWS
    places = np.column_stack([np.tile(lon, ROWS), np.repeat(lat, COLS)])
    heights = height_m(blocks(places)[:, 0])
    tuples = "\n".join(
        "海水面,-9999." if np.isnan(metres) else f"地表面,{metres:.2f}" for metres in heights
    )
    return _GML.format(
        mesh=mesh,
        made=MADE,
        **{"south": south, "west": west, "north": north, "east": east},
        last_x=COLS - 1,
        last_y=ROWS - 1,
        tuples=tuples,
    )
