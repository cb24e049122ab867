"""Catalogues of what residents read: ``python -m scripts.languages``

Writes every catalogue (templates/languages/*.po) anew: what templates, vocabularies and error words say today, with the
translations that are there. New words stand in it untranslated, and tests/house/test_languages.py fails until they are
translated; what nobody says any more is gone. Nothing is guessed.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from geo.errors import Invalid, TooManyCodes
from geo.intake.areas import LEVELS
from geo.kinds import defaults, vocabulary
from geo.reach_questions import profiles
from routes._catalogues import FOLDER
from routes._errors import FIELD_WORDS, STATUS_WORDS, WORDS
from routes._languages import JAPANESE, LANGUAGES, Language

TEMPLATES = FOLDER.parent
# What only somebody reads who signed in, and papers, which are Japanese
NOT_FOR_RESIDENTS = (
    *("_leaving.html", "_notices.html", "districts/handout.html"),
    *("prints/_paper.html", "prints/handbook.html", "prints/poster.html"),
    *("prints/_sheet.html", "prints/wall.html"),
)
KEYWORDS = {"_": None, "in_language": (2,)}
VOCABULARIES = ("viewpoint", "scheme", "eligibility", "accepting", "provider_type")
# What residents may be told about a field of theirs (routes/_errors.py)
FIELD_CODES = (
    *("required", "unreadable", "bad_character", "too_long", "unknown_choice", "incomplete"),
    *("used_elsewhere", "changed_just_now", "not_a_number", "out_of_range"),
    *("several_addresses", "unknown_address", "no_gazetteer", "outside_streets", "no_streets"),
    *(
        "no_street_near",
        "street_apart",
        "not_public_minutes",
        "not_by_distance",
        "no_place",
        "all_paused",
    ),
    *("no_place_on_streets", "not_lon_lat", "swapped_axes", "outside_japan"),
    *("has_closed", "beyond_an_hour", "not_a_square", "no_position"),
    *("site_in_words", "form_broken", "form_too_new", "form_too_old", "leave_empty"),
    *(
        "told_already",
        "too_many_from_here",
        "too_many_from_here_today",
        "too_many_about_it",
        "too_many_today",
    ),
    *("ended_already", "day_not_yet", "day_long_gone"),
    *("too_many_handbooks", "too_many_entries", "too_many_selected"),
    *("say_what_changed", "too_many_answers", "mail_in_words", "phone_in_words", "not_a_code"),
    *(
        "longer_than_200",
        "longer_than_500",
        "not_a_date",
        "day_to_come",
        "not_a_time",
        "not_a_rule",
    ),
)


def main() -> None:
    """Write the catalogues, and say how many words each still lacks."""
    said = dict(found())
    for one in LANGUAGES.values():
        if one is not JAPANESE:
            left = _write(one, said)
            print(f"{one.code}: {len(said)} messages, {left} untranslated", file=sys.stderr)


def found() -> Iterator[tuple[str, str]]:
    """(words, where they are said) of everything that a resident may read, each once, in a lasting order."""
    seen: set[str] = set()
    for words, place in (*_of_templates(), *_of_data(), *_of_errors()):
        if words not in seen:
            seen.add(words)
            yield words, place


def templates() -> list[Path]:
    """The templates that residents read."""
    paths = sorted((*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")))
    return [path for path in paths if not _name(path).startswith(NOT_FOR_RESIDENTS)]


def read(one: Language) -> Catalog:
    """A catalogue as it is; an empty one where there is none yet."""
    path = FOLDER / f"{one.code}.po"
    if not path.exists():
        return Catalog(locale=one.locale)
    with path.open("rb") as file:
        return read_po(file, locale=one.locale)


def _of_templates() -> Iterator[tuple[str, str]]:
    for path in templates():
        with path.open("rb") as file:
            options = {"silent": "false", "trim_blocks": "true"}
            for _, words, _, _ in extract("jinja2", file, KEYWORDS, options=options):
                yield str(words), _name(path)


def _of_data() -> Iterator[tuple[str, str]]:
    yield from ((kind.name, "data/kinds.csv") for kind in defaults() if not kind.is_staff_only)
    for name in VOCABULARIES:
        listed = vocabulary(name).items()
        yield from ((words, "data/vocabularies.csv") for code, words in listed if code != "unknown")
    yield from ((profile.name, "data/profiles.csv") for profile in profiles().values())
    yield from ((words, "geo/intake/areas.py") for words, _ in LEVELS.values())


def _of_errors() -> Iterator[tuple[str, str]]:
    place = "routes/_errors.py"
    for words in (*STATUS_WORDS.values(), *(WORDS[error][1:] for error in (Invalid, TooManyCodes))):
        yield from ((sentence, place) for sentence in words)
    yield from ((FIELD_WORDS[code], place) for code in FIELD_CODES)


def _name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def _write(one: Language, said: dict[str, str]) -> int:
    before, after = read(one), Catalog(locale=one.locale)
    left = 0
    for words, place in said.items():
        known = before.get(words)
        forms = known.string if known else ""
        id_ = (words, words) if isinstance(forms, tuple) else words
        after.add(id_, forms, locations=[(place, 0)], flags=known.flags if known else ())
        left += not forms
    text = BytesIO()
    write_po(text, after, width=0, omit_header=True, include_lineno=False)
    head = f'msgid ""\nmsgstr ""\n"Language: {one.code}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    head += f'"Plural-Forms: {after.plural_forms}\\n"\n\n'
    (FOLDER / f"{one.code}.po").write_bytes(head.encode() + text.getvalue())
    return left


if __name__ == "__main__":
    main()
