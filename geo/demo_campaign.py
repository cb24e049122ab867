"""見本の確認のお願い: みほん市's campaign of last spring, as it was left: most have answered, twelve have
not, three suggestions lie on the desk, and what residents told in the last weeks. Everything came through the
gates that people use."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from geo import campaign as campaigns
from geo import demo, suggestions
from geo.campaign import Opening
from geo.days import fiscal_year
from geo.edits import openings_of
from geo.openings import opening_dates
from geo.records import accounts, consulted, kinds, shelf
from geo.records import campaigns as records
from geo.records.campaigns import Asked, Campaign
from geo.records.shelf import Wanted
from geo.scope import EVERYBODY, Role, Scope, house
from geo.suggestions import About, Choice, Said

WAITING = 12  # of whom nothing came
JAPAN = ZoneInfo("Asia/Tokyo")
_NAMES = UUID("6d1f0c52-2b1e-4d0a-9a55-0f2f6a1b7c11")
# What lies on the desk: a new fee, a van's words, a group that has ended.
_OPEN: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("changed", {"fee": "200円（お茶つき）"}, "4月から200円になりました。"),
    ("changed", {}, "会場の耐震工事で、10月から半年ほど、となりの集会所で開きます。"),
    ("ended", {"closed_on": "2026-09-30"}, "世話人が引っこしたため、9月で終わりました。"),
)


_NEW = {"kind": "community_cafe", "name": "駅前のひだまり喫茶", "address": "駅前の空き店舗"}


def load(db: Session, key: bytes, today: date) -> bool:
    """The campaign of the last spring that is over, and what people looked up since. False where there
    is one already, or nobody to open it."""
    scope = _official(db)
    if scope is None or records.list_all(db, scope):
        return False
    year = fiscal_year(today) if today >= date(today.year, 6, 15) else fiscal_year(today) - 1
    opened, answer_by = date(year, 4, 13), date(year, 5, 29)
    activities = [kind.code for kind in kinds.list_all(db, scope) if "activity" in kind.viewpoints]
    opening = Opening(uuid5(_NAMES, str(year)), tuple(activities), (), answer_by)
    site = "https://engawa.mihon.example"
    campaign = campaigns.begin(db, scope, opening, key, site, _at(opened), opened)
    rng = random.Random(8)  # noqa: S311 - an invented town, the same each time
    _answers(db, scope, campaign, rng)
    campaigns.end(db, scope, campaign.id, _at(date(year, 6, 15)))
    _looks(db, campaign, rng, today)
    _told(db, campaign, today)
    return True


def _answers(db: Session, scope: Scope, campaign: Campaign, rng: random.Random) -> None:
    """Who had not been confirmed answers within the six weeks, but for twelve; three a while later."""
    left = records.list_entries(db, scope, campaign, Asked(waiting=True))
    rng.shuffle(left)
    answering, on_the_desk = left[WAITING + len(_OPEN) :], left[WAITING : WAITING + len(_OPEN)]
    everybody = Scope(campaign.municipality, EVERYBODY.role)
    for row in answering:
        said_on = campaign.opened_on + timedelta(days=rng.randrange(3, 46))
        about = About(rng.choice(("code", "link")), row.id, row.revision, campaign.id)
        id_ = uuid5(_NAMES, str(row.id))
        suggestions.receive(db, everybody, id_, about, Said("still_running", {}), _at(said_on))
        suggestions.apply(db, scope, id_, Choice(row.revision), _at(said_on + timedelta(days=2)))
    for row, (kind, values, words) in zip(on_the_desk, _OPEN, strict=False):
        said_on = campaign.answer_by + timedelta(days=rng.randrange(3, 12))
        about = About("code", row.id, row.revision, campaign.id)
        said = Said.parse(kind, values, words)
        suggestions.receive(db, everybody, uuid5(_NAMES, str(row.id)), about, said, _at(said_on))


def _looks(db: Session, campaign: Campaign, rng: random.Random, today: date) -> None:
    """How often pages were opened in the last weeks: few often, most seldom."""
    rows = records.list_entries(db, house(campaign.municipality), campaign, Asked())
    looks = {
        (row.id, today - timedelta(days=days)): min(40, int(rng.paretovariate(1.2)))
        for row in rows
        for days in rng.sample(range(1, 60), 3)
    }
    consulted.save_looks(db, house(), looks)


def _told(db: Session, campaign: Campaign, today: date) -> None:
    """A door that was closed on two days on which it was to be open, other hours somewhere, something new."""
    everybody = Scope(campaign.municipality, EVERYBODY.role)
    month = today - timedelta(days=28)
    found = []
    for row in shelf.list_open(db, everybody, Wanted(kinds=tuple(campaign.kinds))):
        openings = openings_of(row)
        days = sorted({day for one in openings for day in opening_dates(one, month, 28)})
        if len(days) > 1:
            found.append((row, days))
    if len(found) < 2:
        return
    (closed, days), (other, _) = found[0], found[1]
    told = [
        (closed, Said("was_closed", {}, "張り紙もありませんでした。", days[-2]), days[-2]),
        (closed, Said("was_closed", {}, "", days[-1]), days[-1]),
        (other, Said("other_hours", {}, "30分早く始まっていました。"), today - timedelta(days=4)),
        (None, Said("new", _NEW), today - timedelta(days=2)),
    ]
    for number, (entry, said, day) in enumerate(told):
        about = About("resident", entry.id, entry.revision) if entry else About("resident")
        suggestions.receive(db, everybody, uuid5(_NAMES, f"told {number}"), about, said, _at(day))


def _official(db: Session) -> Scope | None:
    found = [row for row in accounts.list_all(db, house(demo.MIHON)) if row.role == Role.OFFICIAL]
    return Scope(demo.MIHON, Role.OFFICIAL, None, found[0].id) if found else None


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10, 30), JAPAN)
