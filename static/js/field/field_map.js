// The small map of 「どこですか」: from the file that goes along, with or without a network.
import { fill } from '../core/words.js'
import { library } from './dom.js'

const NEAR = 17

/**
 * @param {HTMLElement} element
 * @param {{show: function, settle: function}} tell as core/pin.js
 * @returns {Promise<{put, middle, note}>} note: words about the map, '' where there is one
 */
export async function openFieldMap(element, app, tell) {
  const [L, { addPin }, { addBackgrounds }] = await Promise.all([
    import('../../vendor/leaflet/leaflet-src.esm.js'), import('../core/pin.js'), import('../core/basemap.js'),
  ])
  const { words, pack, map: kept } = app
  const still = globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = L.map(element, { zoomControl: false, maxZoom: 18, zoomAnimation: !still, fadeAnimation: !still, inertia: !still })
  L.control.zoom({ position: 'bottomright', zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out, zoomInText: '＋', zoomOutText: '−' }).addTo(map)
  map.attributionControl.setPrefix('')
  element.classList.add('has-basemap')
  const outlines = [...(pack?.areas ?? []), pack?.municipality].filter((one) => one?.outline)
  const drawn = outlines.map(({ outline }) => L.geoJSON(outline, { interactive: false, style: { className: 'area', weight: 2 } }).addTo(map))
  const frame = drawn[0]?.getBounds() ?? L.latLngBounds([[24, 122], [46, 146]])
  map.fitBounds(frame, { animate: false })
  const layer = await background(app, kept, addBackgrounds, map).catch(() => false)
  const pin = addPin(L, map, words.place_pin, tell)
  map.on('click', ({ latlng }) => pin.put([latlng.lng, latlng.lat]))
  let ring = null
  return {
    note: layer ? '' : words.no_map,
    put(lonlat, accuracy = null) {
      ring?.remove()
      ring = accuracy ? L.circle([lonlat[1], lonlat[0]], { radius: accuracy, className: 'blur', interactive: false }).addTo(map) : null
      map.setView([lonlat[1], lonlat[0]], NEAR, { animate: false })
      pin.set(lonlat)
    },
    clearRing: () => ring?.remove(),
    middle: () => { const { lng, lat } = map.getCenter(); pin.put([lng, lat]) },
    leave: () => map.remove(),
  }
}

async function background(app, kept, addBackgrounds, map) {
  if (!kept) return false
  if (!globalThis.pmtiles) await library(app.data.urls.pmtiles)
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
