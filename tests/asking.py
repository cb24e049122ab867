"""A campaign as an official opens it, and what others say by its codes, for whoever tests them."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from geo import campaign as campaigns
from geo import stamps, suggestions
from geo.campaign import Opening
from geo.records import campaigns as campaign_records
from geo.records.campaigns import Asked, Campaign
from geo.scope import EVERYBODY, Scope, house
from geo.suggestions import About, Said

KEY = b"the key of this server"
JAPAN = ZoneInfo("Asia/Tokyo")
SPRING = date(2026, 4, 15)
NOON = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)  # 12:00 in Japan


def begin(
    db: Session,
    municipality: str,
    *,
    key: bytes = KEY,
    kinds: tuple[str, ...] = (),
    areas: tuple[UUID, ...] = (),
    today: date = SPRING,
    answer_by: date = date(2026, 5, 31),
) -> Campaign:
    """A campaign that runs."""
    opening = Opening(uuid4(), kinds, areas, answer_by)
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    return campaigns.begin(
        db, house(municipality), opening, key, "https://engawa.example/", now, today
    )


def codes_of(db: Session, campaign: Campaign, key: bytes = KEY) -> dict[UUID, str]:
    """Resource → its code."""
    sheets = campaigns.sheets(db, house(campaign.municipality), campaign, Asked(), key)
    return {sheet.row.id: sheet.code for sheet in sheets}


def suggest(
    db: Session,
    municipality: str,
    resource: UUID | None,
    answer: str = "still_running",
    *,
    at: datetime = NOON,
    words: str = "",
    base: int | None = 1,
    campaign: UUID | None = None,
    **values: object,
) -> UUID:
    """Something that somebody outside the staff said; returns its id."""
    id_ = uuid4()
    about = About("code", resource, base if resource else None, campaign)
    said = Said.parse(answer, values, words)
    suggestions.receive(db, Scope(municipality, EVERYBODY.role), id_, about, said, at)
    db.flush()
    return id_


def tell(
    db: Session,
    municipality: str,
    resource: UUID | None,
    answer: str = "was_closed",
    *,
    at: datetime = NOON,
    seen_on: date | None = None,
    words: str = "",
    base: int | None = 1,
    **values: object,
) -> str:
    """Something that somebody without an account told; returns the secret of its link."""
    secret = uuid4().hex
    day = (seen_on or at.astimezone(JAPAN).date()) if answer == "was_closed" else None
    about = About("resident", resource, base if resource else None)
    said = Said(answer, values, words, day)
    scope = Scope(municipality, EVERYBODY.role)
    suggestions.receive(db, scope, stamps.id_of(secret), about, said, at)
    db.flush()
    return secret


def asked_about(db: Session, municipality: str, key: bytes = b"") -> dict[str, object]:
    """Values for the addresses of a campaign: one that runs today, an entry's code, a suggestion."""
    key, today = key or KEY, datetime.now(UTC).date()
    row = campaign_records.find_running(db, house(municipality))
    row = row or begin(db, municipality, key=key, today=today, answer_by=today)
    resource, code = next(iter(codes_of(db, row, key).items()))
    said, secret = suggest(db, municipality, resource), tell(db, municipality, resource)
    return {"campaign_id": row.id, "letters": code, "suggestion_id": said, "secret": secret}
