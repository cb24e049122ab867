// The small map of 「どこですか」: from the file that goes along, with or without a network.
import { fill } from '../core/words.js'
import { library } from './dom.js'
import { nearest } from './places.js'

const NEAR = 17
const NEAR_BARE = 15 // where nothing but outlines, names and marks is drawn: so many that one sees some
const MARKS = 40 // our choice: marks of known entries around a place
const MARKS_WITHIN_M = 2_000
const NAMED = 3 // of the marks
const NAMED_WITHIN_M = 500 // farther names would leave a telephone's width
const NAME_HIGH_PX = 30 // of two in one house the nearer is named; the words under the map name both
const TOWNS = 25 // names of towns in one view

/**
 * @param {HTMLElement} element
 * @param {{show: function, settle: function}} tell as core/pin.js
 * @returns {Promise<{put, around, clearRing, middle, leave, note}>} note: words about the map, '' where there is one
 */
export async function openFieldMap(element, app, tell) {
  const [L, { addPin }, { addBackgrounds }] = await Promise.all([
    import('../../vendor/leaflet/leaflet-src.esm.js'), import('../core/pin.js'), import('../core/basemap.js'),
  ])
  const { words } = app
  const still = globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = L.map(element, { zoomControl: false, maxZoom: 18, zoomAnimation: !still, fadeAnimation: !still, inertia: !still })
  L.control.zoom({ position: 'bottomright', zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out, zoomInText: '＋', zoomOutText: '−' }).addTo(map)
  map.attributionControl.setPrefix('')
  element.classList.add('has-basemap')
  const outlines = drawOutlines(L, map, app.pack)
  const layer = await background(app, addBackgrounds, map).catch(() => false)
  if (!layer) bare(L, map, app, outlines)
  const pin = addPin(L, map, words.place_pin, tell)
  map.on('click', ({ latlng }) => pin.put([latlng.lng, latlng.lat]))
  const known = L.layerGroup().addTo(map)
  let ring = null
  return {
    note: layer ? '' : words.no_map,
    put(lonlat, accuracy = null) {
      ring?.remove()
      ring = accuracy ? L.circle([lonlat[1], lonlat[0]], { radius: accuracy, className: 'blur', interactive: false }).addTo(map) : null
      map.setView([lonlat[1], lonlat[0]], layer ? NEAR : NEAR_BARE, { animate: false })
      pin.set(lonlat)
    },
    around: (lonlat, resources) => drawKnown(L, map, known, nearest(resources, lonlat, MARKS, MARKS_WITHIN_M)),
    clearRing: () => ring?.remove(),
    middle: () => { const { lng, lat } = map.getCenter(); pin.put([lng, lat]) },
    leave: () => map.remove(),
  }
}

function drawOutlines(L, map, pack) {
  const outlines = [...(pack?.areas ?? []), pack?.municipality].filter((one) => one?.outline)
  const drawn = outlines.map(({ name, outline }) => ({ name, shape: L.geoJSON(outline, { interactive: false, style: { className: 'area', weight: 2 } }).addTo(map) }))
  map.fitBounds(drawn[0]?.shape.getBounds() ?? L.latLngBounds([[24, 122], [46, 146]]), { animate: false })
  return drawn
}

/** Without streets: names of areas and towns, and how long a kilometre is. */
function bare(L, map, { pack }, outlines) {
  L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map)
  const name = (text, [lon, lat], className) => L.marker([lat, lon], {
    icon: L.divIcon({ className: 'area-label-anchor', html: Object.assign(document.createElement('span'), { className, textContent: text }), iconSize: [0, 0] }),
    interactive: false, keyboard: false,
  })
  const names = L.layerGroup().addTo(map)
  const write = () => {
    names.clearLayers()
    const view = map.getBounds()
    const towns = (pack?.towns ?? []).filter(([, lon, lat]) => view.contains([lat, lon]))
    if (towns.length <= TOWNS) for (const [text, lon, lat] of towns) names.addLayer(name(text, [lon, lat], 'field-town'))
    if (towns.length <= TOWNS && towns.length) return
    for (const { name: text, shape } of outlines) {
      const { lng, lat } = shape.getBounds().getCenter()
      names.addLayer(name(text, [lng, lat], 'field-town is-area'))
    }
  }
  map.on('moveend', write)
  write()
}

/** Marks of entries that one knows, the nearest with their names. */
function drawKnown(L, map, group, near) {
  group.clearLayers()
  const named = []
  for (const { resource: { name, place }, away } of near) {
    const mark = L.circleMarker([place[1], place[0]], { radius: 7, className: 'field-known', interactive: false })
    group.addLayer(mark)
    const at = map.latLngToLayerPoint(mark.getLatLng())
    if (away > NAMED_WITHIN_M || named.length === NAMED || named.some(({ y }) => Math.abs(at.y - y) < NAME_HIGH_PX)) continue
    named.push(at)
    mark.bindTooltip(name, { permanent: true, direction: 'bottom', className: 'field-known-name' })
  }
}

/** The map that lies on the device; else, with a network, everybody's tiles. */
async function background({ data: { urls }, map: kept }, addBackgrounds, map) {
  if (!kept) {
    if (!navigator.onLine) return false
    const answer = await fetch(urls.map, { redirect: 'error', credentials: 'same-origin', cache: 'no-store' })
    const basemap = answer.ok && (await answer.json()).online
    return Boolean(basemap) && (await addBackgrounds(map, { basemap })).length > 0
  }
  if (!globalThis.pmtiles) await library(urls.pmtiles)
  const source = {
    getKey: () => kept.name,
    getBytes: async (offset, length) => ({ data: await kept.blob.slice(offset, offset + length).arrayBuffer() }),
  }
  const url = new globalThis.pmtiles.PMTiles(source)
  await addBackgrounds(map, { basemap: { ...kept.basemap, url } })
  return true
}

/** What is said of where one stands. */
export function fixWords({ accuracy }, words) {
  return fill(accuracy > 50 ? words.rough_fix : words.fix, { metres: Math.ceil(accuracy).toLocaleString('ja-JP') })
}
