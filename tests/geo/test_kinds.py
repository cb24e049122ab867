"""The kinds say how each 地域資源 reaches a person, and the limits are the ones that were agreed."""

import re
from itertools import chain, combinations

import numpy as np
import pytest

from geo.errors import NotFound
from geo.kinds import defaults, find_code, vocabulary
from geo.words import search_key

KINDS = {kind.code: kind for kind in defaults()}

# code: (reach, minutes, metres, profile, rhythm), word for word the agreed table of practice
AGREED = {
    "exercise_group": ("go", 15, 900, "on_foot_slow", "weekly"),
    "salon": ("go", 15, None, "on_foot_slow", "twice_a_month"),
    "dementia_cafe": ("go", 20, None, "car", "monthly"),
    "grocery": ("go", 10, 500, "on_foot_slow", "twice_a_week"),
    "mobile_shop": ("stops", 5, 300, "on_foot_slow", "weekly"),
    "shopping_bus": ("fetched", None, 300, "on_foot_slow", "twice_a_month"),
    "clinic": ("go", 30, None, "car", "clinic_days"),
    "dentist": ("go", 30, None, "car", "clinic_days"),
    "pharmacy": ("go", 15, None, "on_foot_slow", "weekdays"),
    "post_office": ("go", 15, None, "on_foot_slow", "weekdays"),
    "atm": ("go", 15, None, "on_foot_slow", "weekdays"),
    "meal_delivery": ("comes", None, None, "", "per_area"),
    "housework": ("comes", None, None, "", "per_area"),
    "rubbish_help": ("comes", None, None, "", "per_area"),
    "watch_over": ("comes", None, None, "", "per_area"),
    "home_care": ("comes", None, None, "", "daily"),
    "home_nursing": ("comes", None, None, "", "daily"),
    "round_the_clock_care": ("comes", 30, None, "car", "daily"),
    "day_service": ("fetched", None, None, "", "weekly"),
    "day_support": ("fetched", None, None, "", "weekly"),
    "outing_support": ("fetched", None, None, "", "running_days"),
    "ride_together": ("fetched", None, None, "", "running_days"),
    "demand_transport": ("fetched", None, None, "", "running_days"),
    "support_centre": ("assigned", None, None, "", "weekdays"),
    "consultation": ("assigned", None, None, "", "weekdays"),
    "bench": ("there", None, 200, "", "always"),
}

# What the table says besides numbers must still be readable beside them.
NOTES = {
    "exercise_group": ["500m"],
    "salon": ["送迎区域", "月1回は別"],
    "dementia_cafe": ["家族の車", "バスで往復"],
    "grocery": ["直線500m", "10分", "65歳以上"],
    "mobile_shop": ["重い荷物"],
    "shopping_bus": ["300m", "玄関先", "会員", "座席"],
    "clinic": ["60分以内", "4往復以上"],
    "dentist": ["60分以内", "4往復以上"],
    "pharmacy": ["バスで往復"],
    "post_office": ["バスで往復"],
    "atm": ["バスで往復"],
    "meal_delivery": ["区域", "曜日", "受付中"],
    "housework": ["区域", "曜日", "受付中"],
    "rubbish_help": ["区域", "曜日", "受付中"],
    "watch_over": ["区域", "曜日", "受付中"],
    "home_care": ["区域", "受付中"],
    "home_nursing": ["区域", "受付中"],
    "day_service": ["区域", "利用できる人", "空き", "歩く距離では測らない"],
    "day_support": ["区域", "利用できる人", "空き", "歩く距離では測らない"],
    "outing_support": ["区域", "登録", "利用できる人", "予約"],
    "ride_together": ["区域", "登録", "利用できる人", "予約"],
    "demand_transport": ["区域", "登録", "利用できる人", "予約"],
    "support_centre": ["町名", "距離では測らない"],
    "consultation": ["町名", "距離では測らない"],
    "bench": ["200mごと", "冬は別"],
}

SOURCES = {
    "exercise_group": "内閣府 2009",
    "salon": "実施状況調査",
    "grocery": "農林水産政策研究所",
    "clinic": "無医地区等調査",
    "dentist": "無医地区等調査",
    "pharmacy": "独自の目安",
    "post_office": "独自の目安",
    "atm": "独自の目安",
}


@pytest.mark.parametrize("code", AGREED)
def test_a_kind_reaches_people_as_agreed(code):
    kind = KINDS[code]
    assert (kind.reach, kind.limit_min, kind.limit_m, kind.profile, kind.rhythm) == AGREED[code]


@pytest.mark.parametrize("code", NOTES)
def test_the_rest_of_the_agreement_stands_in_the_note(code):
    assert [words for words in NOTES[code] if words not in KINDS[code].limit_note] == []


@pytest.mark.parametrize("code", SOURCES)
def test_a_limit_names_where_it_comes_from(code):
    assert SOURCES[code] in KINDS[code].source


def test_what_was_not_checked_says_so():
    unchecked = {code for code, kind in KINDS.items() if "【要確認】" in kind.source}
    assert unchecked == {"exercise_group", "clinic", "dentist"}


def test_slow_walkers_metres_and_minutes_agree_where_both_follow_the_streets():
    for code in ("exercise_group", "mobile_shop"):
        assert KINDS[code].limit_m == KINDS[code].limit_min * 60  # 60 m a minute


def test_whoever_must_travel_has_a_way_of_travelling():
    assert [k.code for k in KINDS.values() if k.reach in ("go", "stops") and not k.profile] == []
    assert [k.code for k in KINDS.values() if k.limit_min and not k.profile] == []
    assert {k.profile for k in KINDS.values()} == {"", "on_foot_slow", "car", "bus"}


def test_distance_says_nothing_about_who_is_assigned_or_comes_with_a_van():
    measured = {
        k.code
        for k in KINDS.values()
        if k.reach in ("assigned", "comes", "fetched") and (k.limit_min or k.limit_m)
    }
    assert measured == {"round_the_clock_care", "shopping_bus"}


def test_there_are_five_elements_and_four_viewpoints_and_six_ways():
    assert list(vocabulary("element").values()) == ["医療", "介護", "予防", "住まい", "生活支援"]
    assert list(vocabulary("viewpoint").values()) == [
        "参加する活動",
        "利用するサービス",
        "実施主体",
        "場・拠点",
    ]
    assert list(vocabulary("reach").values()) == [
        "行く",
        "迎えが来る",
        "家に来る",
        "停まる",
        "担当が決まっている",
        "そこにある",
    ]


def test_the_living_fields_are_the_ministrys_in_its_order_and_each_has_a_kind():
    assert list(vocabulary("field").values()) == [
        *("掃除", "洗濯", "調理", "買い物", "見守り", "移動（交通）", "住まい", "居場所", "食事"),
        *(
            "健康",
            "医療",
            "介護",
            "学び",
            "文化・芸術",
            "（多世代）交流・スポーツ・レクリエーション",
        ),
        *(
            "まちづくり",
            "ボランティア・地域活動",
            "就労",
            "後継者",
            "防災・防犯",
            "農地",
            "環境保全",
        ),
    ]
    in_use = set(chain.from_iterable(kind.fields for kind in KINDS.values()))
    assert in_use == set(vocabulary("field"))


def test_the_guidelines_fourteen_providers_come_first_in_its_order():
    assert list(vocabulary("provider_type").values())[:14] == [
        "住民主体の活動団体",
        "地域運営組織",
        "NPO法人",
        "社会福祉法人",
        "社会福祉協議会",
        "地縁組織",
        "協同組合",
        "民間企業",
        "シルバー人材センター",
        "介護サービス施設・事業所",
        "老人クラブ",
        "家政婦（夫）紹介所",
        "商工会",
        "民生委員",
    ]


def test_the_schemes_begin_with_those_of_the_comprehensive_project():
    assert list(vocabulary("scheme"))[:12] == [
        "former_equivalent",
        *("visit_a", "visit_b", "visit_c", "visit_d"),
        *("day_a", "day_b", "day_c"),
        *("general_prevention", "optional", "municipal", "private"),
    ]


def test_who_may_use_it_can_also_be_unknown():
    assert vocabulary("eligibility") == {
        "anyone": "だれでも",
        "over_65": "65歳以上",
        "support_needed": "事業対象者・要支援",
        "care_certified": "要介護認定",
        "town_only": "町内の人だけ",
        "members": "会員",
        "unknown": "未確認",
    }


def test_a_list_that_does_not_exist_is_not_an_empty_list():
    with pytest.raises(NotFound):
        vocabulary("colours")


def test_every_code_of_a_kind_is_a_word_of_its_list():
    for kind in KINDS.values():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
        assert kind.element in vocabulary("element")
        assert kind.reach in vocabulary("reach")
        assert kind.rhythm in vocabulary("rhythm")
        assert kind.scheme in vocabulary("scheme") or not kind.scheme
        assert kind.viewpoints
        assert set(kind.viewpoints) <= set(vocabulary("viewpoint"))
        assert kind.fields
        assert set(kind.fields) <= set(vocabulary("field"))


def test_no_kind_leaves_its_words_or_its_reason_out():
    for kind in KINDS.values():
        assert all((kind.name, kind.icon, kind.synonyms, kind.limit_note, kind.source)), kind.code


def test_every_code_name_and_synonym_means_one_kind():
    meanings: dict[str, set[str]] = {}
    for kind in KINDS.values():
        for word in (kind.code, kind.name, *kind.synonyms):
            meanings.setdefault(search_key(word), set()).add(kind.code)
    assert {key: codes for key, codes in meanings.items() if len(codes) > 1} == {}
    synonyms = [search_key(word) for kind in KINDS.values() for word in kind.synonyms]
    assert len(synonyms) == len(set(synonyms))
    assert "" not in meanings


def test_codes_names_and_icons_are_each_used_once():
    assert len(KINDS) == len(defaults())
    assert len({kind.name for kind in KINDS.values()}) == len(KINDS)
    assert len({kind.icon for kind in KINDS.values()}) == len(KINDS)
    assert {len(kind.icon) for kind in KINDS.values()} == {1}


def test_the_kinds_stand_in_the_order_of_the_elements():
    order = list(vocabulary("element"))
    places = [order.index(kind.element) for kind in defaults()]
    assert places == sorted(places)


def test_a_treasure_and_an_empty_house_are_for_staff():
    assert {k.code for k in KINDS.values() if k.is_staff_only} == {"treasure", "vacant_house"}
    assert all("職員だけ" in k.limit_note for k in KINDS.values() if k.is_staff_only)


@pytest.mark.parametrize(
    ("category", "code"),
    [
        ("exercise_group", "exercise_group"),
        ("通いの場（体操）", "exercise_group"),
        ("通いの場", "exercise_group"),
        ("いきいき１００歳体操", "exercise_group"),
        ("いきいき百歳体操", "exercise_group"),
        ("１００歳体操", "exercise_group"),
        ("地域の茶の間", "salon"),
        ("ふれあい・いきいき サロン", "salon"),
        ("ｻﾛﾝ等", "salon"),
        ("移動スーパー など", "mobile_shop"),
        ("あんしんすこやかセンター", "support_centre"),
        ("ﾃﾞｲｻｰﾋﾞｽ", "day_service"),
        ("デイ（通所介護）", "day_service"),
        ("高齢者の憩い（公民館）", "hall"),
        ("区分なし", None),
        ("など", None),
        ("（）", None),
        ("", None),
    ],
)
def test_a_municipalitys_own_word_finds_its_kind(category, code):
    assert find_code(category) == code


@pytest.mark.parametrize(
    ("category", "code"),
    [
        # as they stand in the category columns of published files of 越前市 and 鯖江市
        ("居宅介護支援事業", "care_manager"),
        ("AED", "aed"),
        ("広域避難場所", "shelter"),
        ("薬局", "pharmacy"),
        ("飲食店", "eatery"),
        ("食料品店", "grocery"),
        ("スポーツ施設", "sports_facility"),
        ("歯", "dentist"),
        ("居宅介護 (ホームヘルプ･重度訪問介護)", "disability_service"),
        ("短期入所 (ショートステイ)", "short_stay"),
        ("就労継続支援Ａ型（雇用型）", "disability_service"),
        ("カフェ・喫茶 ", "eatery"),
        ("博物館 / 美術館", "library"),
        ("コミュニティ センター", "hall"),
        ("肉店", "grocery"),
        ("病院", "hospital"),
        # too wide or no 地域資源: a person decides
        ("介護福祉施設", None),
        ("福祉", None),
        ("店舗", None),
        ("着物販売店", None),
    ],
)
def test_categories_of_real_files_find_their_kind_or_none(category, code):
    assert find_code(category) == code


def test_every_name_and_synonym_finds_its_own_kind():
    for kind in KINDS.values():
        for word in (kind.code, kind.name, *kind.synonyms):
            assert find_code(f"{word}など") == kind.code


# --- colours: one per element -------------------------------------------------------------

# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # WCAG 2.2, "relative luminance"
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], LUMINANCE, [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def linear(colour):
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    t = TO_XYZ @ rgb / WHITE
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


COLOURS = {kind.element: kind.colour for kind in KINDS.values()}


def test_a_kind_wears_the_colour_of_its_element():
    assert all(kind.colour == COLOURS[kind.element] for kind in KINDS.values())
    assert len(set(COLOURS.values())) == 5


@pytest.mark.parametrize("element", COLOURS)
def test_white_writing_can_be_read_on_the_colour(element):
    assert 1.05 / (LUMINANCE @ linear(COLOURS[element]) + 0.05) >= 4.5  # WCAG 2.2, 1.4.3 AA


def test_the_five_colours_stay_apart_in_grey_print():
    lightness = sorted(lab(linear(colour))[0] for colour in COLOURS.values())
    assert min(np.diff(lightness)) >= 9  # of 100 in L*


@pytest.mark.parametrize("eye", EYES)
def test_the_five_colours_stay_apart_for_every_eye(eye):
    seen = [lab(np.clip(EYES[eye] @ linear(colour), 0, 1)) for colour in COLOURS.values()]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 20  # ΔE*ab
