"""届きにくさ is read by eyes that know fewer colours, and on grey paper: each step is darker than the one before."""

import re

import numpy as np
import pytest

from geo import sheet_map
from routes.gap_files import COLOURS
from tests.geo.test_kinds import EYES, LUMINANCE, lab, linear
from tests.house.source import HOUSE

SHEET = (HOUSE / "static/work.css").read_text(encoding="utf-8")
STEPS = [re.search(rf"--gap-{step}: (#[0-9a-f]{{6}});", SHEET)[1] for step in range(5)]
LINE = re.search(r"--gap-line: (#[0-9a-f]{6});", SHEET)[1]
INK, WITHIN, HATCH = "#2a211b", "#e3f1f2", ("#ffffff", "#6b6b6b")
APART = 11  # of lightness (CIE L*, 0 to 100): our choice; 2 is what eyes tell apart side by side


def lightness(colour, eye="all cones"):
    return lab(np.clip(EYES[eye] @ linear(colour), 0, 1))[0]


def contrast(one, other):
    light, dark = sorted((float(LUMINANCE @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("eye", EYES)
def test_each_step_is_darker_for_every_eye_and_in_grey(eye):
    found = [lightness(colour, eye) for colour in STEPS]
    assert min(np.array(found[:-1]) - np.array(found[1:])) >= APART


@pytest.mark.parametrize("eye", EYES)
def test_the_line_is_seen_on_what_it_bounds_and_the_hatch_in_itself(eye):
    assert abs(lightness(LINE, eye) - lightness(WITHIN, eye)) >= 40
    assert abs(lightness(HATCH[0], eye) - lightness(HATCH[1], eye)) >= 40


def test_letters_are_read_on_every_step():
    assert [max(contrast(step, INK), contrast(step, "#ffffff")) >= 4.5 for step in STEPS] == [
        True
    ] * 5
    white = re.search(r":is\(([^)]*)\)\.gap-cell a \{ color: #fff; \}", SHEET)[1]
    for step, colour in enumerate(STEPS):
        is_white = f".gap-step-{step}" in white
        assert is_white == (contrast(colour, "#ffffff") > contrast(colour, INK))


def test_the_file_and_the_paper_draw_with_the_same_colours():
    assert list(COLOURS) == STEPS
    drawn = sheet_map.key("20") + sheet_map.key("leading")
    assert STEPS[4] in drawn
    assert LINE in drawn


def test_unknown_is_hatched_and_said_in_words():
    keys = (HOUSE / "templates/gaps/_keys.html").read_text(encoding="utf-8")
    assert "10人以上がわからない" in keys
    assert "url(#gap-hatch)" in SHEET
    assert "<path" in sheet_map.key("unknown")
