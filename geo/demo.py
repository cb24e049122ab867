"""見本: 碁盤町 and みほん市, read through the same importers as any delivery, and people to sign in."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from geo import intake, sign_in
from geo.intake import Delivery
from geo.records import accounts, districts, intakes, municipalities
from geo.records.intakes import Intake
from geo.scope import Role, Scope, house
from geo.sources import mihon, model_town

DATA = Path(__file__).parents[1] / "data"
GOBANCHO = model_town.CODE
MIHON = mihon.CODE
STREETS = DATA / "model_town" / "99001_streets.osm.pbf"


@dataclass(frozen=True, slots=True)
class Person:
    """Who can sign in to the demo. ``areas`` are names at the town's level of second-layer areas."""

    mail: str
    name: str
    role: Role
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """One delivery: by which importer, which file, with what said beside it."""

    run: Callable[..., Intake]
    file: str
    said: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Town:
    """An invented municipality.

    reads        its deliveries in the order an office would make them
    area_level   the level whose areas its 第2層 coordinators are limited to
    """

    code: str
    name: str
    domain: str
    reads: tuple[Read, ...]
    area_level: str
    people: tuple[Person, ...]


def _district(file: str, level: str) -> Read:
    return Read(intake.run_districts, file, (("level", level),))


def _area_table(file: str, level: str, by: str = "town") -> Read:
    return Read(intake.run_area_table, file, (("level", level), ("by", by)))


def _resources(file: str, **said: Any) -> Read:
    return Read(intake.run_resources, file, tuple(said.items()))


TOWN = Town(
    code=GOBANCHO,
    name=model_town.NAME,
    domain="gobancho.example",
    reads=(
        _district("boundaries/99001/N03-20240101_99001.geojson", "municipality"),
        _district("boundaries/99001/living_area_99001.geojson", "living_area"),
        _district("boundaries/99001/A32-21_99001.geojson", "junior_high"),
        _district("boundaries/99001/A27-16_99001.geojson", "elementary"),
        Read(intake.run_addresses, "model_town/99001_addresses.csv"),
        _resources("model_town/99001_resources.csv"),
        Read(intake.run_streets, "model_town/99001_streets.osm.pbf"),
        Read(intake.run_elevation, "model_town/FG-GML-4836-60-DEM5A.zip"),
        Read(intake.run_population, "model_town/tblT001141H4836.txt"),
        Read(intake.run_population, "model_town/990019_population.csv"),
    ),
    area_level="living_area",
    people=(
        Person("administrator", "管理 花子", Role.ADMINISTRATOR),
        Person("official", "役場 太郎", Role.OFFICIAL),
        Person("coordinator_1", "第一層 みどり", Role.COORDINATOR_1),
        Person("coordinator_2", "第二層 さくら", Role.COORDINATOR_2, ("山の手圏域",)),
        Person("support_centre", "包括 ひかり", Role.SUPPORT_CENTRE),
        Person("provider", "団体 いずみ", Role.PROVIDER),
        Person("viewer", "閲覧 一郎", Role.VIEWER),
        Person("prefecture", "県庁 つばさ", Role.PREFECTURE),
    ),
)

# PRACTICE, みほん市: one 第1層 (市社協), four 第2層, one of them new since April
CITY = Town(
    code=MIHON,
    name=mihon.NAME,
    domain="mihon.example",
    reads=(
        _district("boundaries/N03-20260101_99002.geojson", "municipality"),
        Read(intake.run_schools, "boundaries/P29-21_99002.geojson"),
        _district("boundaries/A32-21_99002_SHP.zip", "junior_high"),
        _district("boundaries/A27-21_99002.geojson", "elementary"),
        _district("boundaries/A002005212020DDSWC99002.zip", "town"),
        _area_table("areas/areas_chiku.csv", "chiku"),
        _area_table("areas/areas_living.csv", "living_area"),
        _area_table("areas/areas_center.xlsx", "center_area"),
        _area_table("areas/areas_second_layer.csv", "second_layer", by="chiku"),
        Read(intake.run_addresses, "addresses/mt_town_city990027.csv"),
        Read(intake.run_addresses, "addresses/99000-19.0b.zip"),
        Read(intake.run_addresses, "addresses/99000-24.0a.zip"),
        Read(intake.run_streets, "streets/mihon.osm.pbf"),
        Read(intake.run_population, "population/tblT001141H4737.txt"),
        Read(intake.run_population, "population/tblT001142Q4737.txt"),
        Read(intake.run_population, "population/990027_population.csv"),
        Read(intake.run_population, "population/juki_chobetsu_nenrei_R8-10.xlsx"),
        Read(intake.run_population, "population/needs_survey_R7.csv"),
        _resources("resources/990027_kayoinoba.csv"),
        _resources("resources/katsudo_dantai.csv"),
        _resources("resources/990027_public_facility.csv"),
        _resources("resources/990027_care_service.csv"),
        _resources("resources/990027_hospital.csv"),
        _resources("resources/990027_event.csv"),
        _resources("resources/haishoku.csv"),
        _resources("resources/ido_hanbai_kaimono_bus.csv"),
        _resources("resources/okaimono.csv"),
        _resources("resources/kenko_oen.csv"),
        _resources("resources/aed_hinanjo.csv"),
        _resources("resources/otakara_shokuin.csv"),
        _resources("resources/hitoyasumi_isu.geojson"),
        _resources("resources/seikatsu_shien.xlsx"),
    ),
    area_level="second_layer",
    people=(
        Person("administrator", "管理 まもる", Role.ADMINISTRATOR),
        Person("official", "高齢福祉課 村井", Role.OFFICIAL),
        Person("coordinator_1", "市社協 第1層 原田", Role.COORDINATOR_1),
        Person("coordinator_2", "第2層 佐伯", Role.COORDINATOR_2, ("中央地区", "駅南地区")),
        Person("miyake", "第2層 三宅", Role.COORDINATOR_2, ("川東地区", "浜地区", "新田地区")),
        Person(
            "kubo",
            "第2層 久保（4月から）",
            Role.COORDINATOR_2,
            ("北が丘地区", "高岡地区", "中里地区", "奥沢地区"),
        ),
        Person("ono", "第2層 大野", Role.COORDINATOR_2, ("西山地区", "南浜地区")),
        Person("support_centre", "中央包括 田辺", Role.SUPPORT_CENTRE),
        Person("provider", "奥沢ふれあい会 今村", Role.PROVIDER),
        Person("viewer", "健康推進課 閲覧", Role.VIEWER),
        Person("prefecture", "県長寿課 閲覧", Role.PREFECTURE),
    ),
)


def is_loaded(db: Session, town: Town) -> bool:
    """Whether every delivery of an invented municipality was read, and its people are there."""
    scope = house(town.code)
    read = {run.file_name for run in intakes.list_in_use(db, scope)}
    wanted = {Path(one.file).name for one in town.reads}
    return read >= wanted and bool(accounts.list_all(db, scope))


def is_unwelcome(db: Session) -> bool:
    """Whether a real municipality keeps its records here and the invented ones were removed."""
    codes = [row.code for row in municipalities.list_all(db, house())]
    return bool(codes) and not any(code.startswith(accounts.INVENTED) for code in codes)


def write_town() -> tuple[Path, ...]:
    """碁盤町's files anew, byte for byte as they are kept in data/."""
    return model_town.write(DATA)


def write_city(folder: Path) -> tuple[Path, ...]:
    """みほん市's files in every format an office receives, for trying the importers on."""
    return mihon.write(folder / "mihon")


def load_town(db: Session, originals: Path) -> list[Intake]:
    """碁盤町 from its files in data/; what is there already stays as it is."""
    return _read(db, TOWN, DATA, originals)


def load_city(db: Session, originals: Path, drawn: Path | None = None) -> list[Intake]:
    """みほん市, drawn anew (None) or before (the folder of ``mihon.write``) and read, with its desk; what is
    there already stays as it is. Some ten seconds."""
    with TemporaryDirectory() as folder:
        if drawn is None:
            mihon.write(Path(folder))
        runs = _read(db, CITY, drawn or Path(folder), originals)
    scope = house(MIHON)
    if not municipalities.get(db, scope, MIHON).desk:
        municipalities.save_desk(db, scope, MIHON, mihon.DESK, mihon.DESK_PHONE)
    return runs


def _read(db: Session, town: Town, folder: Path, originals: Path) -> list[Intake]:
    scope = house(town.code)
    return [
        one.run(db, scope, Delivery(folder / one.file, originals), **dict(one.said))
        for one in town.reads
    ]


def load_accounts(db: Session, town: Town) -> list[dict[str, str]]:
    """People of each role with random passwords, told only here. 第2層 coordinators are limited to
    their areas, as in life. Nothing where accounts are there already."""
    scope = house(town.code)
    if accounts.list_all(db, scope):
        return []
    areas = {row.name: row.id for row in districts.list_at_level(db, scope, town.area_level)}
    told = []
    for person in town.people:
        email = f"{person.mail}@{town.domain}"
        password = secrets.token_urlsafe(15)
        sign_in.add(
            db,
            Scope(None, Role.ADMINISTRATOR),
            email=email,
            name=person.name,
            role=str(person.role),
            municipality=town.code,
            password=password,
            areas=[areas[name] for name in person.areas],
        )
        told.append(
            {
                "email": email,
                "password": password,
                "role": str(person.role),
                "municipality": town.code,
            }
        )
    return told
