// Page: templates/resources/show.html. Opens the map around one resource.
import { pageData } from '../core/page.js'
import { takeAlong } from '../core/taking.js'

const NEAR = 14 // zoom: about 2 km across a telephone, so that names and borders around can be seen
const FAR = 13 // a blurred place is not shown nearer than this at first

/**
 * How the map opens: near for a known place, a circle from farther away for a blurred one, and without
 * either on the whole municipality.
 */
export function choices({ resources: [resource], blur_m: radius = null }) {
  if (!resource) return { listed: new Set() }
  return {
    listed: new Set([resource.id]),
    closest: resource.blurred ? FAR : NEAR,
    blur: resource.blurred && radius ? { lonlat: resource.lonlat, radius } : null,
  }
}

/** The halts of a round as a line: [lat, lon] in the order of stopping; [] where fewer than two are shown. */
export function round(line = []) {
  return line.length > 1 ? line.map(({ lonlat: [lon, lat] }) => [lat, lon]) : []
}

async function start() {
  const [{ openMap }, L] = await Promise.all([
    import('../core/map.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const page = pageData()
  const { map } = openMap(document.getElementById('map'), page, choices(page))
  drawRound(L, map, page)
}

/** A broken line from halt to halt (nobody told us the streets), each with its number of the list. */
function drawRound(L, map, { line = [] }) {
  const points = round(line)
  if (!points.length) return
  const drawn = L.polyline(points, { className: 'round', interactive: false }).addTo(map)
  for (const { lonlat: [lon, lat], name, number } of line) {
    const icon = L.divIcon({ className: 'halt', html: String(number), iconSize: [26, 26] })
    L.marker([lat, lon], { icon, keyboard: false, interactive: false, alt: name }).addTo(map)
  }
  map.fitBounds(drawn.getBounds(), { padding: [40, 40], animate: false })
}

if (globalThis.document) {
  takeAlong(document)
  start()
}
