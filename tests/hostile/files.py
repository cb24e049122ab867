"""One hostile file: what it is called, which importer it fits, and how it is written."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.sources import mihon, model_town

SEED = 20261120
DATASETS = ("resources", "areas", "districts", "schools", "population", "addresses", "streets")
Content = bytes | str | Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Hostile:
    """fits   the importer for which it was made; other: one for which it was not
    content  bytes, text, or what writes it at a path
    """

    family: str
    name: str
    fits: str
    other: str
    content: Content

    def write(self, folder: Path) -> Path:
        """The file, alone in a folder of its own."""
        folder.mkdir(parents=True)
        path = folder / self.name
        if callable(self.content):
            self.content(path)
        else:
            raw = self.content
            path.write_bytes(raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw)
        return path


def family(name: str, fits: str, contents: Mapping[str, Content]) -> Iterator[Hostile]:
    """Files of one family by their names, each with another importer in turn."""
    at = DATASETS.index(fits)
    for number, (called, content) in enumerate(contents.items(), start=1):
        other = DATASETS[(at + 1 + number % (len(DATASETS) - 1)) % len(DATASETS)]
        yield Hostile(name, called, fits, fits if other == fits else other, content)


def luck(*what: object) -> random.Random:
    """The same luck for the same thing, each time."""
    return random.Random(f"{SEED} {what}")  # noqa: S311


def bases(folder: Path, city: Path | None = None) -> Path:
    """The files of 碁盤町 and of みほん市 (written already, or now), from which broken ones are made."""
    model_town.write(folder / "town")
    if city:
        (folder / "city").symlink_to(city)
    else:
        mihon.write(folder / "city")
    return folder


# Where a healthy file lies under ``bases``, and which importer it fits.
HEALTHY = {
    "town/model_town/99001_resources.csv": "resources",
    "town/boundaries/99001/A27-16_99001.geojson": "districts",
    "town/model_town/99001_addresses.csv": "addresses",
    "town/model_town/tblT001141H4836.txt": "population",
    "town/model_town/990019_population.csv": "population",
    "town/model_town/99001_streets.osm.pbf": "streets",
    "city/boundaries/P29-21_99002.geojson": "schools",
    "city/areas/areas_chiku.csv": "areas",
    "city/areas/areas_center.xlsx": "areas",
    "city/boundaries/A27-21_99002_SHP.zip": "districts",
    "city/boundaries/A002005212020DDSWC99002.zip": "districts",
    "city/population/juki_chobetsu_nenrei_R8-10.xlsx": "population",
    "city/population/needs_survey_R7.csv": "population",
    "city/resources/seikatsu_shien.xlsx": "resources",
    "city/resources/990027_kayoinoba.csv": "resources",
    "city/resources/hitoyasumi_isu.geojson": "resources",
    "city/addresses/99000-24.0a.zip": "addresses",
}
SQUARE = [[136.0, 32.51], [136.01, 32.51], [136.01, 32.52], [136.0, 32.52], [136.0, 32.51]]


def feature(geometry: object, **properties: object) -> dict[str, object]:
    said = {"name": "松葉", "code": "1"} | properties
    return {"type": "Feature", "properties": said, "geometry": geometry}


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings) or [SQUARE]}


def collection(*features: object, **members: object) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)})


HEADER = "ID,名称,住所,緯度,経度,種別,料金,利用可能曜日,開始時間,終了時間,団体名,URL,備考"


def resources(**cells: str) -> str:
    """A list of one row, some of whose cells are said."""
    said = {
        "ID": "H1",
        "名称": "茶の間",
        "住所": "松葉一丁目1",
        "緯度": "32.515",
        "経度": "136.005",
    }
    said |= {"種別": "サロン"} | cells
    names = [*HEADER.split(","), *(name for name in said if name not in HEADER.split(","))]
    row = ",".join('"' + said.get(name, "").replace('"', '""') + '"' for name in names)
    return ",".join(f'"{name}"' for name in names) + f"\n{row}\n"
