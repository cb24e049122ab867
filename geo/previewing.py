"""下見の仕事: the worker's side of a preview: try the importer out, or let it work in earnest."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Mapped
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from geo import locate, mappings, originals
from geo.errors import GeoError, Unreadable
from geo.intake import changes, datasets
from geo.intake.report import Delivery, grouped
from geo.previews import WORKING, check_may
from geo.records import accounts, audit, previews
from geo.records.intakes import WORKBOOK, Intake
from geo.records.previews import Preview
from geo.returning import run_workbook
from geo.scope import Role, Scope, house
from geo.sources.mapping import Mapping

BEAT_S = 2.0  # our choice: how often the worker says that it is at it, and asks whether to stop
LINES_SHOWN = 200  # our choice: lines of one reason that a preview keeps; the rest is counted

Sessions = Callable[[], Session]


class Stopped(Exception):
    """Its sender has given the file up."""


def work(sessions: Sessions, kept: Path, preview: UUID, beat_s: float = BEAT_S) -> None:
    """The worker's side: do what a preview waits for. Doing it twice is the same as once.

    sessions  makes a session of the application's role; kept: the folder of the originals
    """
    with sessions() as db, db.begin():
        task = _take(db, kept, preview)
    if task is None:
        return
    with _Beat(sessions, task, beat_s) as beat:
        try:
            state, finding = _import(beat) if task.is_applying else _try_out(beat)
        except Stopped:
            state, finding = "stopped", {}
        except GeoError as error:
            state, finding = "unreadable", {"code": error.code, "facts": _plain(error.facts)}
        except Exception:
            _keep(sessions, task, "failed", {})
            raise
    _keep(sessions, task, state, finding)
    if state in ("applied", "stopped"):
        originals.give_up(kept, preview)


@dataclass(frozen=True, slots=True)
class _Task:
    """A preview as the worker takes it: for whom, which file, how."""

    id: UUID
    scope: Scope
    dataset: str
    said: dict[str, Any]
    path: Path
    sha256: str
    kept: Path
    is_applying: bool
    shown: str


def _take(db: Session, kept: Path, preview: UUID) -> _Task | None:
    """The work of a preview, with the rights that its sender has now; None where there is none."""
    row = previews.find(db, house(), preview)
    if row is None or row.state not in WORKING:
        return None
    is_applying = row.state == "applying"
    if not is_applying:
        row.state = "working"
    return _Task(
        row.id,
        _scope_of(db, row),
        row.dataset,
        dict(row.options),
        originals.waiting_room(kept, row.id) / row.file_name,
        row.sha256,
        kept,
        is_applying,
        row.finding.get("changes", {}).get("digest", ""),
    )


def _scope_of(db: Session, row: Preview) -> Scope:
    """How far the sender may reach today; nobody's rights where the account was closed."""
    if row.account is None:
        return Scope(row.municipality, Role.RESIDENT)
    account = accounts.get(db, house(), row.account)
    areas = accounts.list_areas(db, house(), row.account)
    at_home = account.is_active and account.municipality in (None, row.municipality)
    role = Role(account.role) if at_home else Role.RESIDENT
    return Scope(row.municipality, role, frozenset(areas) or None, account.id)


class _Beat(AbstractContextManager["_Beat"]):
    """Says while the work goes on that it does, and ends it at its next statement when it is to stop."""

    def __init__(self, sessions: Sessions, task: _Task, every_s: float) -> None:
        self.sessions, self.task = sessions, task
        self.done = self.total = 0
        self._every_s = every_s
        self._over, self._stopped = Event(), Event()
        self._thread = Thread(target=self._say, name="preview-beat", daemon=True)

    def __enter__(self) -> "_Beat":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, done: int, total: int) -> None:
        """How many rows are done. Raises Stopped."""
        self.done, self.total = done, total
        self.check()

    def check(self) -> None:
        """Raises Stopped when its sender has given the file up."""
        if self._stopped.is_set():
            raise Stopped

    def watch(self, db: Session) -> None:
        """Look before each statement of a session whether to go on."""
        event.listen(db, "do_orm_execute", lambda _: self.check())

    def _say(self) -> None:
        while not self._over.wait(self._every_s):
            with suppress(OperationalError), self.sessions() as db, db.begin():  # it may be away
                state = previews.save_pulse(db, house(), self.task.id, self.done, self.total)
                if state == "stopped":
                    self._stopped.set()


def _try_out(beat: _Beat) -> tuple[str, dict[str, Any]]:
    """Run the importer and undo it: what it would do. Where it does not know the columns, ask."""
    task = beat.task
    if task.dataset == "resources":
        _recall_mapping(beat.sessions, task)
    if task.said.get("ask"):
        return "asking", mappings.ask(task.path, Mapping.parse(task.said.get("mapping", {})))
    try:
        with beat.sessions() as db:
            beat.watch(db)
            _run, finding = _run_importer(db, beat, None)
            db.rollback()
    except Unreadable as error:
        if task.dataset != "resources" or error.facts["reason"] not in mappings.ASKED_FOR:
            raise
        asked = mappings.ask(task.path, Mapping.parse(task.said.get("mapping", {})))
        return "asking", asked | {"facts": _plain(error.facts)}
    if "mapping" in task.said:
        with beat.sessions() as db, db.begin():
            said = Mapping.parse(task.said["mapping"])
            mappings.remember(db, task.scope, task.path, said, task.said.get("mapping_name", ""))
    return "ready", finding


def _recall_mapping(sessions: Sessions, task: _Task) -> None:
    """Take what somebody said of the columns of such a list before; what is said now goes first."""
    if "mapping" in task.said or task.said.get("kind"):
        return
    with sessions() as db, db.begin():
        known = mappings.find_known(db, task.scope, task.path)
        row = previews.find(db, house(), task.id)
        if known is not None and row is not None:
            told = {"mapping": known.spec, "mapping_name": known.name, "recalled": True}
            task.said.update(told)
            row.options = dict(task.said)


def _import(beat: _Beat) -> tuple[str, dict[str, Any]]:
    """Run the importer and keep its work, if it does what was shown."""
    task = beat.task
    with beat.sessions() as db, db.begin() as transaction:
        run, finding = _run_importer(db, beat, task.kept)
        row = previews.find(db, house(), task.id)
        if row is None or row.state != "applying":
            raise Stopped
        if finding["changes"]["digest"] != task.shown:
            transaction.rollback()
            return "ready", finding | {"moved": True}
        row.state, row.intake, row.finding = "applied", run.id, {}
        audit.save(db, task.scope, "apply", "preview", task.id, None, {"intake": str(run.id)})
    return "applied", {}


def _run_importer(db: Session, beat: _Beat, kept: Path | None) -> tuple[Intake, dict[str, Any]]:
    """The importer's run in this transaction, and what it found and wrote."""
    task = beat.task
    check_may(task.scope, task.dataset)
    if not task.path.is_file() or originals.checksum(task.path) != task.sha256:
        raise Unreadable(reason="cannot_open")
    delivery = Delivery(task.path, kept, locate.dictionaries(task.kept))
    if task.dataset == WORKBOOK:
        taken = task.said.get("taken", [])
        came = run_workbook(db, task.scope, delivery, task.id, taken, beat.tell)
        clashes = [asdict(clash) for clash in came.clashes]
        return came.run, _finding(came.run, came.changes) | {"clashes": clashes}
    dataset = datasets.get(task.dataset)
    before = dataset.standing(db, task.scope, task.said) if dataset.standing else {}
    run = dataset.run(db, task.scope, delivery, task.said)
    after = dataset.standing(db, task.scope, task.said) if dataset.standing else {}
    written = changes.list_changes(db, task.scope, run, before, after)
    return run, _finding(run, written)


def _finding(run: Intake, written: changes.Changes) -> dict[str, Any]:
    """What a page shows of a run: its books, with lines in groups, and what it wrote."""
    counts = ("rows", "added", "changed", "unchanged", "missing", "refused")
    return {
        "target": run.target,
        "counts": {name: getattr(run, name) for name in counts},
        "source": run.report["source"],
        "assumptions": run.report["assumptions"],
        "groups": grouped(run.report["rows"], run.report["more"], LINES_SHOWN),
        "categories": _unknown_categories(run.report["rows"]),
        "missing": run.report["missing"][:LINES_SHOWN],
        "changes": changes.as_json(written),
    }


def _unknown_categories(lines: list[dict[str, Any]]) -> dict[str, int]:
    """Category words that no kind is known by → rows, the most frequent first."""
    said = (line["detail"] for line in lines if line["reason"] == "unknown_kind")
    words = Counter(detail.split("、")[0] for detail in said)
    return dict(words.most_common(LINES_SHOWN))


def _keep(sessions: Sessions, task: _Task, state: str, finding: Mapped[str, Any]) -> None:
    """Write down what came of the work, unless it was given up or finished meanwhile."""
    with sessions() as db, db.begin():
        row = previews.find(db, house(), task.id)
        if row is not None and row.state in WORKING:
            row.state, row.finding = state, dict(finding)


def _plain(facts: Mapped[str, Any]) -> dict[str, Any]:
    """Facts of an error that words are made of; what only a log may say is left out."""
    return {
        name: value if isinstance(value, str | int | dict | list) else str(value)
        for name, value in facts.items()
        if name != "detail"
    }
