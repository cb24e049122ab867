"""なくなったら: the page, its file and the page of the kind say the same; a line leads to a plan."""

import csv
import io
import re
from html import unescape

import pytest

from geo.records import scenarios
from geo.scope import Role, house
from geo.sources.model_town import corner_lonlat
from routes._if_closed import TABLES
from tests.conftest import TOWN
from tests.geo.planning import close_all
from tests.routes.making import make

SALON = f"/gaps/{TOWN}/salon"
ASKED = "age=0&minutes=13&profile=on_foot"


@pytest.fixture
def official(sign_in_as):
    TABLES._kept.clear()  # what another test has rolled back bore the same versions
    return sign_in_as(Role.OFFICIAL)


@pytest.fixture
def salons(db):
    """The last salon of the forty, unconfirmed and 不定期; and one of whom nobody needs it."""
    close_all(db)
    usual = {"eligibility": "anyone", "place_level": "building"}
    irregular = [{"irregular": True, "note": "不定期"}]
    make(db, name="浜の茶の間", place=list(corner_lonlat(0, 3)), openings=irregular, **usual)
    for name in ("丘の茶の間", "丘の縁側"):
        make(db, name=name, place=list(corner_lonlat(30, 30)), **usual)


def lines(page):
    table = re.search(r'<table class="[^"]*scenario-last.*?</table>', page.text, re.S)[0]
    found = re.findall(r'<th scope="row"><a [^>]*>(.*?)</a>.*?</th>\s*<td>([\d,]+)', table, re.S)
    return [(unescape(name), int(lost.replace(",", ""))) for name, lost in found]


@pytest.mark.usefixtures("salons")
def test_the_last_one_of_the_forty_stands_first_and_is_marked(official):
    page = official.get(f"{SALON}/if-closed?{ASKED}")
    assert page.status_code == 200
    assert lines(page)[0] == ("浜の茶の間", 40)
    assert {lost for _, lost in lines(page)[1:]} == {0}
    first = re.search(r"浜の茶の間.*?</tr>", page.text, re.S)[0]
    assert "今年度は未確認" in first
    assert "不定期" in first
    assert "全部の年齢1,002人のうち、推計" in unescape(page.text)
    assert "足りないかどうかは、この地区の話し合いで決めます。" in page.text


@pytest.mark.usefixtures("salons")
def test_the_file_and_the_page_of_the_kind_say_the_same(official):
    page = official.get(f"{SALON}/if-closed?{ASKED}")
    answer = official.get(f"{SALON}/if-closed.csv?{ASKED}")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert [(row["地域資源"], int(row["なくなると届かなくなる"])) for row in rows] == lines(page)
    assert (rows[0]["今年度の確認"], rows[0]["開く日"]) == ("未確認", "不定期")
    assert lines(official.get(f"{SALON}?{ASKED}")) == lines(page)


@pytest.mark.usefixtures("salons")
def test_a_line_leads_to_a_plan_that_closes_it(official, db):
    page = official.get(f"{SALON}/if-closed?{ASKED}")
    link = re.search(r'href="(/scenarios/\d+/new\?[^"]*)">案にする', page.text)
    form = official.get(unescape(link[1]))
    assert 'value="浜の茶の間がなくなったら"' in form.text
    sent = dict(re.findall(r'<input type="hidden" name="(id|close)" value="(.*?)"', form.text))
    sent |= {"name": "浜", "kind": "salon", "level": "municipality", "age": "0", "minutes": "13"}
    answer = official.post(f"/scenarios/{TOWN}/new", data=sent | {"profile": "on_foot"})
    (row,) = scenarios.list_all(db, house(TOWN), limit=9)
    assert [one["do"] for one in row.steps] == ["close"]
    assert "およそ<strong>40人</strong>" in official.get(answer.location).text


def test_a_kind_of_which_nothing_is_registered_says_so(official):
    page = official.get(f"/gaps/{TOWN}/hospital/if-closed")
    assert "見つかりません。「ない」とはかぎりません。" in page.text
    assert official.get(f"/gaps/{TOWN}/hospital/if-closed.csv").status_code == 200


def test_what_makes_no_sense_is_refused_in_words(official):
    for address in (f"{SALON}/if-closed", f"{SALON}/if-closed.csv"):
        assert official.get(f"{address}?minutes=x").status_code == 422
        assert official.get(f"{address}?level=nonsense").status_code == 404
    assert official.get(f"/gaps/{TOWN}/nonsense/if-closed").status_code == 404
    assert official.get("/gaps/99002/salon/if-closed").status_code == 404


def test_a_resident_is_asked_to_sign_in(client):
    assert client.get(f"{SALON}/if-closed").status_code == 302
