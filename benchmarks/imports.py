"""What writing costs: a delivery of ten thousand rows, a file of them, and one edit.

Beside it stands what PostgreSQL needs at least: COPY of the same rows into a plain table without
history, comparison or report; a bare UPDATE. A database of its own without fsync, thrown away.
"""

import csv
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks import people
from geo import intake, registry
from geo.edits import ResourceEdit, opening_values, parse_values
from geo.intake import Delivery
from geo.intake.report import begin
from geo.openings import parse_openings
from geo.records import migrate
from geo.records.database import open_engine
from geo.scope import house
from scripts.cluster import Cluster

ROWS, EDITS, RUNS = 10_000, 500, 3
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
    with (
        _database() as (engine, conninfo, folder),
        psycopg.connect(conninfo, autocommit=True) as db,
    ):
        return {
            "import_10000": _delivery(engine, db, folder),
            "import_file_10000": _file(engine, db, folder),
            "population_100000": _squares(engine, db, folder),
            **_edits(engine, db),
        }


@contextmanager
def _database() -> Iterator[tuple[Engine, str, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="engawa-bench-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "var", durable=False).ensure()
    migrate.upgrade(lambda: cluster.owner_conninfo, lambda: cluster.conninfo)
    engine = open_engine(lambda: cluster.conninfo)
    try:
        yield engine, cluster.owner_conninfo, folder
    finally:
        engine.dispose()
        cluster.stop()
        shutil.rmtree(folder)


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

    return _compare(ours, other, COPY, ROWS)


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

    return _compare(ours, other, f"csv.reader and {COPY}", ROWS)


def _squares(engine: Engine, db: psycopg.Connection, folder: Path) -> dict[str, object]:
    """``flask import population`` of a census, into a municipality with an outline and areas."""
    path, areas = people.write(folder)
    codes = [["13303", "13305", "13307"][run] for run in range(RUNS)]
    for code in codes:
        people.prepare(engine, areas, folder, code)
    return _compare(
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
            ours_ms.append(_ms(lambda edit=edit: _apply(session, scope, edit)))
            words = ("update resource set booking = %s where id = %s", [f"{number}", resource])
            other_ms.append(_ms(lambda words=words: db.execute(*words)))
    return {
        f"edit_p{percent}": _case(_at(ours_ms, percent), _at(other_ms, percent), UPDATE, EDITS)
        for percent in (50, 95)
    }


def _apply(session: Session, scope: object, edit: ResourceEdit) -> None:
    registry.apply(session, scope, edit)
    session.commit()


def _compare(
    ours: Callable[[int], None], other: Callable[[int], None], words: str, n: int
) -> dict[str, object]:
    pairs = [(_ms(lambda r=r: ours(r)), _ms(lambda r=r: other(r))) for r in range(RUNS)]
    ours_ms, other_ms = zip(*pairs, strict=True)
    return _case(statistics.median(ours_ms), statistics.median(other_ms), words, n)


def _case(ours_ms: float, other_ms: float, other: str, n: int) -> dict[str, object]:
    return {
        "ours_ms": round(ours_ms, 3),
        "other_ms": round(other_ms, 3),
        "other": other,
        "ratio": round(ours_ms / other_ms, 2),
        "n": n,
    }


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _at(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


def _copy(db: psycopg.Connection, names: list[str], lines: Iterator[list[str]]) -> None:
    columns = ", ".join(f'"{name}" text' for name in names)
    with db.transaction():
        db.execute("drop table if exists plain")
        db.execute(f"create table plain ({columns})")
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
