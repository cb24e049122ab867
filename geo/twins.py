"""似たもの: how far two entries are likely to be one and the same thing, and why, so that a person can decide.

Points are added up from what a person would look at: what they are called, where they are, the telephone, who
runs them, what kind of thing they are. Each part says its reason. From TOLD on a person is asked. The same points
are reckoned on a telephone without a network (``static/js/field/alike.js``); ``tests/js/alike_cases.json`` holds
both to one answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, radians
from uuid import UUID

from sqlalchemy.orm import Session

from geo import name_forms
from geo.name_forms import Form
from geo.records import kinds
from geo.records import twins as records
from geo.scope import Scope

TOLD = 60  # our choice, by test_twins_measured: points from which a pair is told
NEAR_M = 700.0  # our choice: a pin that is farther off was put into another part of the town
AT_ONCE = 400  # our choice: so many entries around one that is being written are compared
CLOSEST = 5  # our choice: so many are shown to who is typing

# All points are our choice, tried on みほん市 and on planted pairs (DECISIONS, "Twins").
SAME_NAME, PLAIN_NAME, MOVED, SAME_CORE, PLACE_AND_WORD = 50, 36, 48, 42, 42
PART, PLACE_ONLY, OTHER_FRAME = 28, 18, 22
AS_READ = 4  # two names may be read alike
LIKE_FROM, LIKE_MOST = 0.62, 46  # share of signs in common from which names are alike
SLIP_FROM = 0.8  # the same of whole names at one place
WHERE_MOST = 35
# metres between two pins known to the block or better -> points
BY_METRES = ((60, 25), (150, 21), (350, 16), (700, 4), (1500, -10))
FAR = -30
ROUGH_NEAR_M, ROUGH_FAR_M = 1500, 4000  # where a pin is only that of its town
SAME_ADDRESS, SAME_BLOCK, SAME_TOWN, OTHER_TOWN = 25, 12, 5, -8
SAME_PHONE, COMMON_PHONE, OTHER_PHONE = 20, 4, -4
SAME_PROVIDER = 8
SAME_KIND, LIKE_KIND, OTHER_KIND = 10, 5, -35
LIKE_KIND_OTHER_WORDS = -10  # a hall and the salon in it
WITHOUT_NAME = 45  # whatever else agrees: two groups in one hall share all but the name
M_PER_DEGREE = 111_320.0  # of latitude

_ROUGH = ("district", "unknown")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of a resource.

    family  the fields of its kind (kinds.csv) as far as two kinds of one field may be one thing; () for
            kinds of which only the very same is
    """

    id: str
    name: str
    kana: str = ""
    other_names: tuple[str, ...] = ()
    kind: str = ""
    family: tuple[str, ...] = ()
    address: str = ""
    phone: str = ""
    provider: str = ""
    lon: float | None = None
    lat: float | None = None
    place_level: str = "unknown"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two entries are alike: points, and codes of what they are from, the weightiest first."""

    score: int
    reasons: tuple[str, ...]


def compare(one: Entry, other: Entry, common_phones: frozenset[str] = frozenset()) -> Likeness:
    """Points and reasons of a pair, the same whichever stands first.

    common_phones  numbers (digits) that many entries give: an office's, which tells little
    """
    name, why = _names(one, other)
    if why == "numbers_differ":
        return Likeness(0, (why,))
    parts = [
        (name, why),
        *_where(one, other),
        _phones(one.phone, other.phone, common_phones),
        _providers(one.provider, other.provider),
        _kinds(one, other),
    ]
    score = sum(points for points, _ in parts)
    if name == 0:
        score = min(score, WITHOUT_NAME)
    told = sorted((part for part in parts if part[1]), key=lambda part: (-part[0], part[1]))
    return Likeness(max(0, min(100, score)), tuple(reason for _, reason in told))


def closest(
    entry: Entry, candidates: Iterable[Entry], limit: int = CLOSEST, least: int = TOLD
) -> list[tuple[Entry, Likeness]]:
    """Those that an entry may be the same as by so many points, the likeliest first; never itself."""
    rows = [row for row in candidates if row.id != entry.id]
    common = common_phones([entry, *rows])
    found = [(row, compare(entry, row, common)) for row in rows]
    told = [pair for pair in found if pair[1].score >= least]
    return sorted(told, key=lambda pair: (-pair[1].score, pair[0].id))[:limit]


def common_phones(entries: Iterable[Entry], many: int = 3) -> frozenset[str]:
    """Numbers that so many entries give (our choice: three, for a thing written twice has two)."""
    counts: dict[str, int] = {}
    for entry in entries:
        for number in name_forms.phones(entry.phone):
            counts[number] = counts.get(number, 0) + 1
    return frozenset(number for number, count in counts.items() if count >= many)


def words_of(entry: Entry) -> list[str]:
    """What a pair of entries has in common at least: by these candidates are found (pairs of signs of what
    is left of the names, whole names, telephone, address)."""
    words = {f"p{number}" for number in name_forms.phones(entry.phone)}
    address = name_forms.address(entry.address)
    if len(address.numbers) > 1:
        words.add(f"a{address.town[-2:]}{'-'.join(address.numbers)}")
    for form in _forms(entry):
        words.add(f"n{form.rest}")
        words |= {f"b{form.rest[at : at + 2]}" for at in range(len(form.rest) - 1)}
    return sorted(words)


def _forms(entry: Entry) -> tuple[Form, ...]:
    return name_forms.forms(entry.name, entry.kana, entry.other_names, entry.address)


def _names(one: Entry, other: Entry) -> tuple[int, str]:
    """Points of the names, and why."""
    forms, others = _forms(one), _forms(other)
    if forms[0].numbers != others[0].numbers and not _is_called(forms, others):
        return 0, "numbers_differ"
    places = f"{name_forms.place_key(one.address)} {name_forms.place_key(other.address)}"
    clash = forms[0].clashes(others[0])
    best = (0, "names_differ")
    for form in forms:
        for beside in others:
            found = _form_points(form, beside, places)
            if found[1] == "same_name" and (form.is_other or beside.is_other):
                found = (found[0], "known_as")
            elif found[1] == "same_name" and (form.is_reading or beside.is_reading):
                found = (found[0] - AS_READ, "same_kana")
            best = max(best, found)
    return (0, "other_activity") if clash and best[1] != "known_as" else best


def _is_called(forms: Sequence[Form], others: Sequence[Form]) -> bool:
    """Whether the name of the one is an other name or the reading of the other."""
    return any(form.key == others[0].key for form in forms[1:]) or any(
        form.key == forms[0].key for form in others[1:]
    )


def _form_points(one: Form, other: Form, places: str) -> tuple[int, str]:
    """Points of one way to call the one against one way to call the other."""
    if one.key == other.key:
        return (PLAIN_NAME if one.is_plain else SAME_NAME), "same_name"
    if one.clashes(other):
        return 0, "names_differ"
    if one.rest == other.rest:
        return _same_rest(one, other)
    branches = one.is_branch and other.is_branch and not (one.place and one.place == other.place)
    if branches or _in_two_places(one, other) or (one.is_plain and other.is_plain):
        return 0, "names_differ"
    if one.core and one.core == other.core:
        return SAME_CORE, "same_core"
    return _partly(one, other, places)


def _in_two_places(one: Form, other: Form) -> bool:
    """Whether each is called after a place of its own: 花園町第2老人クラブ, 栄町第2老人クラブ."""
    both = one.place and other.place
    return bool(both) and one.place not in other.place and other.place not in one.place


def _same_rest(one: Form, other: Form) -> tuple[int, str]:
    """What is left of both names is the same; the words around it may differ."""
    if one.words == other.words:
        return MOVED, "words_moved"
    if (
        one.frames
        and other.frames
        and not (one.frames <= other.frames or other.frames <= one.frames)
    ):
        return OTHER_FRAME, "other_words"
    if not one.is_place and not other.is_place and not one.is_plain:
        return SAME_CORE, "same_core"
    if one.activities and one.activities == other.activities:
        return PLACE_AND_WORD, "same_core"
    return PLACE_ONLY, "same_place_name"


def _partly(one: Form, other: Form, places: str) -> tuple[int, str]:
    """Names of which one holds the other, or that are spelt nearly alike."""
    cores = (one.core or one.rest, other.core or other.rest)
    if any(name_forms.differ_by_contrast(*pair) for pair in ((one.rest, other.rest), cores)):
        return 0, "names_differ"
    shorter, longer = sorted((one, other), key=lambda form: (len(form.rest), form.rest))
    least = 3 if shorter.is_kana or longer.is_kana else 2
    if len(shorter.rest) >= least and shorter.rest in longer.rest and not shorter.is_place:
        left = name_forms.without_branch(longer.rest.replace(shorter.rest, "", 1))
        return (SAME_CORE, "same_core") if left and left in places else (PART, "part_of_name")
    share = name_forms.likeness(*cores)
    if one.is_place or other.is_place:
        share = 0.0
    if one.place and one.place == other.place:  # a slip in the words themselves: サーロン
        whole = name_forms.likeness(one.elsewhere, other.elsewhere)
        share = max(share, whole if whole >= SLIP_FROM else 0.0)
    if share < LIKE_FROM:
        return 0, "names_differ"
    points = int(LIKE_MOST * (share - 0.25) / 0.75)
    if one.activities != other.activities:
        points -= 6
    return max(points, 0), "similar_name"


def _where(one: Entry, other: Entry) -> list[tuple[int, str]]:
    """Points of pins and addresses, together WHERE_MOST at most."""
    pins, pin_reason = _pins(one, other)
    address, reason = _addresses(one.address, other.address)
    if pin_reason == "far" and reason == "same_address":
        pins, pin_reason = 0, "pins_apart"  # one of the two pins is wrong
    return [(min(pins, WHERE_MOST - max(address, 0)), pin_reason), (address, reason)]


def _pins(one: Entry, other: Entry) -> tuple[int, str]:
    if one.lon is None or other.lon is None or one.lat is None or other.lat is None:
        return 0, ""
    metres = apart_m((one.lon, one.lat), (other.lon, other.lat))
    if one.place_level in _ROUGH or other.place_level in _ROUGH:
        if metres <= ROUGH_NEAR_M:
            return 8, "same_town"
        return (0, "") if metres <= ROUGH_FAR_M else (-20, "far")
    for most, points in BY_METRES:
        if metres <= most:
            return points, "same_place" if most <= 60 else "near" if points > 0 else "apart"
    return FAR, "far"


def _addresses(one: str, other: str) -> tuple[int, str]:
    first, second = name_forms.address(one), name_forms.address(other)
    if not first.town or not second.town:
        return 0, ""
    if not (first.town.endswith(second.town) or second.town.endswith(first.town)):
        return OTHER_TOWN, "other_town"
    if first.numbers and first.numbers == second.numbers and len(first.numbers) > 1:
        return SAME_ADDRESS, "same_address"
    fewest = min(len(first.numbers), len(second.numbers))
    if fewest and first.numbers[:fewest] == second.numbers[:fewest]:
        return SAME_BLOCK, "same_block"
    return SAME_TOWN, ""


def _phones(one: str, other: str, common: frozenset[str]) -> tuple[int, str]:
    first, second = name_forms.phones(one), name_forms.phones(other)
    if not first or not second:
        return 0, ""
    if both := first & second:
        return (COMMON_PHONE, "") if both <= common else (SAME_PHONE, "same_phone")
    return OTHER_PHONE, "other_phone"


def _providers(one: str, other: str) -> tuple[int, str]:
    first, second = name_forms.core_name(one), name_forms.core_name(other)
    return (SAME_PROVIDER, "same_provider") if first and first == second else (0, "")


def _kinds(one: Entry, other: Entry) -> tuple[int, str]:
    if not one.kind or not other.kind:
        return 0, ""  # who tells of something new need not know
    if one.kind == other.kind:
        return SAME_KIND, "same_kind"
    if not set(one.family).isdisjoint(other.family):
        form, beside = _forms(one)[0], _forms(other)[0]
        same = (form.activities, form.venues) == (beside.activities, beside.venues)
        return (LIKE_KIND if same else LIKE_KIND_OTHER_WORDS), "like_kind"
    return OTHER_KIND, "other_kind"


def apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places of one town, by a plane: wrong by less than a part in a thousand."""
    (lon, lat), (other_lon, other_lat) = one, other
    squeeze = cos(radians((lat + other_lat) / 2))
    return hypot((lon - other_lon) * squeeze, lat - other_lat) * M_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one, the lower id first."""

    one: UUID
    other: UUID
    likeness: Likeness


def list_pairs(db: Session, scope: Scope) -> list[Pair]:
    """Pairs of the scope's municipality that may be one thing, the likeliest first; those that a person
    called two are left out."""
    rows = {row.id: entry_of(row) for row in records.list_compared(db, scope)}
    common = common_phones(rows.values())
    words = {id_: words_of(entry) for id_, entry in rows.items()}
    pairs = records.list_candidates(db, scope, words, within_m=NEAR_M)
    found = [Pair(one, other, compare(rows[one], rows[other], common)) for one, other in pairs]
    told = [pair for pair in found if pair.likeness.score >= TOLD]
    return sorted(told, key=lambda pair: (-pair.likeness.score, pair.one, pair.other))


def resembling(
    db: Session, scope: Scope, entry: Entry, limit: int = CLOSEST, least: int = TOLD
) -> list[tuple[records.Compared, Likeness]]:
    """What an entry that is being written may be the same as by so many points, the likeliest first."""
    kind = kinds.find(db, scope, entry.kind)
    entry = replace(entry, family=_family(kind) if kind else ())
    rests = {form.rest for form in _forms(entry)} if entry.name else set()
    parts = {rest[at : at + 2] for rest in rests for at in range(max(1, len(rest) - 1))}
    around = records.list_around(
        db,
        scope,
        lonlat=None if entry.lon is None or entry.lat is None else (entry.lon, entry.lat),
        within_deg=NEAR_M / M_PER_DEGREE,
        phone=min(name_forms.phones(entry.phone), default=""),
        words=sorted(parts),
        most=AT_ONCE,
    )
    rows = {str(row.id): row for row in around}
    found = closest(entry, [entry_of(row) for row in around], limit, least)
    return [(rows[row.id], likeness) for row, likeness in found]


def entry_of(row: records.Compared) -> Entry:
    """A resource as it is compared."""
    return Entry(
        id=str(row.id),
        name=row.name,
        kana=row.kana,
        other_names=tuple(row.other_names),
        kind=row.kind,
        family=_family(row),
        address=row.address,
        phone=row.phone,
        provider=row.provider,
        lon=row.lon,
        lat=row.lat,
        place_level=row.place_level,
    )


def _family(kind: records.Compared | kinds.Kind) -> tuple[str, ...]:
    """Fields by which two kinds may be one thing: of what people join. A 訪問介護 and a 通所介護 of one office,
    a hall and its AED are two, whatever they are called."""
    joined = kind.reach == "go" and "activity" in kind.viewpoints
    return tuple(kind.fields) if joined and kind.element in ("prevention", "living_support") else ()
