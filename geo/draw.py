"""印刷・配布: maps as documents to hand out. The only user of folium.

A document is one file: Leaflet, its sheet and the data are written into it, so that it opens from
a disk or an e-mail without asking anybody for anything.
"""

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import folium
from branca.element import Element, MacroElement
from folium.template import Template

from geo.records.districts import DistrictShape

# folium names a CDN for each script it knows of: none of them may stay (tests/geo/test_draw.py).
folium.Map.default_js = []
folium.Map.default_css = []


LEAFLET = Path(__file__).parents[1] / "node_modules" / "leaflet" / "dist"
PLACE = "<!-- map -->"  # where in the words the map stands
BOX = re.compile(r'<div class="folium-map"[^>]*>\s*</div>')  # the map as folium writes it


class _Words(MacroElement):
    """A popup of text nodes: nothing that a register says is ever read as HTML."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent.get_name() }}.bindPopup(function () {"
        " var box = document.createElement('div');"
        " {{ this.lines | tojson }}.forEach(function (line) {"
        "  var p = document.createElement('p'); p.textContent = line; box.appendChild(p); });"
        " return box; });"
        "{% endmacro %}"
    )

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self.lines = list(lines)


class _Controls(MacroElement):
    """Leaflet's own English words replaced by those of the words around it, and metres only.

    A marker of folium wears Leaflet's own icon, two pictures beside the file, until it gets ours.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "(function (map, told) {"
        " L.Marker.prototype.options.icon = L.divIcon();"
        " L.control.zoom({ zoomInTitle: told.larger, zoomOutTitle: told.smaller }).addTo(map);"
        " L.control.scale({ imperial: false }).addTo(map);"
        " map.on('popupopen', function (opened) {"
        "  var close = opened.popup.getElement().querySelector('.leaflet-popup-close-button');"
        "  close.setAttribute('aria-label', told.close); });"
        "})({{ this._parent.get_name() }}, document.querySelector('[data-larger]').dataset);"
        "{% endmacro %}"
    )


def district_map(
    title: str,
    outline: DistrictShape,
    resources: Sequence[Mapping[str, Any]],
    words: str,
    leaflet: Path = LEAFLET,
) -> str:
    """A district's map and list as one HTML file.

    resources  {number, name, kind {name, icon, element}, openings, lon, lat}; lon None: list only
    words      the list and all text around the map, as HTML that a template has escaped; the map
               takes the place of ``PLACE``, inside an element with data-larger, -smaller, -close
    leaflet    the folder with leaflet.js and leaflet.css
    """
    drawn = folium.Map(
        tiles=None, zoom_control=False, control_scale=False, attributionControl=False, maxZoom=18
    )
    _Controls().add_to(drawn)
    if outline.geojson:
        area = folium.GeoJson(
            {"type": "Feature", "geometry": outline.geojson, "properties": {}},
            style_function=lambda _: {
                "color": "#33415c",
                "weight": 3,
                "fillColor": "#fdf9f1",
                "fillOpacity": 1,
            },
        )
        area.add_to(drawn)
        drawn.fit_bounds(area.get_bounds())  # type: ignore[arg-type]
    for resource in resources:
        if resource["lon"] is not None:
            _mark(resource).add_to(drawn)
    return _written(drawn, title, words, leaflet)


def gap_map(
    title: str,
    areas: Sequence[Mapping[str, Any]],
    lines: Sequence[tuple[Any, str]],
    resources: Sequence[Mapping[str, Any]],
    words: str,
    leaflet: Path = LEAFLET,
) -> str:
    """Who is hard to reach, area by area, as one HTML file.

    areas      {geojson, fill, lines}: fill a colour, or url(#…) of a pattern that ``words`` brings; lines of the popup
    lines      (GeoJSON, dash): what is within reach, drawn over the areas; dash "" for a whole line
    resources, words, leaflet   as ``district_map``
    """
    drawn = folium.Map(
        tiles=None, zoom_control=False, control_scale=False, attributionControl=False, maxZoom=18
    )
    _Controls().add_to(drawn)
    for one in areas:
        look = {"color": "#33415c", "weight": 2, "fillColor": one["fill"], "fillOpacity": 0.9}
        shape = {"type": "Feature", "geometry": one["geojson"], "properties": {}}
        area = folium.GeoJson(shape, style_function=lambda _, look=look: look)  # type: ignore[misc]
        area.add_child(_Words(one["lines"]))
        area.add_to(drawn)
    for shape, dash in lines:
        line = {"color": "#0d5566", "weight": 3, "fill": False, "dashArray": dash}
        within = folium.GeoJson(shape, style_function=lambda _, line=line: line, interactive=False)  # type: ignore[misc]
        within.add_to(drawn)
    for resource in resources:
        if resource["lon"] is not None:
            _mark(resource).add_to(drawn)
    drawn.fit_bounds(drawn.get_bounds())  # type: ignore[arg-type]
    return _written(drawn, title, words, leaflet)


def file_name(title: str) -> str:
    """A file name as a header may carry it."""
    return quote(re.sub(r'[\\/:*?"<>|\s]+', "_", title) + ".html")


def _written(drawn: folium.Map, title: str, words: str, leaflet: Path) -> str:
    """The document of a map: its name, Leaflet, the words around it."""
    figure: Any = drawn.get_root()
    figure.header.add_child(Element(f"<title>{html.escape(title)}</title>"))
    figure.header.add_child(Element(_inlined(leaflet)))
    figure.html.add_child(Element(words))
    return _mended(figure.render())


def _mark(resource: Mapping[str, Any]) -> folium.Marker:
    number, kind = resource["number"], resource["kind"]
    icon = folium.DivIcon(
        html=f'<span class="mark element-{kind["element"]}">{int(number)}</span>',
        icon_size=(30, 30),
        icon_anchor=(15, 15),
        class_name="mark-box",
    )
    mark = folium.Marker(
        [resource["lat"], resource["lon"]],
        icon=icon,
        alt=f"{number} {resource['name']}",
        title=f"{number} {resource['name']}",
    )
    lines = [f"{number} {resource['name']}", kind["name"], *resource["openings"]]
    if resource["phone"]:
        lines.append(resource["phone"])
    mark.add_child(_Words(lines))
    return mark


def _inlined(leaflet: Path) -> str:
    """Leaflet's script and sheet, written out."""
    script = (leaflet / "leaflet.js").read_text(encoding="utf-8").replace("</script", "<\\/script")
    script = script.partition("//# sourceMappingURL")[0]
    sheet = (leaflet / "leaflet.css").read_text(encoding="utf-8")
    sheet = re.sub(r"url\([^)]*\)", "none", sheet)  # its pictures are not used here
    return f"<style>{sheet}</style><script>{script}</script>"


def _mended(document: str) -> str:
    """folium forbids zooming, names no language and puts the map last: put that right."""
    document = re.sub(
        r'<meta name="viewport"[^>]*>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        document,
    ).replace("<html>", '<html lang="ja">', 1)
    boxes = re.findall(BOX, document)
    return re.sub(BOX, "", document).replace(PLACE, "".join(boxes), 1)
