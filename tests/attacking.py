"""Somebody who wants the numbers that are not public: reads whatever a reader may open, and reckons.

The house is asked twice, with other secrets that agree in everything published: an answer that differs tells
something of them. What is published is then put into linear programmes, which know of every bound that it sets.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import numpy as np
from scipy.optimize import linprog

from routes._guard import limiter

BANDS = (0, 65, 75, 85)
NEVER = timedelta.max
ALWAYS_NEW = re.compile(
    rb'nonce="[^"]*"|name="(csrf_token|id|stamp)" value="[^"]*"|"csrf"[^,}]*|[?&;]v=[\w-]+|DTSTAMP:\S+'
    rb"|(?<![0-9a-f])([0-9a-f]{16}|[0-9a-f]{32})(?![0-9a-f])"  # what was drawn by lot: receipts, names in a file
)
Opener = Callable[[str], tuple[int, str, bytes]]


@dataclass(frozen=True)
class Secret:
    """A register of residents that is not public: people of each area from each of BANDS on.

    within  area → the wider one whose sums are published
    """

    people: Mapping[str, tuple[int, ...]]
    within: Mapping[str, str]

    @property
    def sums(self) -> dict[str, tuple[int, ...]]:
        """What is published."""
        wide = dict.fromkeys(self.within.values())
        return {
            name: tuple(
                int(sum(self.people[a][b] for a in self.people if self.within[a] == name))
                for b in range(len(BANDS))
            )
            for name in wide
        }

    def other(self) -> "Secret":
        """Another with the same sums: each area has what its neighbour of the same wider one had."""
        moved = {}
        for wide in dict.fromkeys(self.within.values()):
            own = [area for area in self.people if self.within[area] == wide]
            moved |= {a: self.people[b] for a, b in zip(own, [*own[1:], own[0]], strict=True)}
        return Secret({area: moved[area] for area in self.people}, self.within)


def table(heading: str, people: Mapping[str, Sequence[int]]) -> str:
    """A table as offices send it: classes of age, one column each."""
    classes = ("0-64歳", "65-74歳", "75-84歳", "85歳以上")
    lines = [f"{heading},{','.join(classes)}"]
    for area, (everybody, over_65, over_75, over_85) in people.items():
        parts = (everybody - over_65, over_65 - over_75, over_75 - over_85, over_85)
        lines.append(f"{area},{','.join(map(str, parts))}")
    return "\n".join(lines) + "\n"


def opener(client) -> Opener:
    """Opens an address of a test's client as somebody who is not stopped for asking often."""

    def open_it(address: str) -> tuple[int, str, bytes]:
        limiter.reset()
        answer = client.get(address)
        return answer.status_code, answer.mimetype, answer.get_data()

    return open_it


def crawled(open_it: Opener, starts: Iterable[str], most: int) -> dict[str, bytes]:
    """Address → what it answers, from some on and by every link to the house, ``most`` at most; without what is new
    each time."""
    waiting, found = list(dict.fromkeys(starts)), {}
    seen = set(waiting)
    while waiting and len(found) < most:
        address = waiting.pop(0)
        status, kind, body = open_it(address)
        found[address] = b"%d " % status + ALWAYS_NEW.sub(b"", body)
        if kind == "text/html" and status == 200:
            fresh = [one for one in _links(address, body.decode()) if one not in seen]
            seen |= set(fresh)
            waiting += fresh
    return found


def _links(page: str, text: str) -> list[str]:
    found = []
    for link in re.findall(r'(?:href|src|data-url)="([^"]+)"', text):
        parts = urlsplit(urljoin(page, unescape(link)))
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc or "lang=" in parts.query:  # another language has the same numbers
            continue
        if not address.startswith(("/static", "/accounts")):
            found.append(address)
    return list(dict.fromkeys(found))


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Addresses that answer otherwise in another house: each of them tells something."""
    return sorted(
        address for address in one.keys() | other.keys() if one.get(address) != other.get(address)
    )


def recovered(secret: Secret, published: Mapping[str, Sequence[int]]) -> list[tuple[str, int]]:
    """(area, band) whose number follows from what is published: there is but one that fits.

    Bands hold one another, nobody lives a negative number of times, and areas add up to the published sums.
    """
    areas, bands = list(secret.people), len(BANDS)
    at = {(area, band): i * bands + band for i, area in enumerate(areas) for band in range(bands)}
    equal, totals = [], []
    for wide, sums in published.items():
        for band in range(bands):
            row = np.zeros(len(at))
            row[[at[a, band] for a in areas if secret.within[a] == wide]] = 1
            equal.append(row)
            totals.append(sums[band])
    less = []
    for area in areas:
        for band in range(1, bands):
            row = np.zeros(len(at))
            row[at[area, band]], row[at[area, band - 1]] = 1, -1
            less.append(row)
    facts = {"A_ub": np.array(less), "b_ub": np.zeros(len(less)), "bounds": (0, None)}
    facts |= {"A_eq": np.array(equal), "b_eq": np.array(totals)} if equal else {}
    found = []
    for who, column in at.items():
        aim = np.zeros(len(at))
        aim[column] = 1
        low = linprog(aim, method="highs", **facts)
        high = linprog(-aim, method="highs", **facts)
        if high.status == 0 and -high.fun - low.fun < 1:
            found.append(who)
    return found


def told_of(pages: Mapping[str, bytes], title: str) -> dict[str, list[int]]:
    """Area → its numbers of BANDS as its page says by a source of this title, where it says them exactly."""
    found = {}
    for address, body in pages.items():
        text = body.decode(errors="replace")
        part = re.search(r'<section class="residents".*?</section>', text, re.S)
        if not re.fullmatch(r"/districts/[\w-]+", address) or not part or title not in part[0]:
            continue
        name = re.search(r"<h1>.*</span>(.*?)</h1>", text)
        cells = re.findall(r"<tr><th[^>]*>[^<]*</th><td>\s*([\d,]+)人", part[0])
        if name and len(cells) == len(BANDS) + 1:  # everybody, the younger, then from an age on
            numbers = [int(cell.replace(",", "")) for cell in cells]
            found[unescape(name[1])] = [numbers[0], *numbers[2:]]
    return found


def write(folder: Path, name: str, text: str) -> Path:
    """A file to import."""
    path = folder / name
    path.write_text(text)
    return path
