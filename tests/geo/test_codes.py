"""確認の番号: Crockford's base 32 with his check, read as people type it."""

import pytest

from geo import codes

KEY = b"of this server"


@pytest.mark.parametrize(
    ("number", "written"),
    [  # Crockford's alphabet by hand: 32 = "10", 1234 = 1·1024 + 6·32 + 18 = "16J"
        (0, "00000000"),
        (31, "0000000Z"),
        (32, "00000010"),
        (1234, "0000016J"),
        (2**40 - 1, "ZZZZZZZZ"),
    ],
)
def test_a_number_is_written_in_crockfords_letters(number, written):
    assert codes.encode(number) == written


@pytest.mark.parametrize("number", [-1, 2**40])
def test_a_number_that_has_no_room_is_refused(number):
    with pytest.raises(OverflowError):
        codes.encode(number)


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("16J", "D"),  # 1234 = 33 · 37 + 13: the known vector "16JD"
        ("0", "0"),
        ("Z", "Z"),  # 31
        ("10", "*"),  # 32
        ("11", "~"),
        ("12", "$"),
        ("13", "="),
        ("14", "U"),  # 36
        ("15", "0"),  # 37
    ],
)
def test_the_check_is_the_number_modulo_37(body, check):
    assert codes.check_of(body) == check


def test_a_code_is_read_as_people_type_it():
    body = "10K3M9QX"
    code = body + codes.check_of(body)
    assert code[-1] in codes.ALPHABET
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for typed in (
        code,
        code.lower(),
        codes.grouped(code),
        f"  {code[:4]} {code[4:8]} {code[8]} ",
        code.replace("1", "I").replace("0", "O"),
        code.lower().replace("1", "l").replace("0", "o"),
        wide,
        "ー".join((code[:4], code[4:8], code[8])).replace("ー", "−"),
    ):
        assert codes.read(typed) == code, typed


@pytest.mark.parametrize(
    "typed", ["", "16JD", "UUUUUUUU0", "茶の間の会の番号です", "\x00", "9" * 10_000]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert codes.read(typed) is None


def test_every_wrong_character_and_every_swap_of_neighbours_is_noticed():
    for _ in range(40):
        code = codes.code_of(codes.new_seed(KEY), KEY)
        for at, letter in enumerate(code):
            for other in codes.ALPHABET:
                if other != letter:
                    assert codes.read(code[:at] + other + code[at + 1 :]) is None
            swapped = code[:at] + code[at + 1 : at + 2] + letter + code[at + 2 :]
            if swapped != code:
                assert codes.read(swapped) is None
        assert codes.read(code) == code


def test_codes_given_out_have_letters_and_digits_alone_and_come_again_from_their_seed():
    seeds = [codes.new_seed(KEY) for _ in range(500)]
    given = [codes.code_of(seed, KEY) for seed in seeds]
    assert all(letter in codes.ALPHABET for code in given for letter in code)
    assert len(set(given)) == 500
    assert [codes.code_of(seed, KEY) for seed in seeds] == given
    assert codes.code_of(seeds[0], b"of another server") != given[0]


def test_what_is_kept_of_a_code_does_not_tell_it():
    code = codes.code_of(codes.new_seed(KEY), KEY)
    assert code not in codes.hash_of(code, KEY)
    assert codes.hash_of(code, KEY) != codes.hash_of(code, b"another")


def test_a_code_is_printed_in_groups_of_four():
    assert codes.grouped("7K3M9QXAB") == "7K3M-9QXA-B"
