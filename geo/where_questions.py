"""どこに開くかの問い: how many places among which, and what else is wished, read from words as people type them."""

from collections.abc import Mapping
from dataclasses import dataclass

from geo.errors import Invalid
from geo.possible_homes import BANDS

MOST = 30  # our choice: nobody plans for more at once, and a list of more is no plan
CANDIDATES = 2_000  # for so many the best choice is proven (issue of this page); more are refused
LEAST_PLACES = 5  # our choice
WEIGHTS = (1, 2, 3)  # our choice: heavier would be another question (ask for that age alone)
WEIGHED = tuple(band for band in BANDS if band)  # ages that can weigh more
LONGEST_LIST = 4_000  # signs of a list of names
# Where something may be opened (data/kinds.csv): what the form offers first, and of it what is ticked at first
USUAL_VENUES = ("hall", "vacant_house", "ibasho", "community_cafe")
VENUES = (
    *("hall", "vacant_house", "ibasho", "open_house", "community_cafe", "bench", "care_hub"),
    *("library", "school", "childrens_centre"),
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wished beside the question of the gap map.

    most          how many places at most
    least_places  at least so many of them in each area; 0: no such wish
    least_share   at least so many percent of each area's people within reach, today's counted; 0: no such wish
    weights       age → how many people one of that age and older counts as; ages that are left out count 1
    must, never   names of candidates that are to be chosen whatever happens, or not at all
    """

    most: int
    least_places: int
    least_share: int
    weights: Mapping[int, int]
    must: tuple[str, ...]
    never: tuple[str, ...]

    @classmethod
    def parse(cls, words: Mapping[str, str]) -> "Wishes":
        """Read most, least_places, least_share, weight_65 …, must and never (a name a line). Raises Invalid naming
        every field that cannot be read."""
        problems: dict[str, str] = {}
        most = _number(words, "most", 1, MOST, problems, "not_1_to_30_places")
        places = _number(words, "least_places", 0, LEAST_PLACES, problems, "not_0_to_5", usual=0)
        share = _number(words, "least_share", 0, 100, problems, "not_0_to_100", usual=0)
        weights = {}
        for age in WEIGHED:
            field = f"weight_{age}"
            weight = _number(words, field, 1, WEIGHTS[-1], problems, "unknown_choice", usual=1)
            if weight != 1:
                weights[age] = weight
        if problems:
            raise Invalid(fields=problems)
        return cls(most, places, share, weights, _names(words, "must"), _names(words, "never"))


def _number(
    words: Mapping[str, str],
    field: str,
    least: int,
    most: int,
    problems: dict[str, str],
    problem: str,
    usual: int | None = None,
) -> int:
    text = words.get(field, "").strip()
    if not text and usual is not None:
        return usual
    if text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most:
        return int(text)
    problems[field] = problem if text else "required"
    return least


def _names(words: Mapping[str, str], field: str) -> tuple[str, ...]:
    lines = words.get(field, "")[:LONGEST_LIST].splitlines()
    return tuple(dict.fromkeys(name for line in lines if (name := line.strip())))
