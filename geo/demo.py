"""見本: 碁盤町 with its areas, resources and accounts, read through the same gate as any delivery."""

import secrets
from pathlib import Path

from sqlalchemy.orm import Session

from geo import intake, sign_in
from geo.intake import Delivery
from geo.records import accounts, districts, intakes, municipalities
from geo.records.intakes import Intake
from geo.scope import Role, Scope, house
from geo.sources import mihon, model_town

DATA = Path(__file__).parents[1] / "data"
GOBANCHO = model_town.CODE
AREAS = (
    ("municipality", "N03-20240101_99001.geojson"),
    ("living_area", "living_area_99001.geojson"),
    ("junior_high", "A32-21_99001.geojson"),
    ("elementary", "A27-16_99001.geojson"),
)
RESOURCES = DATA / "model_town" / "99001_resources.csv"
STREETS = DATA / "model_town" / "99001_streets.osm.pbf"
ADDRESSES = DATA / "model_town" / "99001_addresses.csv"
ROLES = (
    Role.ADMINISTRATOR,
    Role.OFFICIAL,
    Role.COORDINATOR_1,
    Role.COORDINATOR_2,
    Role.SUPPORT_CENTRE,
    Role.PROVIDER,
    Role.VIEWER,
    Role.PREFECTURE,
)


def is_loaded(db: Session) -> bool:
    """Whether the invented town is here already, files and accounts."""
    scope = house(GOBANCHO)
    read = {run.dataset for run in intakes.list_in_use(db, scope)}
    return read >= {"districts", "resources", "streets"} and bool(accounts.list_all(db, scope))


def write_city(folder: Path) -> tuple[Path, ...]:
    """みほん市's files in every format an office receives, for trying the importers on."""
    return mihon.write(folder / "mihon")


def is_unwelcome(db: Session) -> bool:
    """Whether a real municipality keeps its records here and the invented ones were removed."""
    codes = [row.code for row in municipalities.list_all(db, house())]
    return bool(codes) and not any(code.startswith(accounts.INVENTED) for code in codes)


def write_town() -> tuple[Path, ...]:
    """碁盤町's files anew, byte for byte as they are kept in data/."""
    return model_town.write(DATA)


def load_town(db: Session, originals: Path) -> list[Intake]:
    """碁盤町's files through the importers; what is there already stays as it is."""
    scope = house(GOBANCHO)
    runs = [
        intake.run_districts(
            db, scope, Delivery(DATA / "boundaries" / GOBANCHO / name, originals), level
        )
        for level, name in AREAS
    ]
    return [
        *runs,
        intake.run_addresses(db, scope, Delivery(ADDRESSES, originals)),
        intake.run_resources(db, scope, Delivery(RESOURCES, originals)),
        intake.run_streets(db, scope, Delivery(STREETS, originals)),
    ]


def load_accounts(db: Session) -> list[dict[str, str]]:
    """One account for each role with a random password, told only here. The 第2層 coordinator is
    limited to one area, as in life. Nothing where accounts are there already."""
    scope = house(GOBANCHO)
    if accounts.list_all(db, scope):
        return []
    area = districts.list_at_level(db, scope, "living_area")[0]
    told = []
    for role in ROLES:
        password = secrets.token_urlsafe(15)
        email = f"{role}@gobancho.example"
        sign_in.add(
            db,
            Scope(None, Role.ADMINISTRATOR),
            email=email,
            name=NAMES[role],
            role=str(role),
            municipality=GOBANCHO,
            password=password,
            areas=[area.id] if role == Role.COORDINATOR_2 else [],
        )
        told.append(
            {"email": email, "password": password, "role": str(role), "municipality": GOBANCHO}
        )
    return told


NAMES = {
    Role.ADMINISTRATOR: "管理 花子",
    Role.OFFICIAL: "役場 太郎",
    Role.COORDINATOR_1: "第一層 みどり",
    Role.COORDINATOR_2: "第二層 さくら",
    Role.SUPPORT_CENTRE: "包括 ひかり",
    Role.PROVIDER: "団体 いずみ",
    Role.VIEWER: "閲覧 一郎",
    Role.PREFECTURE: "県庁 つばさ",
}
