"""手引きのファイル: an area's handbook as a PDF, made by the worker once for each state of what it tells.

A file is named by what stands in it (``handbook.Handbook.mark``), so that one whose host took an entry back is never
handed out again; asked for twice it is made once. Whoever may look may ask, without an account: what it could cost is
bounded by one file for each area, month and size, by how many may wait, and by how many are kept.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from geo import paper
from geo.days import month_days, parse_month
from geo.errors import Invalid, NotFound
from geo.handbook import Handbook, load
from geo.handbook_maps import Drawing, drawings
from geo.records import districts, queue
from geo.records.database import take_turns
from geo.scope import EVERYBODY, Scope

TASK = "handbook"  # the name of its job
SIZES = ("a4", "a3")  # a booklet of upright pages, a sheet for the wall
FORMAT = 3  # raised when the same handbook makes another file
MOST_WAITING = 8  # our choice: some two minutes of work for one worker
MOST_KEPT = 400  # our choice: some 400 MB; of more, what was made first goes
LOST_AFTER = timedelta(minutes=10)  # our choice: a worker that has been at it for so long has died
_NAME = re.compile(r"([0-9a-f-]{36})-(a4|a3)-(\d{6})-[0-9a-f]{8}-([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class Copy:
    """Which handbook is wanted. month: its first day; site: the address at which its squares open the house."""

    district: UUID
    size: str
    month: date
    site: str


@dataclass(frozen=True, slots=True)
class Press:
    """What printing needs from outside: the words. write: a handbook, its maps (none where nobody drew the area), the copy
    wanted and the day → the same page in one or more sizes of type, each with how many
    sheets it may take (0: any), the one that is wanted most first."""

    write: Callable[[Session, Handbook, Sequence[Drawing], Copy, date], Sequence[tuple[str, int]]]
    map_words: Mapping[str, str]  # as geo.sheet_map.sheet_map


def months(as_of: date) -> tuple[date, date]:
    """The first days of this month and of the next: those there is a handbook for."""
    return as_of.replace(day=1), month_days(as_of)[1] + timedelta(days=1)


def read_copy(district: UUID, size: str, month: str, site: str, as_of: date) -> Copy:
    """What an address or a form asks for; this month on A4 where it says nothing. Raises Invalid."""
    problems = {}
    wanted = parse_month(month) if month else as_of.replace(day=1)
    if (size or "a4") not in SIZES:
        problems["size"] = "unknown_choice"
    if wanted not in months(as_of):
        problems["month"] = "unknown_choice"
    if problems or wanted is None:
        raise Invalid(fields=problems)
    return Copy(district, size or "a4", wanted, site)


def name_of(copy: Copy, told: Handbook) -> str:
    """The name of the file, without its ending."""
    by_site = sha256(f"{FORMAT}{copy.site}".encode()).hexdigest()[:8]
    return f"{copy.district}-{copy.size}-{copy.month:%Y%m}-{by_site}-{told.mark}"


def find(folder: Path, name: str) -> Path | None:
    """The file of a name, where somebody has made it."""
    path = folder / f"{name}.pdf"
    return path if _NAME.fullmatch(name) and path.exists() else None


def state_of(db: Session, scope: Scope, folder: Path, name: str, now: datetime) -> str:
    """ready; waiting or working, while the worker has it to do; failed; none, where nobody asked."""
    if find(folder, name):
        return "ready"
    job = queue.find_job(db, scope, TASK, name)
    if job is None:
        return "none"
    if job.status == "doing" and job.since < now - LOST_AFTER:
        return "failed"
    return {"todo": "waiting", "doing": "working"}.get(job.status, "failed")


def ask(db: Session, scope: Scope, copy: Copy, name: str) -> None:
    """Let the worker make the file, when the transaction ends. Twice is once. Raises Invalid where too many wait."""
    take_turns(db, EVERYBODY, TASK)
    if queue.count_waiting(db, EVERYBODY, TASK) >= MOST_WAITING:
        raise Invalid(fields={"handbook": "too_many_handbooks"})
    wanted = {"district": str(copy.district), "size": copy.size, "site": copy.site}
    queue.save_job(db, scope, TASK, {**wanted, "month": f"{copy.month:%Y-%m}"}, name)


def make(
    db: Session, scope: Scope, copy: Copy, press: Press, folder: Path, as_of: date
) -> Path | None:
    """Write the file of an area as it is now, unless it is there; what it was before goes. None for an area that is no
    more, or that is too large."""
    try:
        told = load(db, scope, copy.district, copy.month, as_of)
    except NotFound:
        return None
    if told.is_too_large:
        return None
    name = name_of(copy, told)
    if made := find(folder, name):
        return made
    maps = drawings(db, scope, told, copy.size, press.map_words)
    pages = press.write(db, told, maps, copy, as_of)
    path = folder / f"{name}.pdf"
    keep(path, paper.fitting(pages))
    return path


def keep(path: Path, body: bytes) -> None:
    """Keep a file of what is printed: what it was before goes, and the oldest of too many."""
    paper.keep(path, body)
    folder, prefix = path.parent, path.stem.rpartition("-")[0]
    for before in folder.glob(f"{prefix}-*.pdf"):
        if before != path:
            before.unlink(missing_ok=True)
    kept = sorted(folder.glob("*.pdf"), key=_made_at)
    for oldest in kept[:-MOST_KEPT]:
        oldest.unlink(missing_ok=True)


def sweep(db: Session, _scope: Scope, folder: Path, before: datetime, as_of: date) -> int:
    """Remove what is no longer so, and what was left half-written, if older than a moment; whatever else is kept here
    (posters) as well. Returns how many went."""
    marks: dict[tuple[str, str], str] = {}
    lost = []
    for path in folder.glob("*"):
        if _made_at(path) >= before.timestamp():
            continue
        found = _NAME.fullmatch(path.stem)
        if found is None:
            lost.append(path)
            continue
        key = found[1], found[3]
        if key not in marks:
            marks[key] = _mark_now(db, UUID(found[1]), found[3], as_of)
        if marks[key] != found[4]:
            lost.append(path)
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def _made_at(path: Path) -> float:
    """When a file was made, in seconds of the epoch; 0.0 for one that somebody else removed meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _mark_now(db: Session, district: UUID, month: str, as_of: date) -> str:
    """The mark of a handbook as it would be made now; "" where it would not."""
    first = parse_month(f"{month[:4]}-{month[4:]}")
    if first not in months(as_of) or first is None:
        return ""
    try:
        here = districts.get(db, EVERYBODY, district)
        return load(db, Scope(here.municipality, EVERYBODY.role), district, first, as_of).mark
    except NotFound:
        return ""
