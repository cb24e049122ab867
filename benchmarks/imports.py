"""What writing costs: deliveries of ten and of a hundred thousand rows, one edit, a large extract.

Beside it stands what PostgreSQL needs at least: COPY of the same rows into a plain table without
history, comparison or report; a plain INSERT for each row; a bare UPDATE. A database of its own
without fsync, thrown away.
"""

import csv
import json
import resource
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks import extracts, people
from benchmarks.measuring import case, compare, ground, ms, percentile
from geo import intake, registry
from geo.edits import ResourceEdit, opening_values, parse_values
from geo.intake import Delivery
from geo.intake.report import begin
from geo.openings import parse_openings
from geo.scope import house

ROWS, MANY, EDITS = 10_000, 100_000, 500
INSERT = "csv.reader and a plain INSERT for each row"
COPY = "psycopg COPY into a plain table"
UPDATE = "a bare UPDATE and its commit"
HEADER = (
    "ID",
    "名称",
    "住所",
    "緯度",
    "経度",
    "種別",
    "料金",
    "利用可能曜日",
    "開始時間",
    "終了時間",
    "団体名",
)


def cases() -> dict[str, dict[str, object]]:
    """Case → medians in milliseconds, ours and the other's, taken in turns."""
    with ground() as place, psycopg.connect(place.owner, autocommit=True) as db:
        return {
            "import_file_100000": _many(place.engine, db, place.folder),
            "import_10000": _delivery(place.engine, db, place.folder),
            "import_file_10000": _file(place.engine, db, place.folder),
            "population_100000": _squares(place.engine, db, place.folder),
            **_edits(place.engine, db),
            **extracts.cases(place),
        }


def _delivery(engine: Engine, db: psycopg.Connection, folder: Path) -> dict[str, object]:
    """``registry.apply_many``: rows that are read already, into a municipality that has none."""
    rows = [registry.Delivered(n, f"A{n}", parse_values(_values(n))) for n in range(ROWS)]
    fields = list(rows[0].values)
    path = folder / "empty.csv"
    path.write_text("名称,種別\n")

    def ours(run: int) -> None:
        scope = house(f"{13201 + run}")
        with Session(engine) as session, session.begin():
            intake.open_municipality(session, scope)
            delivery = begin(session, scope, Delivery(path, folder / "originals"), "resources", "x")
            registry.apply_many(session, scope, "x", rows, delivery.id)

    def other(_run: int) -> None:
        lines = ([row.key, *map(_cell, row.values.values())] for row in rows)
        _copy(db, ["key", *fields], lines)

    return compare(ours, other, COPY, ROWS)


def _many(engine: Engine, db: psycopg.Connection, folder: Path) -> dict[str, object]:
    """A file of 100,000 rows, once; with the most memory the process had before and after."""
    path = folder / "many.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *(_line(n) for n in range(MANY))])

    def ours() -> None:
        with Session(engine) as session, session.begin():
            intake.run_resources(session, house("13105"), Delivery(path, folder / "o"))

    def other() -> None:
        with path.open(encoding="utf-8", newline="") as file, db.transaction():
            lines = csv.reader(file)
            _plain_table(db, next(lines))
            for line in lines:
                db.execute(f"insert into plain values ({', '.join(['%s'] * len(line))})", line)

    before_mb = _peak_mb()
    measured = case(ms(ours), ms(other), INSERT, MANY)
    return measured | {"rss_before_mb": before_mb, "rss_mb": _peak_mb()}


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _file(engine: Engine, db: psycopg.Connection, folder: Path) -> dict[str, object]:
    """``flask import resources`` without the start of the process: file in, report out."""
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *(_line(n) for n in range(ROWS))])

    def ours(run: int) -> None:
        with Session(engine) as session, session.begin():
            intake.run_resources(session, house(f"{13101 + run}"), Delivery(path, folder / "o"))

    def other(_run: int) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            _copy(db, next(lines), lines)

    return compare(ours, other, f"csv.reader and {COPY}", ROWS)


def _squares(engine: Engine, db: psycopg.Connection, folder: Path) -> dict[str, object]:
    """``flask import population`` of a census, into a municipality with an outline and areas."""
    path, areas = people.write(folder)
    codes = ("13303", "13305", "13307")  # one for each run of measuring.RUNS
    for code in codes:
        people.prepare(engine, areas, folder, code)
    return compare(
        lambda run: people.ours(engine, path, folder, codes[run]),
        lambda _run: people.plain(db, path),
        people.INSERT,
        people.SIDE**2,
    )


def _edits(engine: Engine, db: psycopg.Connection) -> dict[str, dict[str, object]]:
    """``registry.apply`` of one field, each in a transaction of its own."""
    scope = house("13201")
    with Session(engine) as session:
        ids = [
            row[0]
            for row in db.execute(
                "select id from resource where municipality = '13201' limit %s", [EDITS]
            )
        ]
        ours_ms, other_ms = [], []
        for number, resource in enumerate(ids):
            edit = ResourceEdit(uuid4(), resource, 1, {"fee": f"{number}円"})
            ours_ms.append(ms(lambda edit=edit: _apply(session, scope, edit)))
            words = ("update resource set booking = %s where id = %s", [f"{number}", resource])
            other_ms.append(ms(lambda words=words: db.execute(*words)))
    return {
        f"edit_p{percent}": case(
            percentile(ours_ms, percent), percentile(other_ms, percent), UPDATE, EDITS
        )
        for percent in (50, 95)
    }


def _apply(session: Session, scope: object, edit: ResourceEdit) -> None:
    registry.apply(session, scope, edit)
    session.commit()


def _plain_table(db: psycopg.Connection, names: list[str]) -> None:
    columns = ", ".join(f'"{name}" text' for name in names)
    db.execute("drop table if exists plain")
    db.execute(f"create table plain ({columns})")


def _copy(db: psycopg.Connection, names: list[str], lines: Iterator[list[str]]) -> None:
    with db.transaction():
        _plain_table(db, names)
        with db.cursor() as cursor, cursor.copy("copy plain from stdin") as copy:
            for line in lines:
                copy.write_row(line)


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _line(n: int) -> list[str]:
    lon, lat = 136 + n // 100 / 1000, 32.5 + n % 100 / 1000
    where = [f"松葉{n}", f"{lat:.3f}", f"{lon:.3f}"]
    when = ["第2・第4火曜", "10:00", "11:30"]
    return [f"A{n}", f"茶の間{n}", *where, "サロン", "100円", *when, f"会{n % 500}"]


def _values(n: int) -> dict[str, object]:
    _, name, address, lat, lon, _, fee, *when, provider = _line(n)
    return {
        "kind": "salon",
        "name": name,
        "address": address,
        "place": [float(lon), float(lat)],
        "place_level": "building",
        "fee": fee,
        "provider": provider,
        "openings": [opening_values(opening) for opening in parse_openings(*when)],
    }
