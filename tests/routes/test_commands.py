"""The same answers from a terminal: what stands on stdout, what on stderr, how it ends."""

import json
import shutil
from pathlib import Path

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import Settings, create_app
from geo import travel_profiles
from geo.scope import house
from geo.sources.model_town import corner_lonlat
from tests.conftest import TOWN, house_of_its_own
from tests.geo.sources import vectors
from tests.sharing import linked

HOUSE = Path(__file__).parents[2]
A32 = str(HOUSE / "data/boundaries/99001/A32-21_99001.geojson")


@pytest.fixture
def run(own_house):
    """run("import", "districts", …) -> the result of the command."""
    runner = own_house.test_cli_runner()
    return lambda *words: runner.invoke(args=list(words))


@pytest.fixture(scope="module")
def ask(databases, shared, var, tmp_path_factory):
    """The same for commands that write nothing: all of them in one house, with the town's originals."""
    folder = tmp_path_factory.mktemp("house")
    linked(var / "originals", folder / "originals")
    with house_of_its_own(databases, shared, folder) as app:
        runner = app.test_cli_runner()
        yield lambda *words: runner.invoke(args=list(words))


def count(app, table):
    with Session(app.extensions["engine"]) as db:
        return db.scalar(text(f"select count(*) from {table}"))


def test_an_import_ends_with_one_json_line_and_words_on_stderr(run):
    done = run("import", "districts", A32, "--municipality", "99001", "--level", "junior_high")
    assert done.exit_code == 0
    outcome = json.loads(done.stdout.strip().splitlines()[-1])
    report = outcome.pop("report")
    assert outcome == {
        "rows": 2, "added": 0, "changed": 0, "unchanged": 2, "missing": 0, "refused": 0,
    }  # fmt: skip
    assert len(report) == 36
    assert "区域" in done.stderr


def test_a_refused_import_says_why_and_changes_nothing(run, own_house, tmp_path):
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type": "FeatureCollection", "features": [')
    before = count(own_house, "intake")
    done = run("import", "districts", str(bad), "--municipality", "99001", "--level", "junior_high")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "途中で切れています" in done.stderr
    assert "Traceback" not in done.stderr
    assert count(own_house, "intake") == before


def test_towns_schools_and_a_table_of_areas_are_read_from_files(run, tmp_path):
    square = shapely.box(136.0, 32.51, 136.01, 32.52)
    fields = {"KEY_CODE": "99001001001", "PREF": "99", "CITY": "001", "HCODE": "8101"}
    towns = vectors.write(tmp_path / "r2ka99001.shp", [(fields | {"S_NAME": "松葉一丁目"}, square)])
    school = {"P29_001": "99001", "P29_002": "A1", "P29_003": "16001", "P29_004": "松葉小学校"}
    schools = vectors.write(tmp_path / "P29-21_99.gpkg", [(school, square.centroid)])
    table = tmp_path / "包括の担当.csv"
    table.write_bytes("町名,担当包括\n松葉1丁目,ひがし\n松葉1丁目,にし\n".encode("cp932"))
    for words in (
        ("districts", str(vectors.zipped(tmp_path / "t.zip", towns)), "--level", "town"),
        ("schools", str(schools)),
        ("areas", str(table), "--level", "center_area", "--by", "town"),
    ):
        done = run("import", *words, "--municipality", "99001")
        outcome = json.loads(done.stdout.strip().splitlines()[-1])
        assert (done.exit_code, outcome["refused"]) == (0, 0)
        assert outcome["added"] == (2 if words[0] == "areas" else 1)
    assert "いくつかの区域に分かれています" in done.stderr


def test_people_are_read_and_what_a_person_must_say_can_be_said(run, own_house, tmp_path):
    table = tmp_path / "学区別人口.csv"
    table.write_text("年月日,小学校区,人口\n2027-04-01,松葉小学校,240\n2027-05-01,松葉小学校,239\n")
    words = ("import", "population", str(table), "--municipality", "99001")
    done = run(*words, "--as-of", "2027-04-01", "--public")
    outcome = json.loads(done.stdout.strip().splitlines()[-1])
    assert (done.exit_code, outcome["added"], outcome["refused"]) == (0, 1, 0)
    assert "ほかの日の数字は読みませんでした" in done.stderr
    assert json.loads(run(*words, "--as-of", "2027-04-01", "--public").stdout)["unchanged"] == 1
    before = count(own_house, "intake")
    done = run(*words, "--as-of", "2026-04-01")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "2027-05-01, 2027-04-01" in done.stderr
    table.write_text("段階,年額\n第1段階,21360\n")
    assert "人口の表ではありません" in run(*words).stderr
    assert count(own_house, "intake") == before


def test_addresses_are_read_and_place_what_has_no_coordinates(run, own_house, tmp_path):
    path = HOUSE / "data/model_town/99001_addresses.csv"
    done = run("import", "addresses", str(path), "--municipality", "99001")
    outcome = json.loads(done.stdout.strip().splitlines()[-1])
    assert (done.exit_code, outcome["unchanged"], outcome["refused"]) == (0, 31, 0)
    rows = tmp_path / "list.csv"
    rows.write_text("名称,住所,種別\n茶の間,松葉１丁目７－３,サロン\n", encoding="utf-8")
    done = run("import", "resources", str(rows), "--municipality", "99001")
    assert done.exit_code == 0
    assert "街区・地番の代表点に置きました（読みとれた住所）。 松葉１丁目７" in done.stderr
    folder = own_house.extensions["settings"].var / "addresses" / "99001"
    assert len(list(folder.iterdir())) == 1
    done = run("import", "addresses", str(path), "--municipality", "99002")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "この市町村の行がありません" in done.stderr


def test_heights_are_read_from_what_the_survey_delivers(run, tmp_path):
    path = HOUSE / "data/model_town/FG-GML-4836-60-DEM5A.zip"
    done = run("import", "elevation", str(path), "--municipality", "99001")
    outcome = json.loads(done.stdout.strip().splitlines()[-1])
    assert (done.exit_code, outcome["rows"], outcome["unchanged"]) == (0, 4, 4)
    assert "標高の点の数（135,000）" in done.stderr
    assert "橋とトンネルは、地面の高さではなく" in done.stderr
    laughs = tmp_path / "FG-GML-DEM5A.xml"
    laughs.write_text('<!DOCTYPE x [<!ENTITY a "ha">]><DEM>&a;</DEM>', encoding="utf-8")
    done = run("import", "elevation", str(laughs), "--municipality", "99001")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "（DTD）があります。取り込みません。" in done.stderr


def test_several_layers_are_named_so_that_one_can_be_chosen(run, tmp_path):
    square = shapely.box(136.0, 32.51, 136.01, 32.52)
    package = vectors.write(tmp_path / "a.gpkg", [({"name": "松葉"}, square)], layer="町")
    vectors.write(package, [({"name": "松葉"}, square)], layer="字")
    words = ("import", "districts", str(package), "--municipality", "99001", "--level", "town")
    done = run(*words)
    assert (done.exit_code, "字、町" in done.stderr) == (1, True)
    assert run(*words, "--layer", "町").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        (
            "import",
            "districts",
            "no_such_file",
            "--municipality",
            "99001",
            "--level",
            "junior_high",
        ),
        ("import", "districts", A32, "--municipality", "77777", "--level", "junior_high"),
        ("import", "districts", A32, "--municipality", "99001", "--level", "no level"),
        ("import", "resources", A32, "--municipality", "99001"),
        ("import", "resources", A32, "--municipality", "99001", "--kind", "no_such_kind"),
        ("account", "add", "x@example.jp", "--role", "official"),
        ("account", "add", "x@example.jp", "--role", "official", "--municipality", "77777"),
    ],
)
def test_a_wrong_word_ends_in_a_sentence(ask, words, monkeypatch):
    monkeypatch.setenv("ENGAWA_PASSWORD", "縁側でお茶を飲みましょう")
    done = ask(*words)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert len(done.stderr.strip()) > 10


def test_an_export_is_the_document_and_nothing_else(ask):
    done = ask("export", "districts", "--municipality", "99001", "--format", "geojson")
    assert len(json.loads(done.stdout)["features"]) == 9
    assert done.stderr == ""


def test_an_export_goes_into_a_file(ask, tmp_path):
    out = tmp_path / "resources.csv"
    done = ask(
        "export", "resources", "--municipality", "99001", "--format", "csv", "--out", str(out)
    )
    assert done.stdout == ""
    assert out.read_bytes().startswith(b"\xef\xbb\xbfid,municipality,")
    assert out.read_bytes().count(b"\r\n") == 26


def gaps(ask, form="csv", **words):
    asked = {"kind": "exercise_group", "age": "0", "level": "elementary"}
    options = [part for name, word in (asked | words).items() for part in (f"--{name}", word)]
    return ask("export", "gaps", "--municipality", "99001", "--format", form, *options)


def test_who_reaches_a_kind_is_exported_by_area_and_everybody_is_in_one_state(ask):
    done = gaps(ask, day="tue", at="10:00")
    assert done.exit_code == 0
    head, *lines = done.stdout.lstrip("\ufeff").splitlines()
    assert head == "level,code,name,reached,beyond,beyond_min,beyond_max,unknown,people"
    rows = [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]
    assert {"汐見小学校", "浜風小学校"} <= {row["name"] for row in rows}
    assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    for row in rows:
        reached, beyond, unknown = (int(row[part]) for part in ("reached", "beyond", "unknown"))
        assert reached + beyond + unknown == int(row["people"])
        assert int(row["beyond_min"]) <= beyond <= int(row["beyond_max"])
    assert sum(int(row["people"]) for row in rows) == pytest.approx(1002, abs=len(rows))


def test_several_kinds_are_exported_with_who_lacks_each(ask):
    options = ("--municipality", "99001", "--kind", "exercise_group,grocery", "--age", "0")
    done = ask("export", "gaps", *options, "--each", "--level", "municipality", "--format", "csv")
    head, line = done.stdout.lstrip("\ufeff").splitlines()
    row = dict(zip(head.split(","), line.split(","), strict=True))
    lacking = [int(row[name]) for name in ("beyond_exercise_group", "beyond_grocery")]
    assert max(lacking) <= int(row["beyond"]) <= sum(lacking)


def test_gaps_are_exported_with_the_outlines_of_the_areas(ask):
    document = json.loads(gaps(ask, form="geojson").stdout)
    shapes = {one["geometry"] and one["geometry"]["type"] for one in document["features"]}
    assert shapes <= {"Polygon", "MultiPolygon", None}
    assert {"reached", "beyond", "unknown", "people"} <= document["features"][0][
        "properties"
    ].keys()


@pytest.mark.parametrize(
    "words", [{"kind": "nonsense"}, {"minutes": "0"}, {"day": "someday"}, {"level": "nowhere"}]
)
def test_a_question_about_gaps_that_makes_no_sense_is_refused(ask, words):
    done = gaps(ask, **words)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def times(run, **words):
    asked = {"profile": "on_foot", "from": "{},{}".format(*corner_lonlat(0, 0)), "minutes": "30"}
    options = [part for name, word in (asked | words).items() for part in (f"--{name}", word)]
    return run("export", "times", "--municipality", "99001", "--format", "csv", *options)


def test_minutes_on_foot_are_a_table_of_places_and_seconds(run, own_house, var):
    shutil.copytree(var / "originals", Path(own_house.extensions["settings"].var) / "originals")
    done = times(run)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "lon,lat,seconds"
    told = {tuple(line.split(",")[:2]): line.split(",")[2] for line in lines[1:]}
    thirty, thirty_one = (
        tuple(f"{degrees:.7f}" for degrees in corner_lonlat(10, y)) for y in (20, 21)
    )
    assert told[thirty] == "1800.000"
    assert thirty_one not in told
    networks = Path(own_house.extensions["settings"].var) / "networks"
    assert len(list(networks.iterdir())) == 1
    with Session(own_house.extensions["engine"]) as db:
        said = {"metres_per_min": "40", "source": "町の調査"}
        travel_profiles.change(db, house("99001"), "on_foot", said)
        db.commit()
    assert f"{','.join(thirty)}," not in times(run).stdout  # half as fast, half as far
    for wrong in ({"minutes": "600"}, {"profile": "teleport"}, {"from": "0,0"}, {"from": "140,35"}):
        refused = times(run, **wrong)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "Traceback" not in refused.stderr
        assert len(refused.stderr.splitlines()[-1]) > 20


def test_an_account_is_made_with_the_password_of_the_environment(run, monkeypatch):
    monkeypatch.setenv("ENGAWA_PASSWORD", "縁側でお茶を飲みましょう")
    done = run("account", "add", "a@example.jp", "--role", "official", "--municipality", "99001")
    assert json.loads(done.stdout)["role"] == "official"
    again = run("account", "add", "a@example.jp", "--role", "official", "--municipality", "99001")
    assert again.exit_code == 1
    assert "すでに使われています" in again.stderr


def test_a_common_password_is_refused(ask, monkeypatch):
    monkeypatch.setenv("ENGAWA_PASSWORD", "password1234")
    done = ask("account", "add", "a@example.jp", "--role", "official", "--municipality", "99001")
    assert (done.exit_code, "推測されやすい" in done.stderr) == (1, True)


@pytest.mark.parametrize("words", [("--only", TOWN), pytest.param((), marks=pytest.mark.soak)])
def test_the_demo_is_there_once_and_can_be_taken_away(run, own_house, words, databases):
    told = Path(own_house.extensions["settings"].var) / "demo_accounts.json"
    assert run("demo", "remove").exit_code == 0
    assert run("demo", "load", *words).exit_code == 0
    people = [row["municipality"] for row in json.loads(told.read_text())]
    assert people.count(TOWN) == len(databases.accounts)
    assert told.stat().st_mode & 0o077 == 0
    before = count(own_house, "resource")
    assert run("demo", "load", *words).exit_code == 0
    assert count(own_house, "resource") == before
    assert run("demo", "remove").exit_code == 0
    left = (count(own_house, "resource"), count(own_house, "account"))
    assert left == (1, 0)  # the other municipality keeps its own
    assert count(own_house, "audit") > 0
    assert not told.exists()


def test_the_demo_does_not_come_back_to_a_real_municipality(run, own_house, tmp_path):
    run("demo", "remove")
    salon = tmp_path / "list.csv"
    salon.write_text("名称,住所,種別\n茶の間,松葉1,サロン\n", encoding="utf-8")
    assert run("import", "resources", str(salon), "--municipality", "18207").exit_code == 0
    assert run("demo", "load", "--if-empty").exit_code == 0
    assert (count(own_house, "municipality"), count(own_house, "account")) == (2, 0)


def test_a_worker_whose_server_has_ended_does_not_begin(run, monkeypatch):
    monkeypatch.setenv("ENGAWA_SERVER", "-1")  # whoever starts this test is another process
    assert run("work").exit_code == 0


def test_the_tables_can_be_brought_up_to_date_again(run):
    assert run("db", "upgrade").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("db", "upgrade"),
        ("demo", "load"),
        ("demo", "remove"),
        ("import", "resources", A32, "--municipality", "99001"),
        ("export", "resources", "--municipality", "99001", "--format", "csv"),
    ],
)
def test_a_database_that_is_away_is_a_sentence(tmp_path, words):
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    app = create_app(Settings(var=tmp_path, database_url=nowhere))
    done = app.test_cli_runner().invoke(args=list(words))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "つながらない" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_file_brings_cannot_steer_the_terminal(run, tmp_path):
    bad = tmp_path / "a\x1b[2J\n\udcff.csv"
    bad.write_text(
        '名称,種別,緯度,経度\n"茶\x1b]0;title\x07\u202eの間",なぞ\x9b31m,1,1\n茶の間,サロン,,\n'
    )
    done = run("import", "resources", str(bad), "--municipality", "99001")
    assert done.exit_code == 0
    assert "茶" in done.stderr
    assert not set(done.output) & set("\x1b\x07\x9b\u202e")
    name = run(
        "import", "areas", str(tmp_path / "\x1b[2J"), "--municipality", "99001", "--level", "chiku"
    )
    assert (name.exit_code, "\x1b" in name.output) == (1, False)


def test_a_map_with_signs_that_no_database_keeps_is_taken_without_them(run, tmp_path):
    bad = tmp_path / "a.geojson"
    square = shapely.geometry.mapping(shapely.box(136.0, 32.51, 136.01, 32.52))
    feature = {"type": "Feature", "properties": {"name": "東\0\ud800"}, "geometry": square}
    said = {
        "type": "FeatureCollection",
        "publisher": "町\0\ud800",
        "name": "\0",
        "features": [feature],
    }
    bad.write_text(json.dumps(said))
    done = run("import", "districts", str(bad), "--municipality", "99001", "--level", "chiku")
    assert (done.exit_code, json.loads(done.stdout)["added"]) == (0, 1)
