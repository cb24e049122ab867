"""What the words in a list's cells mean, and what stays in its own words."""

from datetime import date

import pytest

from geo.intake import resource_words as words


@pytest.mark.parametrize(
    ("written", "code", "note"),
    [
        ("", "unknown", ""),
        ("だれでも", "anyone", ""),
        ("どなたでも", "anyone", "どなたでも"),
        ("65歳以上", "over_65", ""),
        ("おおむね65歳以上の方", "over_65", "おおむね65歳以上の方"),
        ("60歳以上", "over_65", "60歳以上"),
        ("75歳以上", "unknown", "75歳以上"),  # not everybody of 65
        ("65歳以上の一人暮らし", "unknown", "65歳以上の一人暮らし"),
        ("要支援・要介護", "care_certified", "要支援・要介護"),
        ("要介護1〜5", "care_certified", "要介護1〜5"),
        ("要介護3以上", "care_certified", "要介護3以上"),
        ("事業対象者・要支援", "support_needed", ""),
        ("町内の人だけ", "town_only", ""),
        ("松葉の町内の人", "town_only", "松葉の町内の人"),
        ("登録した75歳以上の人", "members", "登録した75歳以上の人"),
        ("介護をしている家族", "unknown", "介護をしている家族"),
    ],
)
def test_who_may_use_it(written, code, note):
    assert words.eligibility(written) == (code, note)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "unknown"),
        ("受付中", "yes"),
        ("空きあり", "yes"),
        ("○", "yes"),
        ("3名", "yes"),
        ("空き待ち", "waiting"),
        ("満員", "waiting"),
        ("0", "waiting"),
        ("停止", "no"),
        ("受付をとめています", "no"),
        ("新規受付停止中", "no"),
        ("×", "no"),
        ("8:30～17:00", None),  # when one may ask, not whether
        ("要相談", None),
    ],
)
def test_whether_there_is_room(written, code):
    assert words.accepting(written) == code


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("現在、定員いっぱいです。", "waiting"),
        ("職員が足りず、新しい人は受けていません。", "no"),
        ("担い手不足で受付をとめています", "no"),
        ("受付中", "yes"),
        ("会員18人。席は8席で、満席の回があります。", "unknown"),
        ("受付は2階です", "unknown"),
    ],
)
def test_a_remark_says_it_only_where_it_is_plain(note, code):
    assert words.accepting("", note) == code


@pytest.mark.parametrize(
    ("note", "day"),
    [
        ("令和2年3月から休止中", date(2020, 3, 1)),
        ("R2.3から休止", date(2020, 3, 1)),
        ("会場改修のため。2026年4月より活動休止", date(2026, 4, 1)),
        ("12月から3月は休みます。", None),
        ("令和2年3月から再開", None),
    ],
)
def test_since_when_a_group_pauses(note, day):
    assert words.paused_since(note) == day


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("", words.EVERYBODY),
        ("公開", words.EVERYBODY),
        ("近くの目印まで", words.LANDMARK),
        ("近くの目印のみ", words.LANDMARK),
        ("非公開", words.NOBODY),
        ("非公開（個人宅前）", words.NOBODY),
        ("職員のみ", words.NOBODY),
        ("要確認", None),
    ],
)
def test_who_may_see_it(written, shown):
    assert words.shown(written) == shown


@pytest.mark.parametrize(
    ("categories", "name", "kind"),
    [
        (["サロン"], "茶話会", "salon"),
        (["全災害", "広域避難場所", "防災"], "武生東小学校", "shelter"),  # 越前市: 3, 2, 1
        (["歯"], "はやし", "dentist"),
        (["内、 外、 消 外、 脳 神 外、リハビリ"], "（医）林病院", "hospital"),
        (["耳、鼻、咽、アレルギー"], "耳鼻科クリニック", "clinic"),
        (["消内、内分泌、心臓血管外科、透析"], "西医院", "clinic"),
        (["老人"], "なにか", None),
        (["宇宙旅行"], "なぞの会", None),
        ([], "サロン", None),  # a name is no category
    ],
)
def test_the_kind_by_the_lists_own_words(categories, name, kind):
    assert words.kind_of(categories, name, {}, None) == kind


def test_what_a_person_says_of_a_category_comes_first():
    said = {"歯": "clinic"}
    assert words.kind_of(["歯"], "", said, None) == "clinic"
    assert words.kind_of(["歯"], "", said, "salon") == "clinic"
    assert words.kind_of(["内科"], "", said, "salon") == "salon"
