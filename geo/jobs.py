"""裏の仕事: tasks that run in the background. The queue lives in our PostgreSQL (procrastinate)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from procrastinate import App, PsycopgConnector
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo import (
    addresses,
    desk,
    field_map,
    gap_trend,
    locate,
    originals,
    previewing,
    previews,
    printing,
    reminders,
    twin_counts,
    where_plans,
    where_working,
)
from geo.area import Areas, Folders, find_version, open_area
from geo.errors import GeoError, Invalid
from geo.possible_homes import Residents
from geo.printing import Copy, Press
from geo.records import (
    accounts,
    campaigns,
    intakes,
    municipalities,
    second_steps,
    siting_plans,
    tries,
)
from geo.records import addresses as address_records
from geo.records import previews as preview_records
from geo.reminders import Mailing
from geo.scope import Role, Scope, house
from geo.streets import archive

JAPAN = ZoneInfo("Asia/Tokyo")
KEPT_FOR = timedelta(days=30)  # our choice: long enough to answer "who was signed in last week?"


def open_queue(
    conninfo: str,
    engine: Engine,
    folder: Path,
    mailing: Mailing | None = None,
    press: Press | None = None,
) -> App:
    """The queue with its tasks; ``folder`` holds the originals of imports. Without ``mailing`` no
    mail is sent, without ``press`` nothing is printed: who asks for it gets nothing."""
    queue = App(connector=PsycopgConnector(conninfo=conninfo))
    for cron, name, task in (
        ("30 3 * * *", "sweep", _sweeper(engine, folder)),
        ("0 0 * * *", "remind_all", _daily_reminder(engine, mailing)),  # 9:00 in Japan
        ("* * * * *", "take_up", _taker_up(engine)),
        ("0 18 * * *", "count_all", _nightly_counter(engine)),  # 3:00 in Japan
        (twin_counts.CRON, "count_twins", _twin_counter(engine)),
    ):
        queue.periodic(cron=cron)(queue.task(name=name, queueing_lock=name)(task))
    queue.task(name=previews.TASK)(_previewer(engine, folder))
    queue.task(name=reminders.TASK)(_reminder(engine, mailing))
    queue.task(name=where_plans.TASK)(_planner(engine, folder))
    queue.task(name=gap_trend.TASK)(_counter(engine, folder))
    queue.task(name=field_map.TASK)(_map_maker(engine, folder.parent / "field_maps"))
    queue.task(name=printing.TASK)(_printer(engine, folder.parent / "prints", press))
    return queue


def sweep(db: Session, folder: Path, now: datetime) -> dict[str, int]:
    """Remove what nobody needs: ended sessions and links, old tries, originals without an intake,
    dictionaries and networks that newer ones took the place of, files that were sent and neither imported nor
    given up."""
    yesterday = now - timedelta(days=1)
    versions = address_records.list_versions(db, house())
    return {
        "rows": accounts.sweep(db, house(), now - KEPT_FOR)
        + second_steps.sweep(db, house(), yesterday),
        "tries": tries.sweep(db, house(), yesterday),
        "looks": desk.sweep(db, house(), now),
        "previews": preview_records.sweep(db, house(), now - previews.KEPT_FOR),
        "siting_plans": siting_plans.sweep(db, house(), now - where_plans.KEPT_FOR),
        "originals": originals.sweep(folder, intakes.list_sha256(db, house()), yesterday),
        "dictionaries": addresses.sweep(locate.dictionaries(folder), versions, yesterday),
        "networks": archive.sweep(folder.parent / "networks", _networks(db), yesterday),
        "field_maps": field_map.sweep(db, house(), folder.parent / "field_maps", yesterday),
        "prints": printing.sweep(
            db, house(), folder.parent / "prints", yesterday, now.astimezone(JAPAN).date()
        ),
        "waiting": originals.sweep_waiting(
            folder, preview_records.list_ids(db, house()), yesterday
        ),
    }


def _networks(db: Session) -> set[str]:
    """Versions of the streets in use."""
    found = set()
    for place in municipalities.list_all(db, house()):
        with suppress(Invalid):
            found.add(find_version(db, house(place.code)))
    return found


def _sweeper(engine: Engine, folder: Path) -> Callable[[int], dict[str, int]]:
    def nightly(timestamp: int) -> dict[str, int]:
        with Session(engine) as db, db.begin():
            return sweep(db, folder, datetime.fromtimestamp(timestamp, UTC))

    return nightly


def _previewer(engine: Engine, folder: Path) -> Callable[..., None]:
    def work(preview: str, municipality: str) -> None:  # noqa: ARG001 - for who reads the queue
        previewing.work(lambda: Session(engine), folder, UUID(preview))
        with Session(engine) as db:  # after an import of streets the first visitor need not wait
            Areas(Folders.under(folder.parent)).open_all(db)
        twin_counts.count_all(lambda: Session(engine), lambda: datetime.now(UTC))

    return work


def _planner(engine: Engine, folder: Path) -> Callable[..., None]:
    areas, residents = Areas(Folders.under(folder.parent)), Residents()  # kept from plan to plan

    def reckon(plan: str, municipality: str) -> None:  # noqa: ARG001 - for who reads the queue
        where_working.work(lambda: Session(engine), areas, residents, UUID(plan))

    return reckon


def _taker_up(engine: Engine) -> Callable[[int], int]:
    def take_up(timestamp: int) -> int:  # noqa: ARG001 - who has gone silent is asked now
        with Session(engine) as db, db.begin():
            return where_plans.take_up(db, house())

    return take_up


def _twin_counter(engine: Engine) -> Callable[[int], list[str]]:
    def count_twins(timestamp: int) -> list[str]:  # noqa: ARG001 - what was written until now counts
        return twin_counts.count_all(lambda: Session(engine), lambda: datetime.now(UTC))

    return count_twins


def _reminder(engine: Engine, mailing: Mailing | None) -> Callable[..., dict[str, int]]:
    def remind(campaign: str, municipality: str) -> dict[str, int]:  # noqa: ARG001 - for who reads the queue
        if mailing is None:
            return {}
        return reminders.send_due(lambda: Session(engine), mailing, UUID(campaign))

    return remind


def _daily_reminder(engine: Engine, mailing: Mailing | None) -> Callable[[int], None]:
    def remind_all(timestamp: int) -> None:  # noqa: ARG001 - when it should have run; mails go today
        if mailing is None:
            return
        with Session(engine) as db:
            running = [row.id for row in campaigns.list_running(db, house())]
        for campaign in running:
            reminders.send_due(lambda: Session(engine), mailing, campaign)

    return remind_all


def _nightly_counter(engine: Engine) -> Callable[[int], None]:
    def count_all(timestamp: int) -> None:  # noqa: ARG001 - whoever works counts what is there now
        with Session(engine) as db, db.begin():
            for place in municipalities.list_all(db, house()):
                gap_trend.ask(db, house(place.code))

    return count_all


def _counter(engine: Engine, folder: Path) -> Callable[[str], bool]:
    def count(municipality: str) -> bool:
        scope, now = house(municipality), datetime.now(UTC)
        with Session(engine) as db, db.begin():
            try:
                area = open_area(db, scope, Folders.under(folder.parent))
                day = now.astimezone(JAPAN).date()
                return gap_trend.refresh(db, scope, Residents(), area, day, now)
            except GeoError:  # no streets, no areas: nothing to count yet
                return False

    return count


def _map_maker(engine: Engine, folder: Path) -> Callable[..., None]:
    def make(municipality: str, areas: list[str] | None) -> None:
        limited = None if areas is None else frozenset(map(UUID, areas))
        with Session(engine) as db:
            field_map.make(db, Scope(municipality, Role.RESIDENT, limited), folder)

    return make


def _printer(engine: Engine, folder: Path, press: Press | None) -> Callable[..., None]:
    def make(municipality: str, district: str, size: str, month: str, site: str) -> None:
        if press is None:
            return
        copy = Copy(UUID(district), size, date.fromisoformat(f"{month}-01"), site)
        with Session(engine) as db:
            day = datetime.now(UTC).astimezone(JAPAN).date()
            printing.make(db, Scope(municipality, Role.RESIDENT), copy, press, folder, day)

    return make
