"""The process that reads hostile files: one question a line in, one answer a line out.

    python -W error -m tests.hostile.worker APPLICATION_CONNINFO OWNER_CONNINFO FOLDER

Each file is read as ``flask import`` reads it. What is refused is committed, so that anything it
left behind would be seen; what is taken is committed up to the last step and then undone, so that
every file meets the same town.
"""

import json
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from geo.errors import GeoError, Invalid, Unreadable
from geo.intake import datasets
from geo.intake.report import Delivery
from geo.records.database import open_engine
from geo.records.intakes import Intake
from geo.scope import house
from routes._errors import FIELD_WORDS, WORDS
from routes._reasons import REASON_WORDS

SAID = {
    "resources": {},
    "areas": {"level": "living_area", "by": "town"},
    "districts": {"level": "elementary"},
}
TABLES = """
    select format('select %L, count(*), md5(string_agg(md5(t::text), '''' order by md5(t::text))) from %I t',
                  relname, relname)
    from pg_class join pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and nspname = 'public' order by relname
"""


def main(application: str, owner: str, folder: Path) -> None:
    engine = open_engine(lambda: application)
    with psycopg.connect(owner, autocommit=True) as looking:
        before = picture(looking)
        print(json.dumps({"tables": len(before)}), flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            forget_peak()
            held_mb = memory_mb("VmRSS")
            own, child, began = *cpu_s(), time.monotonic()
            told = read(engine, asked, folder / "originals")
            own_now, child_now = cpu_s()
            told["cpu_s"], told["child_s"] = round(own_now - own, 2), round(child_now - child, 2)
            told["wall_s"] = round(time.monotonic() - began, 2)
            told["peak_mb"] = memory_mb("VmHWM") - held_mb
            now = before if told["outcome"] == "taken" else picture(looking)
            told["changed"] = [one for one in now if now[one] != before.get(one)]
            told["left"] = [path.name for path in (folder / "tmp").iterdir()]
            print(json.dumps(told), flush=True)


def read(engine: Engine, asked: dict[str, str], originals: Path) -> dict[str, Any]:
    """How one file ended: refused, taken or raised; and the codes nobody has words for."""
    dataset = datasets.get(asked["dataset"])
    delivery = Delivery(Path(asked["path"]), originals)
    with engine.connect() as connection:
        outer = connection.begin()
        try:
            with Session(connection, join_transaction_mode="create_savepoint") as db:
                try:
                    scope = house(asked["municipality"])
                    run = dataset.run(db, scope, delivery, SAID.get(dataset.code, {}))
                    told = {"outcome": "taken", **codes_of(run)}
                    db.commit()
                    db.execute(text("set constraints all immediate"))
                except GeoError as error:
                    db.rollback()
                    told = {"outcome": "refused", **codes_of_error(error)}
            outer.commit() if told["outcome"] == "refused" else outer.rollback()
        except Exception as error:
            outer.rollback()
            trace = traceback.format_exc()
            told = {
                "outcome": "raised",
                "said": repr(error)[:300],
                "trace": trace[-6000:],
                "unworded": [],
            }
    return told


def codes_of(run: Intake) -> dict[str, Any]:
    """What a report says, and which of its codes have no words."""
    codes = {line["reason"] for line in run.report["rows"]}
    codes |= {one.partition("=")[0] for one in run.report["assumptions"]}
    known = REASON_WORDS.keys() | FIELD_WORDS.keys()
    said = {name: getattr(run, name) for name in ("added", "changed", "unchanged", "refused")}
    return {"said": f"{said} {sorted(codes)}"[:300], "unworded": sorted(codes - known)}


def codes_of_error(error: GeoError) -> dict[str, Any]:
    codes = {f"class {type(error).__name__}"} if type(error) not in WORDS else set()
    if isinstance(error, Unreadable):
        codes |= {str(error.facts["reason"])} - REASON_WORDS.keys()
    if isinstance(error, Invalid):
        codes |= set(error.facts["fields"].values()) - FIELD_WORDS.keys()
    return {"said": str(error)[:300], "unworded": sorted(codes)}


def picture(looking: psycopg.Connection) -> dict[str, Any]:
    """Every table of the catalogue: rows and checksum."""
    questions = [row[0] for row in looking.execute(TABLES)]
    return {row[0]: row[1:] for row in looking.execute(" union all ".join(questions))}


def cpu_s() -> list[float]:
    """Of this process, and of its children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [one.ru_utime + one.ru_stime for one in both]


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def memory_mb(which: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) // 1000


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
