"""行から台帳へ: one row of a list in the fields of the register, with what a person must look at."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from geo import kinds
from geo.days import era_words, parse_date
from geo.edits import checked_openings
from geo.intake import resource_words as words
from geo.intake.asked_values import read_asked
from geo.openings import Opening, parse_openings
from geo.service_areas import parse_areas
from geo.sources.resource_rows import ResourceRow
from geo.words import search_key

# Words for days that are not planned: read, not left unread.
UNPLANNED = ("", "不定期", "随時")
# our choice: an event of a week is there every day of it, a longer one has days that it must say
EVERY_DAY_OF = 7
_HOLIDAYS = {
    **dict.fromkeys(("可", "○", "あり", "営業", "配達あり", "実施"), "open"),
    **dict.fromkeys(("不可", "×", "なし", "休み", "休", "配達なし"), "closed"),
}


# As edits.ResourceValues takes them
LONGEST_LINE, LONGEST_TEXT, MOST_AREAS = 200, 4_000, 200


@dataclass(slots=True)
class Read:
    """The fields of a row, and remarks: (code, what it is about)."""

    values: dict[str, Any]
    remarks: list[tuple[str, str]] = field(default_factory=list)


def read_row(row: ResourceRow, kind: str) -> Read:
    """A row in the fields of the register. Fields that no table speaks of are left out."""
    read = Read({})
    eligibility, eligibility_note = words.eligibility(row.eligibility)
    confirmed = parse_date(row.confirmed_on_text)
    if row.confirmed_on_text and confirmed is None:
        read.remarks.append(("confirmed_unreadable", row.confirmed_on_text))
    paused = words.paused_since(row.note)
    read.values |= {
        "kind": kind,
        "name": row.name,
        "kana": row.kana,
        "provider": row.provider,
        "place": None if row.lon is None else [row.lon, row.lat],
        # our choice: a coordinate in a published list is where the building stands
        "place_level": "unknown" if row.lon is None else "building",
        "address": row.address,
        "eligibility": eligibility,
        "eligibility_note": eligibility_note,
        "fee": row.fee,
        "booking": row.booking,
        "capacity": row.capacity,
        "phone": row.phone,
        "contact": row.contact,
        "url": row.url,
        "confirmed_on": confirmed.isoformat() if confirmed else None,
        "closed_on": paused.isoformat() if paused else None,
        "closed_reason": row.note[:200] if paused else "",
        "service_areas": parse_areas(row.service_areas),
    }
    asked, unread = read_asked(row.other, dict(row.details))
    read.values |= asked
    read.remarks += [("answer_unread", said) for said in unread]
    if paused:
        read.remarks.append(("said_paused", row.note))
    said_accepting = _accepting(row, read)
    is_when = bool(_when(row, kind))
    read.values["openings"] = _openings(row, kind, read)
    about = [
        _own_category(row, kind),
        row.description,
        "" if is_when else row.days_note,
        said_accepting,
        row.note,
    ]
    about += [f"{name}：{text}" for name, text in row.details]
    about += _moved(row, read)
    description = "\n".join(dict.fromkeys(filter(None, about)))
    if len(description) > LONGEST_TEXT:
        read.remarks.append(("description_cut", description[LONGEST_TEXT:][:100]))
    read.values["description"] = description[:LONGEST_TEXT]
    _say_who_sees_it(row, kind, read)
    return read


def _moved(row: ResourceRow, read: Read) -> list[str]:
    """Texts that their fields cannot hold, to be told with the description: better there than a
    row refused for a long 料金."""
    moved = []
    for name in ("kana", "provider", "address", "fee", "booking", "phone", "contact", "url"):
        text = read.values[name]
        is_address = name != "url" or text.startswith(("https://", "http://"))
        if text and not (is_address and len(text) <= LONGEST_LINE):
            read.values[name] = ""
            moved.append(text)
    if len(read.values["service_areas"]) > MOST_AREAS:
        read.values["service_areas"] = []
        moved.append(row.service_areas)
    read.remarks += [("moved_to_description", text[:100]) for text in moved]
    return moved


def _own_category(row: ResourceRow, kind: str) -> str:
    """What the list calls it where the kind is wider: 「就労継続支援Ａ型」, not 「サロン」."""
    default = kinds.find_default(kind)
    own, name = search_key(row.category), search_key(default.name if default else "")
    return "" if own in name or name in own else row.category


def _accepting(row: ResourceRow, read: Read) -> str:
    """Whether it takes people; words that say something else are returned, to be told."""
    code = words.accepting(row.accepting, row.note)
    read.values["accepting"] = code or "unknown"
    if code is not None:
        return ""
    read.remarks.append(("accepting_unread", row.accepting))
    return row.accepting


def _say_who_sees_it(row: ResourceRow, kind: str, read: Read) -> None:
    """public, place_shown, and the halt of a van. お宝 and the like are for staff whatever is said."""
    shown = words.shown(row.shown)
    if shown is None:
        read.remarks.append(("shown_unread", row.shown))
        shown = words.NOBODY
    default = kinds.find_default(kind)
    read.values["public"] = shown.public and not (default and default.is_staff_only)
    read.values["place_shown"] = shown.place_shown
    if default is None or default.reach != "stops":
        return
    opening: dict[str, Any] = next(iter(read.values["openings"]), {})
    read.values["stops"] = [
        {
            "name": row.name,
            "lon": row.lon,
            "lat": row.lat,
            "shown": shown.stop,
            "landmark": row.landmark or row.name,
            "arrives_at": opening.get("opens_at"),
            "leaves_at": opening.get("closes_at"),
        }
    ]


def _when(row: ResourceRow, kind: str) -> tuple[str, ...]:
    """The cells that say when, () where none does: without a day or an hour the note is about
    something else."""
    says_when = row.days or row.opens or row.closes or row.months or row.first_day
    # a chair or a toilet is there all day: of those a list says the months at most
    default = kinds.find_default(kind)
    is_there = row.months and default is not None and default.reach == "there"
    days = row.days or ("毎日" if is_there else "")
    return (days, row.opens, row.closes, row.days_note, row.months) if says_when else ()


def _openings(row: ResourceRow, kind: str, read: Read) -> list[dict[str, Any]]:
    when = _when(row, kind)
    if not when:
        return []
    openings = _read_openings(*when, row.holidays, row.first_day, row.last_day)
    if when[0] not in UNPLANNED and any(one.irregular for one in openings):
        said = " ".join(filter(None, (row.first_day, row.last_day, *when)))
        read.remarks.append(("openings_irregular", said))
    return checked_openings(openings)


@lru_cache(maxsize=4000)  # a list says the same days again and again
def _read_openings(
    days: str,
    opens: str,
    closes: str,
    note: str,
    months: str,
    holidays: str,
    first_day: str,
    last_day: str,
) -> tuple[Opening, ...]:
    """Openings of all cells that say when, of an event's dates too."""
    first, last = parse_date(first_day), parse_date(last_day)
    if (first_day and first is None) or (last_day and last is None) or (last and not first):
        note = " ".join(filter(None, (first_day, last_day, note)))
        first = last = None
    elif first and last and last < first:
        note, first, last = f"{first_day} {last_day} {note}".strip(), None, None
    if first and not days:
        openings = _dated(first, last or first, (opens, closes, note, months))
    else:
        openings = parse_openings(days, opens, closes, note, months)
        openings = tuple(replace(one, first_on=first, last_on=last) for one in openings)
    on_holidays = _HOLIDAYS.get(holidays.strip())
    return tuple(
        replace(one, on_holidays=on_holidays)  # type: ignore[arg-type]
        if on_holidays and one.rrule and one.on_holidays == "unknown"
        else one
        for one in openings
    )


def _dated(first: date, last: date, other: tuple[str, str, str, str]) -> tuple[Opening, ...]:
    """An event without weekdays: each day of a week at most, else days that are not known."""
    if (last - first).days < EVERY_DAY_OF:
        days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
        openings = parse_openings(first.isoformat(), *other)
        if not any(one.irregular for one in openings):
            return tuple(replace(one, also_on=days) for one in openings)
    opens, closes, note, months = other
    said = f"{era_words(first)}～{era_words(last)} {note}".strip()
    openings = parse_openings("不定期", opens, closes, said, months)
    return tuple(replace(one, first_on=first, last_on=last) for one in openings)
