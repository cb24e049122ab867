"""お願いのメール: at each step of a campaign, by role: a host her links, a 第2層 coordinator what waits in
her areas, an official how far it has come.

A mail is claimed before it is sent and is never sent twice for the same step: a worker that dies
between may leave one unsent, which is told, but nobody gets two. No address is kept or audited, only
the id of whom it was for.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from geo import campaign as campaigns
from geo import codes
from geo.post import COULD_NOT, Letter, PostOffice
from geo.records import accounts, audit, municipalities, queue
from geo.records import campaigns as campaign_records
from geo.records import reminders as records
from geo.records.campaigns import Asked, Campaign
from geo.scope import Role, Scope, house
from geo.words import search_key

TASK = "remind"
LAST_DAYS = timedelta(days=7)  # our choice: a week before answers are asked for
NAMED = 30  # our choice: entries that a mail to the staff names; the page has all
JAPAN = ZoneInfo("Asia/Tokyo")
# Our choice of what counts as a mail address in the line of a host's contact: plain and ASCII.
_ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.A
)

# A letter's kind (host, coordinator, official) and facts → (subject, text): templates/campaigns.
Writer = Callable[[str, Mapping[str, Any]], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Mailing:
    """What sending needs from outside: the server, the words, the key that makes codes, the time."""

    post: PostOffice
    write: Writer
    key: bytes
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that a step asks for, not yet written. ids: resources of a host, or one account."""

    reader: str
    ids: tuple[UUID, ...]
    to: str
    facts: Mapping[str, Any]


def steps(campaign: Campaign) -> dict[str, date]:
    """Step → its day: the opening, half way to the day of the answers, and a week before that."""
    whole = campaign.answer_by - campaign.opened_on
    days = {
        "opening": campaign.opened_on,
        "halfway": campaign.opened_on + whole / 2,
        "last_week": campaign.answer_by - LAST_DAYS,
    }
    if days["last_week"] <= days["halfway"]:  # asked for within a fortnight: once is enough
        return {"opening": days["opening"]}
    return days


def step_due(campaign: Campaign, today: date) -> str | None:
    """The step of a day; None when the campaign is over or its answers were due before. A worker that
    was away for weeks sends one step, not three."""
    if not campaigns.is_running(campaign, today) or today > campaign.answer_by:
        return None
    reached = [step for step, day in steps(campaign).items() if day <= today]
    return reached[-1] if reached else None


def ask_for(db: Session, scope: Scope, campaign: UUID) -> None:
    """Ask the worker for the mails of a campaign that are due; one request that waits is enough."""
    queue.save_job(db, scope, TASK, {"campaign": str(campaign)}, key=str(campaign))


def send_due(session: Callable[[], Session], mailing: Mailing, campaign: UUID) -> dict[str, int]:
    """Send what is due of one campaign: state → mails. Each letter in transactions of its own."""
    now = mailing.clock()
    today = now.astimezone(JAPAN).date()
    with session() as db:
        row = campaign_records.get(db, house(), campaign)
        step = step_due(row, today)
        letters = list_due(db, row, step, mailing.key) if step else []
    told: dict[str, int] = {"sent": 0, "failed": 0}
    for due in letters:
        state = _send(session, mailing, row, step or "", due, now)
        if state:
            told[state] += 1
    return told


def list_due(db: Session, campaign: Campaign, step: str, key: bytes) -> list[Due]:
    """The letters of a step, whether they have gone or not: hosts, coordinators, officials."""
    scope = house(campaign.municipality)
    place = municipalities.get(db, scope, campaign.municipality)
    common = {
        "municipality": place.name,
        "desk": place.desk,
        "desk_phone": place.desk_phone,
        "answer_by": campaign.answer_by,
        "fiscal_year": campaign.fiscal_year,
        "step": step,
        "page": f"{campaign.site}/campaigns/{campaign.id}",
    }
    asked = Asked(level=campaigns.level_of(db, scope), waiting=True)
    waiting = campaigns.sheets(db, scope, campaign, asked, key)
    hosts = _by_host(waiting)
    letters = [
        Due(
            "host",
            tuple(sheet.row.id for sheet in own),
            to,
            common | {"entries": _links(campaign, own)},
        )
        for to, own in hosts.items()
    ]
    for account in accounts.list_all(db, scope):
        if not account.is_active:
            continue
        if account.role == Role.PROVIDER:
            told = {sheet.row.id for sheet in hosts.get(account.email.lower(), ())}
            own = [one for one in _of_provider(waiting, account.name) if one.row.id not in told]
            if own:
                facts = common | {"entries": _links(campaign, own)}
                letters.append(Due("host", (account.id,), account.email, facts))
        if account.role == Role.COORDINATOR_2:
            areas = frozenset(accounts.list_areas(db, scope, account.id)) or None
            own_scope = Scope(campaign.municipality, Role.COORDINATOR_2, areas, account.id)
            rows = campaign_records.list_entries(db, own_scope, campaign, asked)
            facts = common | {"count": len(rows), "entries": [row.name for row in rows[:NAMED]]}
            letters.append(Due("coordinator", (account.id,), account.email, facts))
        if account.role == Role.OFFICIAL:
            facts = common | {"progress": campaigns.progress(db, scope, campaign)}
            letters.append(Due("official", (account.id,), account.email, facts))
    return letters


def address_in(contact: str) -> str | None:
    """The mail address in a host's contact, where one is written."""
    found = _ADDRESS.search(contact)
    return found[0].rstrip(".") if found else None


def _by_host(waiting: Iterable[campaigns.Sheet]) -> dict[str, list[campaigns.Sheet]]:
    """Mail address → what its host looks after: one letter for all of it."""
    hosts: dict[str, list[campaigns.Sheet]] = {}
    for sheet in waiting:
        if address := address_in(sheet.row.host_contact):
            hosts.setdefault(address.lower(), []).append(sheet)
    return hosts


def _of_provider(waiting: Iterable[campaigns.Sheet], name: str) -> list[campaigns.Sheet]:
    """What an account of a provider answers for: entries of which the provider is called as the account, or
    as the account without its last word, a person's (「奥沢ふれあい会 今村」). Who was given an account to
    speak for a provider is asked there (our choice: the account is the consent, ending it takes it back)."""
    words = name.split()
    keys = {search_key(" ".join(words)), search_key(" ".join(words[:-1]))} - {""}
    return [sheet for sheet in waiting if search_key(sheet.row.provider) in keys]


def _links(campaign: Campaign, own: Iterable[campaigns.Sheet]) -> list[dict[str, str]]:
    return [
        {
            "name": sheet.row.name,
            "link": f"{campaign.site}/c/{sheet.code}",
            "code": codes.grouped(sheet.code),
        }
        for sheet in own
    ]


def _send(
    session: Callable[[], Session],
    mailing: Mailing,
    campaign: Campaign,
    step: str,
    due: Due,
    now: datetime,
) -> str | None:
    """Claim, send, and say what became of it; None where somebody else has it."""
    scope = house(campaign.municipality)
    claim = (campaign.id, step, due.reader)
    with session() as db, db.begin():
        claimed = records.save_claims(db, scope, *claim, due.ids, now)
    if not claimed:
        return None
    subject, text = mailing.write(due.reader, due.facts)
    name = f"{campaign.id}.{step}.{due.reader}.{min(due.ids)}"
    try:
        mailing.post.send(Letter(due.to, subject, text, name), now)
        state = "sent"
    except COULD_NOT:
        state = "failed"
    with session() as db, db.begin():
        records.save_state(db, scope, *claim, claimed, state, now)
        told = {
            "step": step,
            "reader": due.reader,
            "state": state,
            "ids": sorted(map(str, claimed)),
        }
        audit.save(db, scope, "mail", "campaign", campaign.id, None, told)
    return state
