"""Where the links of an error summary lead: to something that one can fill in or press, and that says
what it is."""

from html.parser import HTMLParser

FILLED_IN = ("input", "select", "textarea", "button")


class _Page(HTMLParser):
    """links   ids to which the summary leads;  inputs   ids of what one fills in, as often as they stand
    there;  named   those with a label"""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.inputs: list[str] = []
        self.named: set[str] = set()
        self._open_divs = 0  # of the summary
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "div" and (self._open_divs or said.get("class") == "error-summary"):
            self._open_divs += 1
        if tag == "a" and self._open_divs and said["href"].startswith("#"):  # others leave the page
            self.links.append(said["href"].removeprefix("#"))
        if tag in FILLED_IN and said.get("type") != "hidden" and "id" in said:
            self.inputs.append(said["id"])
            if tag == "button" or "aria-label" in said:  # a button is named by its words
                self.named.add(said["id"])
        if tag == "label":
            self.named.add(said.get("for", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._open_divs:
            self._open_divs -= 1

    def inputs_to_reach(self) -> set[str]:
        """The ids to which a summary may lead: exactly one input, and a named one."""
        return {id_ for id_ in self.named if self.inputs.count(id_) == 1}


def inputs_of(html: str) -> set[str]:
    """The ids of a page to which a summary may lead."""
    return _Page(html).inputs_to_reach()


def links_of(html: str) -> list[str]:
    """The ids to which its error summary leads, in order."""
    return _Page(html).links


def leading_nowhere(html: str) -> list[str]:
    """Those that are not exactly one input that is named."""
    page = _Page(html)
    reached = page.inputs_to_reach()
    return [id_ for id_ in page.links if id_ not in reached]
