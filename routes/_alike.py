"""似たもの: why two entries may be one, in words, and what somebody who adds one is asked first."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from geo import twins
from geo.scope import Scope
from geo.twins import Entry
from routes._lists import kinds_by_code

# codes of geo.twins; those that speak for it first
ALIKE_WORDS = {
    "same_name": "名前が同じ",
    "same_kana": "読み方が同じ",
    "known_as": "別の呼び名と同じ",
    "words_moved": "名前の語の順や書き方だけが違う",
    "same_core": "名前の中心の語が同じ",
    "part_of_name": "片方の名前に、もう片方が入っている",
    "similar_name": "名前がよく似ている",
    "same_place_name": "同じ地名がついている",
    "other_words": "名前の中心は同じで、前後の語が違う",
    "same_place": "場所がほぼ同じ",
    "near": "場所が近い",
    "same_town": "同じ町の中",
    "same_address": "住所が同じ",
    "same_block": "住所の途中までが同じ",
    "same_phone": "電話番号が同じ",
    "same_provider": "運営が同じ",
    "same_kind": "種別が同じ",
    "like_kind": "種別が近い",
    "pins_apart": "住所は同じだが、地図のしるしが離れている",
    "apart": "場所が離れている",
    "far": "場所が遠い",
    "other_phone": "電話番号が違う",
    "other_town": "町の名前が違う",
    "other_kind": "種別が違う",
    "other_activity": "していることが違う",
    "names_differ": "名前は違う",
    "numbers_differ": "番号が違う",
}


def reason_words(reasons: Iterable[str]) -> list[str]:
    """Codes of geo.twins in words."""
    return [ALIKE_WORDS[code] for code in reasons]


def told(db: Session, scope: Scope, entry: Entry, least: int = twins.TOLD) -> list[dict[str, Any]]:
    """What an entry that is being written may be the same as by so many points: [{id, name, url, kind, address,
    reasons, unlisted}].

    Of what is not to be listed only that there is such a thing: neither name nor place.
    """
    kinds = kinds_by_code(db, scope)
    found = []
    for row, likeness in twins.resembling(db, scope, entry, least=least):
        shown = {
            "name": row.name,
            "kind": kinds[row.kind].name,
            "address": row.address,
            "reasons": reason_words(likeness.reasons),
        }
        if row.do_not_list:
            shown = dict.fromkeys(("name", "kind", "address"), "") | {"reasons": []}
        url = url_for("resources.show", resource_id=row.id)
        found.append(shown | {"id": str(row.id), "url": url, "unlisted": row.do_not_list})
    return found


def typed_entry(typed: Mapping[str, str], entry_id: str = "") -> Entry:
    """What a form or a question says of an entry, as far as it can be read."""
    texts = {
        name: typed.get(name, "").strip()[:200]
        for name in ("name", "kana", "kind", "address", "phone", "provider")
    }
    lon, lat = _degrees(typed.get("lon", ""), 180), _degrees(typed.get("lat", ""), 90)
    others = tuple(filter(None, map(str.strip, typed.get("other_names", "")[:2000].split("\n"))))
    return Entry(
        id=entry_id,
        **texts,
        other_names=others[:20],
        lon=lon if lat is not None else None,
        lat=lat if lon is not None else None,
        place_level="building" if lon is not None and lat is not None else "unknown",
    )


def _degrees(text: str, most: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) <= most else None  # a nan is not
