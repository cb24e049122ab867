"""What writing costs: deliveries of ten and of a hundred thousand rows, and one edit.

Beside it stands what PostgreSQL needs at least: COPY of the same rows into a plain table without
history, comparison or report; a plain INSERT for each row; a bare UPDATE. A database of its own
without fsync, thrown away.
"""

import csv
import json
import resource
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

from geo import intake, registry
from geo.edits import ResourceEdit, opening_values, parse_values
from geo.intake import Delivery
from geo.intake.report import begin
from geo.openings import parse_openings
from geo.records import migrate
from geo.records.database import open_engine
from geo.scope import house
from scripts.cluster import Cluster

ROWS, MANY, EDITS, RUNS = 10_000, 100_000, 500, 3
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
    with (
        _database() as (engine, conninfo, folder),
        psycopg.connect(conninfo, autocommit=True) as db,
    ):
        return {
            "import_file_100000": _many(engine, db, folder),
            "import_10000": _delivery(engine, db, folder),
            "import_file_10000": _file(engine, db, folder),
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
    case = _case(_ms(ours), _ms(other), INSERT, MANY)
    return case | {"rss_before_mb": before_mb, "rss_mb": _peak_mb()}


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

    return _compare(ours, other, f"csv.reader and {COPY}", ROWS)


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
