"""開催日時: when a place is open, as a rule that repeats.

weekly.py    on which weekdays something is open each week
opening.py   the rule, the days that follow from it, whether a moment is inside
wording.py   an opening as people say it; lines.py: several, with their hosts' words; spoken.py: aloud
facets.py    the same in parts, for other languages
moving.py    a weekly closing that a public holiday moves; pauses.py: 年末年始, お盆, 「1月1日は休み」
pausing.py   休止: since when a place rests, and until when
parts.py     other hours on some of the days (「土曜は正午まで」)
reading.py   the cells of a row as municipalities fill them, read into openings;
             pieces.py, weekdays.py, clock.py and said.py are the pieces of such a text
"""

from geo.openings.facets import Facets, facets
from geo.openings.lines import lines_all, words_all
from geo.openings.opening import Opening, covers, next_dates, opening_dates
from geo.openings.pausing import Pause, is_paused, pause_between, pause_of
from geo.openings.reading import parse_openings
from geo.openings.weekly import weekly_days
from geo.openings.wording import words

__all__ = [
    "Facets",
    "Opening",
    "Pause",
    "covers",
    "facets",
    "is_paused",
    "lines_all",
    "next_dates",
    "opening_dates",
    "parse_openings",
    "pause_between",
    "pause_of",
    "weekly_days",
    "words",
    "words_all",
]
