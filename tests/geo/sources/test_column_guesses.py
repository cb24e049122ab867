"""列の見当: what is preselected for a person who says what the columns of a list mean."""

from geo.sources.column_guesses import guess


def test_a_word_inside_a_longer_name_is_enough_to_guess():
    headers = ("集まりの名前", "開催場所", "申込先電話", "曜日と時間", "対象となる方")
    assert guess(headers, []) == {
        "name": "集まりの名前",
        "address": "開催場所",
        "phone": "申込先電話",
        "days": "曜日と時間",
        "eligibility": "対象となる方",
    }


def test_a_name_of_our_dictionary_goes_before_a_guess():
    assert guess(("会の名前", "名称"), [])["name"] == "名称"


def test_numbers_that_lie_in_japan_are_coordinates_and_telephones_are_known_by_their_form():
    rows = [("茶の間", "0778-51-0001", "35.9434", "136.1842")] * 3 + [("花", "なし", "", "")]
    headers = ("A", "B", "C", "D")
    assert guess(headers, rows) == {"phone": "B", "lat": "C", "lon": "D"}


def test_days_and_kinds_are_known_by_what_the_cells_say():
    rows = [
        ("花の会", "毎週火曜", "サロン"),
        ("石段会", "第2・第4木曜", "体操"),
        ("碁", "不定期", "囲碁"),
    ]
    assert guess(("A", "B", "C"), rows) == {"days": "B", "category": "C"}


def test_a_column_means_one_thing():
    assert guess(("対象者の名前",), []) == {"eligibility": "対象者の名前"}


def test_a_table_without_anything_known_has_no_guess():
    assert guess(("あ", "い"), [("1", "2")]) == {}
