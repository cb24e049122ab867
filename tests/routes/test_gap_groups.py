"""Several kinds at once: chosen by ticking, or one of the five elements; page and files say the same."""

import csv
import io
import json
import re
from html import unescape

import pytest

from geo.scope import Role
from tests.conftest import TOWN

CHOOSE = f"/gaps/{TOWN}/choose"
PAIR = f"/gaps/{TOWN}/exercise_group,grocery"


@pytest.fixture
def official(sign_in_as):
    return sign_in_as(Role.OFFICIAL)


def said(page):
    part = re.search(r'<section class="gap-answer".*?</section>', page.text, re.S)[0]
    return unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", part)))


def test_ticked_kinds_lead_to_their_answer(official):
    page = official.get(CHOOSE)
    assert page.status_code == 200
    assert 'value="exercise_group"' in page.text
    answer = official.get(f"{CHOOSE}?pick=grocery&pick=exercise_group&each=1&go=1")
    assert answer.status_code == 303
    assert answer.location == f"{PAIR}?each=1"
    assert official.get(answer.location).status_code == 200


@pytest.mark.parametrize("query", ["go=1", "go=1&pick=nothing"])
def test_nothing_ticked_is_said(official, query):
    page = official.get(f"{CHOOSE}?{query}")
    assert page.status_code == 422
    assert "ひとつ以上えらんでください。" in page.text


def test_the_words_tell_any_from_each(official):
    any_of, each = (said(official.get(f"{PAIR}?age=0{more}")) for more in ("", "&each=1"))
    assert "通いの場（体操）、食料品店のどれもない人は、およそ" in any_of
    assert "通いの場（体操）、食料品店のうち、ひとつでもないものがある人は、およそ" in each
    assert "足りないかどうかは、この地区の話し合いで決めます。" in each
    assert "いちばん多くの人に届きにくいのは、" in each


def test_files_say_what_the_page_says(official):
    page = official.get(f"{PAIR}?age=0&level=elementary&each=1")
    text = official.get(f"{PAIR}.csv?age=0&level=elementary&each=1").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    total = re.search(r'id="total-beyond">([\d,]+)', page.text)[1]
    assert f"{int(rows[-1]['届きにくい']):,}" == total
    for row in rows:
        parts = [int(row[name]) for name in ("届く", "届きにくい", "わからない")]
        assert sum(parts) == int(row["全体の人数"])
    kinds = ("通いの場（体操）", "食料品店")
    for kind in kinds:
        lacking = [int(row[f"{kind}が届きにくい"]) for row in rows]
        assert sum(lacking[:-1]) == pytest.approx(lacking[-1], abs=len(rows))
    assert "ひとつでもないものがある人" in rows[0]["問い"]
    answer = official.get(f"{PAIR}.geojson?age=0&level=elementary&each=1")
    document = json.loads(answer.get_data(as_text=True))
    layers = {one["properties"]["layer"] for one in document["features"]}
    assert {"area", "resource"} <= layers
    assert {
        one["properties"]["kind"]
        for one in document["features"]
        if one["properties"]["layer"] == "resource"
    } == {"exercise_group", "grocery"}


def test_an_element_stands_for_what_is_registered_of_it(official):
    page = official.get(f"/gaps/{TOWN}/prevention?age=0")
    assert page.status_code == 200
    assert "介護予防" in page.text
    assert "通いの場（体操）" in page.text
    assert (
        "老人クラブ"
        not in re.search(r'class="counts counts-tight gap-lacks">.*?</table>', page.text, re.S)[0]
    )


def test_a_kind_of_which_nothing_is_registered_is_named(official):
    words = said(official.get(f"/gaps/{TOWN}/exercise_group,hospital?each=1"))
    assert "病院は、ひとつも登録されていません（「ない」とはかぎりません）。" in words
    assert "「どれも全部」と問うと、届く人はいません。" in words


def test_unknown_codes_and_too_many_are_not_found(official):
    assert official.get(f"{PAIR},nothing").status_code == 404
    assert official.get(f"/gaps/{TOWN}/,").status_code == 404
    assert official.get(f"/gaps/{TOWN}/{','.join(f'k{n}' for n in range(50))}").status_code == 404


def test_a_group_has_its_week_and_the_way_to_it(official):
    assert f"{PAIR}/week" in unescape(official.get(PAIR).text).replace("%2C", ",")
    assert official.get(f"{PAIR}/week?each=1").status_code == 200
    assert f'href="{CHOOSE}"' in official.get(f"/gaps/{TOWN}").text
