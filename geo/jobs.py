"""裏の仕事: tasks that run in the background. The queue lives in our PostgreSQL (procrastinate)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from procrastinate import App, PsycopgConnector
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo import originals
from geo.records import accounts, intakes
from geo.scope import house

KEPT_FOR = timedelta(days=30)  # our choice: long enough to answer "who was signed in last week?"


def open_queue(conninfo: str, engine: Engine, folder: Path) -> App:
    """The queue with its tasks; ``folder`` holds the originals of imports."""
    queue = App(connector=PsycopgConnector(conninfo=conninfo))
    for cron, name, task in ((("30 3 * * *"), "sweep", _sweeper(engine, folder)),):
        queue.periodic(cron=cron)(queue.task(name=name, queueing_lock=name)(task))
    return queue


def sweep(db: Session, folder: Path, now: datetime) -> dict[str, int]:
    """Remove what nobody needs: ended sessions and links, old tries, originals without an intake."""
    rows = accounts.sweep(db, house(), now - KEPT_FOR)
    in_use = intakes.list_sha256(db, house())
    return {"rows": rows, "originals": originals.sweep(folder, in_use, now - timedelta(days=1))}


def _sweeper(engine: Engine, folder: Path) -> Callable[[int], dict[str, int]]:
    def nightly(timestamp: int) -> dict[str, int]:
        with Session(engine) as db, db.begin():
            return sweep(db, folder, datetime.fromtimestamp(timestamp, UTC))

    return nightly
