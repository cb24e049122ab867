"""鯖江 and 越前, whole: every open file of two real cities through the importers, and what became of it.

``python -m scripts.real_cities FOLDER`` reads the folders sabae/ and echizen/ of FOLDER in the order an
office would, by the commands of the README, into the database of this checkout. The table on stdout
has a line for every file there is: rows in and refused, or the reason why it is not read.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask.cli import ScriptInfo
from flask.testing import FlaskCliRunner

SABAE, ECHIZEN = "18207", "18209"
# (file, import command and what is said beside it); what a file is part of follows its main file
DELIVERIES: dict[str, tuple[tuple[str, str], ...]] = {
    SABAE: (
        ("sabae/boundary/boundary_from_A32_18207.geojson", "districts --level municipality"),
        ("sabae/school_point/P29-13_18207.geojson", "schools"),
        ("sabae/school_district/A32-16_18207.geojson", "districts --level junior_high"),
        ("sabae/school_district/A27-16_18207.geojson", "districts --level elementary"),
        ("sabae/geocode/japanese-addresses_鯖江市.json", "addresses"),
        ("sabae/geocode/geocode_18207.json", "addresses"),
        ("sabae/geocode/town_182079.csv", "addresses"),
        ("sabae/population/chikubetsu-jinko-setaisu-h30.3.xls", "population"),
        ("sabae/population/chikubetsu-jinko-setaisuR8-4.xlsx", "population"),
        ("sabae/population/R8jinko8.xlsx", "population"),
        ("sabae/population/R4jinnkousuii11.xls", "population"),
        ("sabae/population/sabae_population.csv", "population"),
        ("sabae/osm/sabae_core.osm.pbf", "streets"),
        ("sabae/aed/sabae_aed_jgd2000.shp", "resources --kind aed"),
        ("sabae/aed/sabae_aed_tokyo.shp", "resources --kind aed"),
        ("sabae/resource_list/sabae_store.csv", "resources"),
        ("sabae/resource_list/sabae_npo_act.csv", "resources --kind volunteer_group"),
        ("sabae/gsi_shelter/evacuation_182079.json", "resources"),
        ("sabae/gsi_shelter/emergency_182079.json", "resources"),
        ("sabae/gtfs/gtfs_sabae.zip", "resources"),
    ),
    ECHIZEN: (
        ("echizen/boundary/boundary_from_A32_18209.geojson", "districts --level municipality"),
        ("echizen/school_point/P29-13_18209.geojson", "schools"),
        ("echizen/school_district/A32-16_18209.geojson", "districts --level junior_high"),
        ("echizen/school_district/A27-16_18209.geojson", "districts --level elementary"),
        ("echizen/geocode/japanese-addresses_越前市.json", "addresses"),
        ("echizen/geocode/geocode_18209.json", "addresses"),
        ("echizen/geocode/town_182095.csv", "addresses"),
        ("echizen/population/gyouseiku.csv", "areas --level chiku"),
        ("echizen/population/koureikaritsu.csv", "population --as-of 2018-04-01"),
        ("echizen/population/chikubetsujinkou.csv", "population"),
        ("echizen/population/machibetsujumin.csv", "population"),
        ("echizen/population/jyuminkihondaicyojinko.csv", "population"),
        ("echizen/population/nenreibetsu.csv", "population"),
        ("echizen/population/nenreibetsujinkou.csv", "population"),
        ("echizen/population/kaigohokenryo.csv", "population"),
        ("echizen/population/cyugakkouseitosu.csv", "population"),
        ("echizen/population/cyugakkou.csv", "resources --kind school"),
        ("echizen/population/syougakkou.csv", "resources --kind school"),
        ("echizen/resource_list/kyotakukaigo.csv", "resources"),
        ("echizen/resource_list/syokujiservice.csv", "resources --kind meal_delivery"),
        ("echizen/resource_list/gaisyutsushien.csv", "resources --kind outing_support"),
        ("echizen/resource_list/iryoukikan.csv", "resources"),
        ("echizen/resource_list/kenkououendan.csv", "resources"),
        ("echizen/resource_list/AED.csv", "resources"),
        ("echizen/resource_list/syougaisyayoutoilet.csv", "resources --kind toilet"),
        ("echizen/resource_list/chisanchisyounomise.csv", "resources --kind farmers_market"),
        ("echizen/resource_list/01shisetsu.csv", "resources --kind hall"),
        ("echizen/resource_list/syougaisyashisetsu.csv", "resources"),
        ("echizen/resource_list/kouikihinanjyo.csv", "resources"),
        ("echizen/resource_list/freespot.csv", "resources"),
        ("echizen/resource_list/roudousyafukushishisetsu.csv", "resources MAPPING"),
        ("echizen/resource_list/opendata.csv", "resources"),
        ("echizen/resource_list/opendata_echizen_city.csv", "resources"),
        ("echizen/shelter/refuge_first.shp", "resources MAPPING"),
        ("echizen/shelter/refuge.csv", "resources"),
        ("echizen/shelter/refuge.kml", "resources"),
        ("echizen/shelter/flood_assumed_area.shp", "resources"),
        ("echizen/shelter/flood_assumed_area.kml", "resources"),
        ("echizen/gsi_shelter/evacuation_182095.json", "resources"),
        ("echizen/gsi_shelter/emergency_182095.json", "resources"),
    ),
}
# What a person says of the two tables whose columns nobody could guess
MAPPINGS = {
    "echizen/resource_list/roudousyafukushishisetsu.csv": {
        "columns": {"name": "https://schema.org/color"},
        "kind": "hall",
    },
    "echizen/shelter/refuge_first.shp": {
        "columns": {"name": "SAFIELD004", "address": "SAFIELD006"},
        "kind": "shelter",
    },
}
BESIDE = (".dbf", ".shx", ".prj", ".cpg")  # parts of a Shapefile
SAID = ("SOURCE.txt", "README.md")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file. counts: the command's last line; words: its sentences."""

    file: str
    command: str
    counts: dict[str, int]
    words: str

    @property
    def went_in(self) -> bool:
        return bool(self.counts)


def load(folder: Path, run: FlaskCliRunner) -> Iterator[Result]:
    """Read every delivery in its order, then name the files that nothing reads."""
    tried = set()
    room = Path(tempfile.mkdtemp())
    for municipality, deliveries in DELIVERIES.items():
        for file, command in deliveries:
            tried.add(file)
            what, *said = command.split()
            if said == ["MAPPING"]:
                said = ["--mapping", str(room / "mapping.json")]
                (room / "mapping.json").write_text(json.dumps(MAPPINGS[file]))
            words = ["import", what, str(folder / file), "--municipality", municipality, *said]
            done = run.invoke(args=words)
            counts = json.loads(done.stdout.splitlines()[-1]) if done.exit_code == 0 else {}
            yield Result(file, command, counts, _last_words(done.stderr))
    for path in sorted(folder.glob("[se]*/*/*")):
        file = str(path.relative_to(folder))
        if file not in tried and path.suffix not in BESIDE and path.name not in SAID:
            yield Result(file, "", {}, "")


def _last_words(said: str) -> str:
    lines = [line for line in said.splitlines() if not line.startswith(("・", "×"))]
    return lines[-1] if lines else ""


def main(folder: Path) -> int:
    """The table; 1 when a file could not be tried."""
    app = ScriptInfo(app_import_path="app").load_app()
    results = list(load(folder, app.test_cli_runner()))
    for one in results:
        counts = " ".join(f"{name}={one.counts[name]}" for name in one.counts if name != "report")
        print(f"{one.file}\t{one.command or '-'}\t{counts or one.words or 'no importer yet'}")
    kinds = Counter(
        "in" if one.went_in else "refused" if one.command else "not tried" for one in results
    )
    print(dict(kinds))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
