"""裏の仕事: tasks that run in the background. The queue lives in our PostgreSQL (procrastinate)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from procrastinate import App, PsycopgConnector
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo import addresses, locate, originals
from geo.records import accounts, intakes
from geo.records import addresses as address_records
from geo.scope import house

KEPT_FOR = timedelta(days=30)  # our choice: long enough to answer "who was signed in last week?"


def open_queue(conninfo: str, engine: Engine, folder: Path) -> App:
    """The queue with its tasks; ``folder`` holds the originals of imports."""
    queue = App(connector=PsycopgConnector(conninfo=conninfo))
    for cron, name, task in ((("30 3 * * *"), "sweep", _sweeper(engine, folder)),):
        queue.periodic(cron=cron)(queue.task(name=name, queueing_lock=name)(task))
    return queue


def sweep(db: Session, folder: Path, now: datetime) -> dict[str, int]:
    """Remove what nobody needs: ended sessions and links, old tries, originals without an intake,
    dictionaries that newer ones took the place of."""
    yesterday = now - timedelta(days=1)
    rows = accounts.sweep(db, house(), now - KEPT_FOR)
    files = originals.sweep(folder, intakes.list_sha256(db, house()), yesterday)
    versions = address_records.list_versions(db, house())
    books = addresses.sweep(locate.dictionaries(folder), versions, yesterday)
    return {"rows": rows, "originals": files, "dictionaries": books}


def _sweeper(engine: Engine, folder: Path) -> Callable[[int], dict[str, int]]:
    def nightly(timestamp: int) -> dict[str, int]:
        with Session(engine) as db, db.begin():
            return sweep(db, folder, datetime.fromtimestamp(timestamp, UTC))

    return nightly
