"""紙: a page as a PDF. The only user of WeasyPrint.

Nothing is fetched while a page is set: no address of the network and no file of this machine. What a page shows, it
brings along (drawings stand in it as SVG).
"""

from typing import Any


class NothingFetched(ValueError):
    """A page for paper asked for something outside itself: a mistake of ours, so nothing is drawn."""


def pdf(page: str) -> bytes:
    """The PDF of an HTML page that is whole in itself. Raises NothingFetched."""
    from weasyprint import HTML  # takes a second to load: only who prints waits for it
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Nobody(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise FatalURLFetchingError(url)

    try:
        document: bytes = HTML(string=page, url_fetcher=Nobody()).write_pdf()
    except FatalURLFetchingError as error:
        raise NothingFetched(str(error)) from error
    return document
