// The base map of a map: streets, water, green and names from our own tiles, drawn quietly on canvas by
// protomaps-leaflet under areas and marks. Colours are in map.css (--map-…), words in the tiles.
import * as L from '../../vendor/leaflet/leaflet-src.esm.js'

/** What each class is drawn with: colour, dash, and pixels of width by zoom on the screen, the widest last. */
export const ROADS = [
  { drawn: ['track'], colour: 'path', dash: [5, 3], stops: [[14, 1], [18, 2]] },
  { drawn: ['path', 'footway', 'cycleway'], colour: 'path', dash: [2, 2], stops: [[14, 1], [18, 2.4]] },
  { drawn: ['service'], colour: 'road', stops: [[13, 0.6], [15, 1.8], [18, 7]] },
  { drawn: ['residential', 'pedestrian'], colour: 'road', stops: [[12, 0.6], [14, 2], [16, 5], [18, 12]] },
  { drawn: ['tertiary'], colour: 'road', stops: [[10, 0.8], [14, 3.4], [16, 7], [18, 15]] },
  { drawn: ['secondary'], colour: 'main', stops: [[9, 0.8], [14, 4], [16, 8], [18, 17]] },
  { drawn: ['primary', 'trunk'], colour: 'main', stops: [[7, 0.8], [14, 4.6], [16, 9], [18, 19]] },
  { drawn: ['motorway'], colour: 'motorway', stops: [[6, 0.8], [14, 3], [16, 6], [18, 12]] },
]
export const AREAS = [
  { drawn: ['residential'], colour: 'built' },
  { drawn: ['farmland'], colour: 'farmland' },
  { drawn: ['forest'], colour: 'forest' },
  { drawn: ['park'], colour: 'park' },
  { drawn: ['pedestrian'], colour: 'road' },
]
/** Names beside points, the most important first: what comes first has the room. */
export const NAMES = [
  { drawn: ['city', 'town', 'village'], from: 0, to: 15, size: 16, colour: 'name', weight: 700 },
  { drawn: ['station'], from: 12, to: 30, size: 14, colour: 'station', weight: 700 },
  { drawn: ['townhall', 'hospital', 'school'], from: 15, to: 30, size: 13, colour: 'name', weight: 400 },
  { drawn: ['suburb', 'quarter', 'hamlet', 'neighbourhood'], from: 12, to: 17, size: 14, colour: 'name', weight: 400 },
  { drawn: ['park', 'forest'], from: 14, to: 30, size: 13, colour: 'green-name', weight: 400 },
  { drawn: ['water'], from: 14, to: 30, size: 13, colour: 'water-name', weight: 400 },
]
/** Names along streets: from which zoom, for streets whose first tile is no later than `rank`. */
export const STREET_NAMES = [
  { from: 13, rank: 10, size: 13 },
  { from: 15, rank: 16, size: 13 },
]
const CASED_FROM = 14 // zoom from which a road is light with an edge of its own; before, a line on the paper
const STEPS = [[14, 2.5], [16, 5], [18, 9]]
const COLOURS = [
  'covered', 'built', 'farmland', 'forest', 'park', 'water', 'building', 'road', 'main', 'motorway',
  'casing', 'path', 'steps', 'rail', 'coast', 'name', 'street-name', 'water-name', 'green-name', 'station', 'halo',
]

/** The value between stops of [zoom, value]; flat before the first and after the last. */
export function between(stops, zoom) {
  const after = stops.findIndex(([at]) => zoom < at)
  if (after === 0) return stops[0][1]
  if (after < 0) return stops.at(-1)[1]
  const [[from, low], [to, high]] = [stops[after - 1], stops[after]]
  return low + ((high - low) * (zoom - from)) / (to - from)
}

/** How much a browser enlarges tiles at a zoom between two whole ones: 1 at whole zooms. */
export function enlarged(zoom) {
  return 2 ** (zoom - Math.round(zoom))
}

/** The words of an attribution as HTML, which is how Leaflet takes them. */
export function escaped(words) {
  return words.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`)
}

/** What is painted, the lowest first. `draw` is protomaps-leaflet, `look` gives colours by name. */
export function paintRules(draw, look) {
  const fill = (dataLayer, colour, more = {}) => ({
    dataLayer,
    symbolizer: new draw.PolygonSymbolizer({ fill: look[colour], ...more }),
  })
  const line = (dataLayer, drawn, options, from = 0) => ({
    dataLayer,
    minzoom: from,
    filter: (_zoom, { props }) => drawn.includes(props.drawn),
    symbolizer: new draw.LineSymbolizer({ lineJoin: 'round', lineCap: options.dash ? 'butt' : 'round', ...options }),
  })
  const wide = (stops, more = 0) => (zoom) => between(stops, zoom) + more
  return [
    fill('covered', 'covered'),
    ...AREAS.map(({ drawn, colour }) => ({ ...fill('areas', colour), filter: (_zoom, { props }) => drawn.includes(props.drawn) })),
    fill('water', 'water'),
    line('streams', ['river', 'stream'], { color: look.water, width: wide([[9, 0.8], [14, 2.2], [18, 6]]) }),
    line('streams', ['coast'], { color: look.coast, width: 1 }),
    fill('buildings', 'building'),
    ...ROADS.filter(({ dash }) => !dash).map(({ drawn, stops }) =>
      line('roads', drawn, { color: look.casing, width: wide(stops, 1.4) }, CASED_FROM),
    ),
    ...ROADS.map(({ drawn, colour, dash, stops }) =>
      line('roads', drawn, {
        color: (zoom) => look[zoom < CASED_FROM && colour === 'road' ? 'casing' : colour],
        width: wide(stops),
        ...(dash && { dash }),
      }),
    ),
    line('roads', ['steps'], { color: look.halo, width: wide(STEPS, 1.6) }),
    line('roads', ['steps'], { color: look.steps, width: wide(STEPS), dash: [1.5, 1.5] }),
    line('rail', ['rail', 'siding'], { color: look.rail, width: wide([[9, 1], [14, 2.6], [18, 5]]) }),
    line('rail', ['rail'], { color: look.halo, width: wide([[9, 0.4], [14, 1.3], [18, 3]]), dash: [8, 8] }, 13),
  ]
}

/** What is written, the most important first. `scale` tells how much tiles are enlarged just now. */
export function labelRules(draw, look, scale) {
  const written = (size, colour, weight) => ({
    font: () => `${weight} ${size / scale()}px ${look.font}`,
    fill: look[colour],
    stroke: look.halo,
    width: 2,
    lineHeight: 1.35,
  })
  const points = NAMES.map(({ drawn, from, to, size, colour, weight }) => ({
    dataLayer: 'places',
    minzoom: from,
    maxzoom: to,
    filter: (_zoom, { props }) => drawn.includes(props.drawn),
    symbolizer: new draw.CenteredTextSymbolizer(written(size, colour, weight)),
  }))
  const streets = STREET_NAMES.map(({ from, rank, size }) => ({
    dataLayer: 'road_labels',
    minzoom: from,
    filter: (_zoom, { props }) => props.rank <= rank,
    sort: (a, b) => a.rank - b.rank,
    symbolizer: new draw.LineLabelSymbolizer({
      ...written(size, 'street-name', 400),
      width: 4,
      position: draw.LineLabelPlacement?.Center ?? 2,
      repeatDistance: 420,
    }),
  }))
  return [...points, ...streets]
}

/**
 * Draws the base map under everything else. Without one (page.basemap null) the map keeps its plain ground.
 * @param {L.Map} map
 * @param {{basemap: object?, raster: object?}} page see routes/_basemap.py
 * @returns {Promise<object[]>} the backgrounds there are to choose from; the first is shown
 */
export async function addBackgrounds(map, { basemap = null, raster = null }) {
  const layers = []
  if (basemap) layers.push(await vectorLayer(map, basemap))
  if (raster) layers.push(L.tileLayer(raster.url, { attribution: escaped(raster.attribution), maxZoom: 18 }))
  layers[0]?.addTo(map)
  return layers
}

async function vectorLayer(map, { url, script, bounds, max_zoom: maxDataZoom, attribution }) {
  const draw = await library(script)
  const scale = () => enlarged(map.getZoom())
  const sharp = () => (globalThis.devicePixelRatio || 1) * scale()
  const look = lookOf(map.getContainer())
  const layer = draw.leafletLayer({
    url,
    bounds: L.latLngBounds(bounds),
    maxDataZoom,
    maxZoom: 18,
    attribution: escaped(attribution),
    paintRules: paintRules(draw, look),
    labelRules: labelRules(draw, look, scale),
    devicePixelRatio: sharp(),
    lang: 'ja',
  })
  let drawnAt = scale()
  map.on('zoomend', () => {
    if (Math.abs(scale() - drawnAt) < 0.02) return
    drawnAt = scale()
    layer.tileSize = 256 * sharp() // canvas pixels: letters stay as large and as sharp as they were
    layer.clearLayout()
    if (map.hasLayer(layer)) layer.rerenderTiles()
  })
  return layer
}

/** protomaps-leaflet by a script tag: its module names packages that no browser finds without a build. */
function library(address) {
  globalThis.L ??= L // it asks for Leaflet by this name
  return new Promise((found, lost) => {
    const tag = document.createElement('script')
    tag.src = address
    tag.onload = () => found(globalThis.protomapsL)
    tag.onerror = lost
    document.head.append(tag)
  })
}

/** Colours and font as the sheet has them. */
function lookOf(element) {
  const sheet = getComputedStyle(element)
  const colours = COLOURS.map((name) => [name, sheet.getPropertyValue(`--map-${name}`).trim()])
  return { ...Object.fromEntries(colours), font: sheet.fontFamily }
}
