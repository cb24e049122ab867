"""Catalogues: everything that residents read is translated, and says the same with the same blanks."""

import re

import pytest

from routes._catalogues import JAPANESE_SIGNS, READING, RUBY, catalogue
from routes._languages import EASY, JAPANESE, LANGUAGES
from scripts import languages

CATALOGUES = [one for one in LANGUAGES.values() if one is not JAPANESE]
KEPT = re.compile("〔[^〔〕]+〕")  # Japanese on purpose: what stands on a door, or on a paper
KANA = re.compile("[\u3041-\u30fa\u30fc-\u30ff]")
KANJI = re.compile("[\u3005\u3400-\u4dbf\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def said():
    return dict(languages.found())


def forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def messages(one):
    """(words, each form of the translation)"""
    for message in languages.read(one):
        if message.id:
            words = message.id[0] if isinstance(message.id, tuple) else message.id
            yield from ((words, form) for form in forms(message))


@pytest.mark.parametrize("one", CATALOGUES, ids=lambda one: one.code)
def test_nothing_is_missing_in_doubt_or_left_over(one, said):
    read = languages.read(one)
    known = {
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in read
        if message.id and not message.fuzzy and all(forms(message))
    }
    assert set(said) - known == set(), "python -m scripts.languages, then translate"
    assert known - set(said) == set(), "python -m scripts.languages takes out what nobody says"
    assert read.fuzzy is False or not any(message.fuzzy for message in read if message.id)


@pytest.mark.parametrize("one", CATALOGUES, ids=lambda one: one.code)
def test_blanks_are_the_same_in_every_language(one):
    blanks = re.compile(r"\{\w*\}")
    different = [
        (words, form)
        for words, form in messages(one)
        if set(blanks.findall(words)) != set(blanks.findall(form))
        or re.sub(r"\{\w+\}", "", form).count("{")
    ]
    assert different == []


@pytest.mark.parametrize(
    "one", [one for one in CATALOGUES if one is not EASY], ids=lambda one: one.code
)
def test_a_translation_is_no_copy_and_keeps_no_japanese_but_on_purpose(one):
    signs = KANA if one.code == "zh_Hans" else JAPANESE_SIGNS
    copied = [words for words, form in messages(one) if signs.search(KEPT.sub("", form))]
    assert copied == []


def test_easy_japanese_has_a_reading_over_every_kanji():
    bare = [(words, form) for words, form in messages(EASY) if KANJI.search(READING.sub("", form))]
    assert bare == []


def test_easy_japanese_is_said_in_short_sentences():
    """Our choice: 50 signs without readings, a line and a half of a newspaper; names of our offices count too."""
    long = [
        sentence
        for _, form in messages(EASY)
        for sentence in READING.sub(lambda m: m[1] or m[2], form).split("。")
        if len(sentence) > 50
    ]
    assert long == []


def test_offices_keep_the_name_that_stands_on_their_door():
    for one in CATALOGUES:
        if one is not EASY:
            assert "〔地域包括支援センター〕" in dict(messages(one))["地域包括支援センター"], (
                one.code
            )


def test_easy_japanese_reads_what_is_counted_by_its_number():
    walk, people = (
        catalogue("ja@easy").words[words] for words in ("歩いて{minutes}分", "{people}人")
    )

    def read(words):
        return RUBY.sub(r"\1（\2）", words)

    for n, reading in ((2, "ふん"), (3, "ぷん"), (10, "ぷん"), (15, "ふん")):
        assert f"{n}分（{reading}）" in read(walk.format(minutes=n))
    assert "1人（ひとり）" in read(people.format(people="1"))
    assert "2人（ふたり）" in read(people.format(people="2"))
    assert "21人（にん）" in read(people.format(people="21"))


def test_numbers_of_one_take_their_own_form():
    english = catalogue("en").words["地域資源 {count}件"]
    assert "1 place or service" in english.format(count="1")
    assert "1,200 places and services" in english.format(count="1,200")
    assert "1.200" in catalogue("vi").words["地域資源 {count}件"].format(count="1,200")
