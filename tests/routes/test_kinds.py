"""資源の種別: a municipality's own say, and its own kinds."""

import pytest
from sqlalchemy import text

from geo import intake
from geo.kinds import defaults
from geo.records import audit, kinds, versions
from geo.scope import Role, house
from tests.conftest import TOWN
from tests.living import fields_of
from tests.routes.making import make

ADDRESS = f"/kinds/{TOWN}"
OWN = {
    "name": "地域の茶の間", "icon": "縁", "element": "living_support", "reach": "go", "viewpoints": ["activity", "place"],
    "fields": ["gathering_place"], "synonyms": "茶の間\nうちの実家", "limit_min": "15", "profile": "on_foot_slow",
    "source": "町の調査（令和8年）",
}  # fmt: skip


def form_of(client, kind="salon"):
    return fields_of(client.get(f"{ADDRESS}/{kind}").text)


def kind(db, code):
    return kinds.get(db, house(TOWN), code)


def test_everybody_of_the_staff_reads_the_limits_and_where_they_are_from(sign_in_as):
    page = sign_in_as(Role.COORDINATOR_2).get(ADDRESS).text
    for words in ("サロン・茶話会", "15分", "実施状況調査", "行く"):
        assert words in page
    assert f"{ADDRESS}/salon" not in page


def test_an_official_changes_a_limit_and_it_keeps_its_source(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    form = form_of(client)
    db.commit()  # a refused request undoes only itself
    before = versions.list_values(db, house(TOWN)).get("resources", 0)
    refused = client.post(f"{ADDRESS}/salon", data=form | {"limit_min": "20"})
    assert refused.status_code == 422
    assert "もとにしたものを書いて" in refused.text
    answer = client.post(
        f"{ADDRESS}/salon", data=form | {"limit_min": "２０", "source": "町の調査"}
    )
    assert answer.status_code == 303
    row = kind(db, "salon")
    assert (row.limit_min, row.source, row.edited) == (20, "町の調査", True)
    line = audit.list_of(db, house(TOWN), "kind", "salon")[0]
    assert (line.before["limit_min"], line.after["limit_min"]) == (15, 20)
    assert versions.list_values(db, house(TOWN))["resources"] > before
    assert "直した" in client.get(ADDRESS).text


def test_a_form_sent_untouched_changes_nothing(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    for row in kinds.list_all(db, house(TOWN))[:20]:
        answer = client.post(f"{ADDRESS}/{row.code}", data=form_of(client, row.code))
        assert answer.status_code == 303, row.code
        lines = audit.list_of(db, house(TOWN), "kind", row.code)
        assert [(line.before, line.after) for line in lines] == []


def test_a_newer_delivery_leaves_what_was_changed_and_restoring_takes_it_back(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    client.post(f"{ADDRESS}/salon", data=form_of(client) | {"name": "よりあい"})
    kinds.save_defaults(db, house(TOWN), defaults())
    db.expire_all()
    assert kind(db, "salon").name == "よりあい"
    salon = make(db, name="新しい会")
    assert "よりあい" in client.get(f"/resources/{salon}").text
    assert client.post(f"{ADDRESS}/salon/restore").status_code == 303
    row = kind(db, "salon")
    assert (row.name, row.edited) == ("サロン・茶話会", False)


def test_a_kind_of_ones_own_is_added_found_by_its_words_and_used(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    assert client.post(f"{ADDRESS}/add", data=OWN).status_code == 303
    row = next(row for row in kinds.list_all(db, house(TOWN)) if row.own)
    assert row.code.startswith("own_")
    resource = make(db, kind=row.code, name="松葉の家")
    page = client.get(f"/resources/{resource}").text
    assert "地域の茶の間" in page
    assert row.code not in page[page.index('class="revisions"') :]
    assert "松葉の家" in client.get(f"/map/{TOWN}?words=うちの実家").text
    refused = client.post(f"{ADDRESS}/{row.code}/restore")
    assert refused.status_code == 422
    assert "登録された資源がある" in refused.text


def test_a_list_that_names_an_own_kind_or_its_synonym_is_read(sign_in_as, db, tmp_path):
    client = sign_in_as(Role.OFFICIAL)
    client.post(f"{ADDRESS}/add", data=OWN)
    code = next(row.code for row in kinds.list_all(db, house(TOWN)) if row.own)
    path = tmp_path / "list.csv"

    def bring(*rows, kind=None):
        path.write_text("名称,種別\n" + "\n".join(rows), encoding="utf-8")
        delivery = intake.Delivery(path, tmp_path / "originals")
        return intake.run_resources(db, house(TOWN), delivery, kind=kind, follows="new")

    run = bring(
        "松葉の家,地域の茶の間", "汐見の家,うちの実家", "緑丘の会,サロン", "だれかの会,知らない種別"
    )
    assert (run.added, run.refused) == (3, 1)
    asked = text("select name, kind from resource where name = any(:names)")
    names = ["松葉の家", "汐見の家", "緑丘の会"]
    assert dict(db.execute(asked, {"names": names}).all()) == dict.fromkeys(names[:2], code) | {
        "緑丘の会": "salon"
    }
    assert bring("浜の家,知らない種別", kind=code).added == 1


def test_an_own_kind_that_nothing_uses_goes(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    client.post(f"{ADDRESS}/add", data=OWN)
    code = next(row.code for row in kinds.list_all(db, house(TOWN)) if row.own)
    assert client.post(f"{ADDRESS}/{code}/restore").status_code == 303
    assert kinds.find(db, house(TOWN), code) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "入力してください"),
        ({"name": "サロン・茶話会"}, "同じ名前の種別"),
        ({"icon": "サロ"}, "1文字"),
        ({"icon": "茶"}, "ほかの種別の印"),
        ({"limit_min": "0"}, "範囲の外"),
        ({"limit_min": "十五"}, "数字で"),
        ({"source": ""}, "入力してください"),
        ({"viewpoints": []}, "ひとつ以上"),
        ({"viewpoints": ["nowhere"]}, "一覧の中から"),
        ({"reach": "fly"}, "一覧の中から"),
        ({"profile": "rocket"}, "一覧の中から"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(sign_in_as, db, typed, words):
    icons = {row.icon for row in kinds.list_all(db, house(TOWN))}
    if typed.get("icon") == "茶" and "茶" not in icons:
        typed = {"icon": next(iter(sorted(icons)))}
    answer = sign_in_as(Role.OFFICIAL).post(f"{ADDRESS}/add", data=OWN | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert not [row for row in kinds.list_all(db, house(TOWN)) if row.own]


def test_a_hidden_kind_is_no_longer_offered_and_what_is_registered_stays(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    salon = make(db, name="残る会")
    client.post(f"{ADDRESS}/salon", data=form_of(client) | {"hidden": "1"})
    assert 'value="salon"' not in client.get(f"/resources/add/{TOWN}").text
    assert 'value="salon" selected' in client.get(f"/resources/{salon}/edit").text
    assert "残る会" in client.get(f"/map/{TOWN}?words=残る会").text


def test_a_kind_for_staff_only_takes_its_resources_off_everybodys_pages(sign_in_as, db, app):
    salon = make(db, name="見えなくなる会")
    assert app.test_client().get(f"/resources/{salon}").status_code == 200
    client = sign_in_as(Role.OFFICIAL)
    client.post(f"{ADDRESS}/salon", data=form_of(client) | {"staff_only": "1"})
    assert app.test_client().get(f"/resources/{salon}").status_code == 404
    assert client.get(f"/resources/{salon}").status_code == 200
