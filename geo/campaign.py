"""確認のお願い: once in a 年度 the office asks, for each entry, whether it is still right.

Every entry gets a code of its own for this campaign alone. PRACTICE: asked in April and May, as hosts
change; confirmed by the end of June. It may be opened at any time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo import codes
from geo.days import fiscal_year, parse_date
from geo.errors import Invalid, NotAllowed
from geo.records import audit, campaigns, districts, kinds
from geo.records.campaigns import Asked, Campaign
from geo.records.database import take_turns
from geo.scope import Role, Scope

OPENERS = (Role.OFFICIAL, Role.ADMINISTRATOR)
# Whose areas a campaign is followed by: those that 第2層 coordinators work in, else the next best.
LEVELS = ("second_layer", "living_area", "chiku", "junior_high")
STATES = ("confirmed", "ended", "answered", "waiting")
USUAL_DAYS = 45  # our choice: opened in mid-April, answers by the end of May


@dataclass(frozen=True, slots=True)
class Opening:
    """What an official asks for when a campaign begins; no kinds or areas: all."""

    id: UUID
    kinds: tuple[str, ...]
    areas: tuple[UUID, ...]
    answer_by: date

    @classmethod
    def parse(
        cls, id_: UUID, kinds: Iterable[str], areas: Iterable[str], answer_by: str, today: date
    ) -> "Opening":
        """Read the form. The day must lie in this 年度 and not before today. Raises Invalid."""
        problems = {}
        day = parse_date(answer_by)
        if day is None:
            problems["answer_by"] = "not_a_date" if answer_by.strip() else "required"
        elif day < today or fiscal_year(day) != fiscal_year(today):
            problems["answer_by"] = "not_this_year"
        read = []
        for area in areas:
            try:
                read.append(UUID(area))
            except ValueError:
                problems["areas"] = "unknown_choice"
        if problems or day is None:
            raise Invalid(fields=problems)
        return cls(id_, tuple(sorted(set(kinds))), tuple(sorted(set(read))), day)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One entry of a campaign as its paper shows it; row: a line of ``campaigns.list_entries``."""

    row: Row[Any]
    code: str


@dataclass(slots=True)
class Line:
    """How far the asking has come in one area, or of one kind: state → entries; their sum is ``total``."""

    key: Any
    name: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Of how many."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come: as a whole, by area (None: in none) and by kind."""

    whole: Line
    by_area: tuple[Line, ...]
    by_kind: tuple[Line, ...]


def is_running(campaign: Campaign, today: date) -> bool:
    """Whether its codes open: nobody has ended it, and its 年度 is not over."""
    return campaign.ended_at is None and fiscal_year(today) == campaign.fiscal_year


def usual_answer_by(today: date) -> date:
    """The day that the form begins with: in six weeks, but within the 年度."""
    return min(today + timedelta(days=USUAL_DAYS), date(fiscal_year(today) + 1, 3, 31))


def level_of(db: Session, scope: Scope) -> str:
    """The level by whose areas a campaign is followed; '' where the municipality has none."""
    there = {level.code for level in districts.list_levels(db, scope)}
    return next((code for code in LEVELS if code in there), "")


def begin(
    db: Session, scope: Scope, opening: Opening, key: bytes, site: str, now: datetime, today: date
) -> Campaign:
    """Open a campaign and give each entry its code; the same ``opening`` twice is one.

    key   of this server: codes are made with it; site  the address that its squares lead to
    Raises NotAllowed, and Invalid where one runs already or there is nothing to ask about.
    """
    _check_may(scope)
    take_turns(db, scope, "campaign")
    running = campaigns.find_running(db, scope)
    if running is not None and running.id == opening.id:
        return running
    if running is not None and is_running(running, today):
        raise Invalid(fields={"campaign": "runs_already"})
    if running is not None:  # of a 年度 that is over
        end(db, scope, running.id, now)
    _check_known(db, scope, opening)
    asked = campaigns.list_to_ask(db, scope, opening.kinds, opening.areas)
    if not asked:
        raise Invalid(fields={"kinds": "nothing_to_ask"})
    row = Campaign(
        id=opening.id,
        municipality=scope.municipality,
        fiscal_year=fiscal_year(today),
        kinds=list(opening.kinds),
        areas=list(opening.areas),
        answer_by=opening.answer_by,
        site=site.rstrip("/"),
        opened_on=today,
        opened_at=now,
        opened_by=scope.account,
    )
    db.add(row)
    db.flush()
    _give_codes(db, scope, row.id, asked, key)
    after = {
        "fiscal_year": row.fiscal_year,
        "entries": len(asked),
        "answer_by": str(row.answer_by),
    }
    audit.save(db, scope, "open", "campaign", row.id, None, after)
    return row


def end(db: Session, scope: Scope, campaign: UUID, now: datetime) -> bool:
    """End a campaign: its codes open nothing more. False when it had ended. Raises NotAllowed, NotFound."""
    _check_may(scope)
    row = campaigns.take_running(db, scope, campaign)
    if row is None:
        campaigns.get(db, scope, campaign)
        return False
    row.ended_at, row.ended_by = now, scope.account
    db.flush()
    audit.save(db, scope, "end", "campaign", campaign)
    return True


def sheets(db: Session, scope: Scope, campaign: Campaign, asked: Asked, key: bytes) -> list[Sheet]:
    """What is to be printed, with codes, in the order of areas and kinds."""
    return [
        Sheet(row, codes.code_of(row.seed, key))
        for row in campaigns.list_entries(db, scope, campaign, asked)
    ]


def progress(db: Session, scope: Scope, campaign: Campaign) -> Progress:
    """How far a campaign has come in the scope's areas. Every entry is in one state, in one area (the
    lowest code, DATA 4) or in none, so that lines add up."""
    names = {kind.code: kind.name for kind in kinds.list_all(db, scope)}
    whole = Line(None, "")
    areas: dict[UUID | None, Line] = {}
    by_kind: dict[str, Line] = {}
    for row in campaigns.list_states(db, scope, campaign, level_of(db, scope)):
        area = areas.setdefault(row.area, Line(row.area, row.area_name or ""))
        kind = by_kind.setdefault(row.kind, Line(row.kind, names[row.kind]))
        for line in (whole, area, kind):
            line.counts[row.state] += row.entries
    order = {code: at for at, code in enumerate(names)}
    by_order = sorted(by_kind.values(), key=lambda line: order[line.key])
    return Progress(whole, tuple(areas.values()), tuple(by_order))


def _give_codes(
    db: Session, scope: Scope, campaign: UUID, resources: Iterable[UUID], key: bytes
) -> None:
    """A code for each; what met a code that was given before draws again."""
    left = set(resources)
    while left:
        drawn = {resource: codes.new_seed(key) for resource in sorted(left)}
        left -= set(
            campaigns.save_entries(
                db,
                scope,
                campaign,
                [
                    (resource, seed, codes.hash_of(codes.code_of(seed, key), key))
                    for resource, seed in drawn.items()
                ],
            )
        )


def _check_may(scope: Scope) -> None:
    if scope.role not in OPENERS or scope.municipality is None:
        raise NotAllowed(action="campaign")


def _check_known(db: Session, scope: Scope, opening: Opening) -> None:
    """Kinds and areas must be the municipality's own. Raises Invalid."""
    known: Mapping[str, set[Any]] = {
        "kinds": {kind.code for kind in kinds.list_all(db, scope)},
        "areas": {row.id for row in districts.list_at_level(db, scope, level_of(db, scope))},
    }
    problems = {
        name: "unknown_choice"
        for name, chosen in (("kinds", opening.kinds), ("areas", opening.areas))
        if not known[name].issuperset(chosen)
    }
    if problems:
        raise Invalid(fields=problems)
