"""訪問の記録: what was done where, whom it led to, and what comes next (次の一手).

A visit is written once, by a device or at a desk, under an id that its writer made. It holds how
many people were met, never who: telephone numbers, mail addresses and block numbers are refused.
What a coordinator opens each morning is ``morning``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from geo import freshness, private_words
from geo import morning as mornings
from geo.edit_fields import JAPAN, Line, Text
from geo.edits import problems_of
from geo.errors import Conflict, Invalid, NotAllowed, NotFound
from geo.kinds import vocabulary
from geo.records import accounts, audit, districts, resources, visits
from geo.records.accounts import Account
from geo.records.visits import Visit
from geo.scope import WRITERS, Role, Scope

CLOCK_AHEAD = timedelta(days=1)  # our choice: a device may be hours wrong, not days
FIRST_DAY = date(2000, 1, 1)  # our choice: a clock that was never set says 1970
OFFICE = (Role.COORDINATOR_1, Role.OFFICIAL, Role.ADMINISTRATOR)  # may correct what others wrote
NOTES = ("place", "note", "next_step", "next_by", "promised")  # free words, looked through


def _nothing_private(text: str) -> str:
    if code := private_words.refused(text):
        raise PydanticCustomError(code, "not to be written down")  # type: ignore[arg-type]
    return text


def _activity(code: str) -> str:
    if code not in vocabulary("activity"):
        raise PydanticCustomError("unknown_choice", "unknown code")
    return code


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Private = AfterValidator(_nothing_private)
Blank = BeforeValidator(_blank_is_none)
Count = Annotated[Annotated[int, Field(ge=0, le=10_000)] | None, Blank]
Id = Annotated[UUID | None, Blank]
Day = Annotated[date | None, Blank]


class VisitValues(BaseModel):
    """Every field of a visit that its writer says; see records.visits.Visit for what they mean.

    lon, lat  degrees; accuracy_m  metres, as the device says; minutes  how long it took
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    resource: Id = None
    district: Id = None
    place: Annotated[Line, Private] = ""
    visited_on: date
    activity: Annotated[str, AfterValidator(_activity)]
    note: Annotated[Text, Private] = ""
    met: Count = None
    minutes: Annotated[Annotated[int, Field(ge=0, le=1_440)] | None, Blank] = None
    lon: Annotated[Annotated[float, Field(ge=JAPAN[0], le=JAPAN[2])] | None, Blank] = None
    lat: Annotated[Annotated[float, Field(ge=JAPAN[1], le=JAPAN[3])] | None, Blank] = None
    accuracy_m: Annotated[Annotated[float, Field(ge=0, le=100_000)] | None, Blank] = None
    confirmed: bool = False
    next_step: Annotated[Line, Private] = ""
    next_by: Annotated[Line, Private] = ""
    next_on: Day = None
    promised: Annotated[Line, Private] = ""
    claimed_at: Annotated[AwareDatetime | None, Blank] = None


FIELDS = tuple(VisitValues.model_fields)


@dataclass(frozen=True, slots=True)
class VisitEdit:
    """A visit as its writer says it, read and checked field by field.

    id    made by whoever wrote it; recorded twice it counts once
    base  the revision that a correction was looking at; None for a visit that is new
    """

    id: UUID
    base: int | None
    values: VisitValues

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> "VisitEdit":
        """Read what a door hands over: ``id``, ``base`` and the fields of VisitValues.

        Raises Invalid with a code for each field that cannot be read, or that names a telephone,
        a mail address or a block number.
        """
        said = {name: value for name, value in raw.items() if name not in ("id", "base")}
        try:
            id_, base = UUID(str(raw.get("id"))), raw.get("base")
            base = None if base is None else int(base)
        except (TypeError, ValueError):
            raise Invalid(fields={"draft": "incomplete"}) from None
        try:
            values = VisitValues.model_validate(said)
        except ValidationError as error:
            raise Invalid(fields=problems_of(error)) from None
        return cls(id_, base, values)

    @property
    def names(self) -> list[str]:
        """Words of the visit that look like somebody's name: to be pointed at, not refused."""
        return private_words.names("\n".join(getattr(self.values, name) for name in NOTES))


def record(db: Session, scope: Scope, edit: VisitEdit, today: date) -> bool:
    """Keep a visit once. False when it was kept before (its answer was lost on the way).

    With ``confirmed`` its resource is confirmed for that day in the same transaction. Raises
    NotAllowed, Invalid (a day to come; a resource or an area that is not there; an id that is
    somebody else's), and as ``freshness.confirm``.
    """
    _check_may_write(scope)
    values = _checked(db, scope, edit, today)
    if not visits.save_new(db, scope, {"id": edit.id, **values}):
        kept = visits.find(db, scope, edit.id)
        if kept is None or kept.account != scope.account:
            raise Invalid(fields={"draft": "used_elsewhere"})
        return False
    audit.save(db, scope, "add", "visit", edit.id, None, _plain(values))
    if values["confirmed"]:
        _confirm(db, scope, edit.id, values, today)
    return True


def correct(db: Session, scope: Scope, edit: VisitEdit, today: date) -> int:
    """Write a visit anew as its writer, or the office, has corrected it; returns its revision.

    Raises Conflict with what differs where somebody else corrected it since ``edit.base``;
    NotFound, NotAllowed, Invalid as ``record``.
    """
    row = _own(db, scope, edit.id)
    said = edit.values.model_copy(
        update={name: getattr(row, name) for name in ("lon", "lat", "accuracy_m", "claimed_at")}
    )
    values = _checked(db, scope, VisitEdit(edit.id, edit.base, said), today)
    before = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return row.revision
    if edit.base != row.revision:
        theirs = _plain({name: before[name] for name in changed})
        raise Conflict(theirs=theirs, revision=row.revision)
    newly_confirmed = changed.get("confirmed", False)
    if "next_step" in changed and row.next_done_at:
        changed |= {"next_done_at": None, "next_done_by": None}  # another step: not done yet
    _change(db, scope, row, changed)
    if newly_confirmed:
        _confirm(db, scope, edit.id, values, today)
    return row.revision + 1


def remove(db: Session, scope: Scope, visit: UUID, at: datetime) -> None:
    """Take a visit out of the diary (written twice by hand, or for the wrong place). The audit keeps
    it. Raises NotFound, NotAllowed."""
    _change(db, scope, _own(db, scope, visit), {"removed_at": at}, "remove")


def finish(db: Session, scope: Scope, visit: UUID, at: datetime, *, is_done: bool = True) -> None:
    """Say that the next step of a visit is done, or that it is not after all. Twice is once.

    Raises NotFound, NotAllowed, Invalid where there is no step.
    """
    row = _step(db, scope, visit)
    if (row.next_done_at is not None) == is_done:
        return
    done = {"next_done_at": at, "next_done_by": scope.account}
    _change(db, scope, row, done if is_done else dict.fromkeys(done), "finish")


def postpone(db: Session, scope: Scope, visit: UUID, on: date, today: date) -> None:
    """Move the next step of a visit to a day from today on. Raises as ``finish``."""
    row = _step(db, scope, visit)
    if on < today:
        raise Invalid(fields={"next_on": "day_gone"})
    if row.next_on != on:
        _change(db, scope, row, {"next_on": on}, "postpone")


def hand_over(db: Session, scope: Scope, giver: UUID, taker: UUID) -> int:
    """Give all open steps of one account to another (she was moved); returns how many.

    By herself or by the office. Raises NotAllowed, NotFound, and Invalid for a taker who cannot
    write.
    """
    _check_may_write(scope)
    if giver != scope.account and scope.role not in OFFICE:
        raise NotAllowed(action="hand_over")
    accounts.get(db, scope, giver)
    if taker == giver or not may_take_over(accounts.get(db, scope, taker)):
        raise Invalid(fields={"taker": "unknown_choice"})
    ids = visits.list_ids_of_steps(db, scope, giver)
    for id_ in ids:
        visits.save(db, scope, id_, {"next_owner": taker})
        before, after = {"next_owner": str(giver)}, {"next_owner": str(taker)}
        audit.save(db, scope, "hand_over", "visit", id_, before, after)
    return len(ids)


def morning(db: Session, scope: Scope, today: date) -> dict[str, Any]:
    """What the reader opens in the morning, as JSON writes it: ``steps`` that are hers (see
    ``morning.steps``), ``unvisited`` places of her areas and how many there are (``unvisited_total``),
    and 訪問の空白 (``blanks``, areas of the level ``blanks_level``). No notes, no contacts: it may lie
    on a device. Raises NotAllowed."""
    check_may_read(scope)
    places, total = mornings.unvisited(db, scope, today)
    level, areas = mornings.blanks(db, scope, today)
    return {
        "as_of": today.isoformat(),
        "steps": [_plain(row) for row in mornings.steps(db, scope, today, scope.account)],
        "unvisited": [_plain(row) for row in places],
        "unvisited_total": total,
        "blanks_level": level,
        "blanks": [_plain(row) for row in areas],
    }


def check_may_read(scope: Scope) -> None:
    """Visits are for staff of the municipality. Raises NotAllowed."""
    if scope.is_public or scope.municipality is None:
        raise NotAllowed(action="read_visits")


def is_own(scope: Scope, account: UUID) -> bool:
    """Whether the reader may correct what this account wrote."""
    return scope.may_change_resources and (account == scope.account or scope.role in OFFICE)


def check_is_own(scope: Scope, account: UUID) -> None:
    """Raises NotAllowed where the reader may not correct what this account wrote."""
    if not is_own(scope, account):
        raise NotAllowed(action="write_visits")


def may_take_over(account: Account) -> bool:
    """Whether open steps may be handed to an account: somebody who writes, and is still here."""
    return account.is_active and Role(account.role) in WRITERS


def _check_may_write(scope: Scope) -> None:
    if not scope.may_change_resources or scope.municipality is None or scope.account is None:
        raise NotAllowed(action="write_visits")


def _own(db: Session, scope: Scope, visit: UUID) -> Visit:
    _check_may_write(scope)
    row = visits.get(db, scope, visit, locked=True)
    check_is_own(scope, row.account)
    return row


def _step(db: Session, scope: Scope, visit: UUID) -> Visit:
    """A visit with a next step, locked; whoever sees it and writes may say what became of it."""
    _check_may_write(scope)
    row = visits.get(db, scope, visit, locked=True)
    if not row.next_step:
        raise Invalid(fields={"next_step": "required"})
    return row


def _checked(db: Session, scope: Scope, edit: VisitEdit, today: date) -> dict[str, Any]:
    """The fields as they are kept, after what no single field can know. Raises Invalid."""
    values = edit.values.model_dump()
    problems: dict[str, str] = {}
    if values["visited_on"] > today + CLOCK_AHEAD:
        problems["visited_on"] = "visit_to_come"
    elif values["visited_on"] < FIRST_DAY:
        problems["visited_on"] = "not_a_date"
    values["visited_on"] = min(values["visited_on"], today)
    if not values["next_step"] and any(values[k] for k in ("next_by", "next_on", "promised")):
        problems["next_step"] = "required"
    if values["confirmed"] and not values["resource"]:
        problems["resource"] = "required"
    if values["resource"]:
        known = resources.load_values(db, scope, [values["resource"]])
        if values["resource"] not in known:
            problems["resource"] = "unknown_choice"
    if values["district"]:
        try:
            districts.get(db, scope, values["district"])
        except NotFound:
            problems["district"] = "unknown_choice"
    if (values["lon"] is None) != (values["lat"] is None):
        problems["lon"] = "required"
    if problems:
        raise Invalid(fields=problems)
    return values


def _confirm(db: Session, scope: Scope, id_: UUID, values: dict[str, Any], today: date) -> None:
    draft = uuid5(id_, f"confirm/{values['visited_on']}")
    freshness.confirm(db, scope, draft, values["resource"], values["visited_on"], today)


def _change(
    db: Session, scope: Scope, row: Visit, changed: dict[str, Any], action: str = "change"
) -> None:
    before = {name: getattr(row, name) for name in changed}
    visits.save(db, scope, row.id, {**changed, "revision": row.revision + 1})
    audit.save(db, scope, action, "visit", row.id, _plain(before), _plain(changed))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON writes them."""
    return {
        name: value if value is None or isinstance(value, bool | int | float | str) else str(value)
        for name, value in values.items()
    }
