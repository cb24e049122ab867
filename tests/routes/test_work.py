"""しごと: each role sees what it may do, and nothing else."""

import pytest

from geo.scope import Role


@pytest.mark.parametrize(
    ("role", "seen", "hidden"),
    [
        (Role.VIEWER, ["取り込み結果"], ["Excelで直す", "アカウント管理", "ファイルを取り込む"]),
        (Role.COORDINATOR_2, ["Excelで直す", "地域資源を加える"], ["ファイルを取り込む"]),
        (Role.OFFICIAL, ["ファイルを取り込む", "列の対応"], ["アカウント管理"]),
        (Role.ADMINISTRATOR, ["アカウント管理"], []),
    ],
)
def test_a_role_begins_with_what_it_may_do(sign_in_as, role, seen, hidden):
    page = sign_in_as(role).get("/work/").text
    assert [words for words in seen if words not in page] == []
    assert [words for words in hidden if words in page] == []


def test_residents_have_no_work_here(client):
    assert client.get("/work/").status_code == 302
