"""取り込み結果: a report that staff of the town can read, and nobody else."""

from sqlalchemy import text

from geo.scope import Role


def test_staff_see_each_run_and_its_report(sign_in_as, db):
    client = sign_in_as(Role.VIEWER)
    assert "99001_resources.csv" in client.get("/imports/").text
    run = db.scalar(text("select id from intake where dataset = 'resources'"))
    page = client.get(f"/imports/{run}").text
    assert "25行のうち" in page
    assert "cp932" in page


def test_every_report_of_the_town_can_be_opened(sign_in_as, db):
    client = sign_in_as(Role.OFFICIAL)
    runs = db.scalars(text("select id from intake where municipality = '99001'")).all()
    assert len(runs) == 6
    assert {client.get(f"/imports/{run}").status_code for run in runs} == {200}


def test_a_person_without_an_account_is_asked_to_sign_in(client):
    answer = client.get("/imports/")
    assert (answer.status_code, "/accounts/sign-in" in answer.location) == (302, True)
