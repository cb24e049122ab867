// Page: templates/reach/show.html. Draws how far one gets; the point can be dragged, pressed or moved by arrow keys.
import { pageData } from '../core/page.js'
import { oneAtATime } from '../core/turns.js'
import { fill } from '../core/words.js'

/** The address to ask for a point: everything the form says, and where. */
export function address(url, form, [lon, lat]) {
  const query = new URLSearchParams(form)
  query.set('from', `${lon.toFixed(6)},${lat.toFixed(6)}`)
  query.delete('resource')
  query.delete('district')
  query.delete('csrf_token')
  return `${url}?${query}`
}

/** The class of each band of a collection, the widest first: nearer ones are darker. */
export function bandClass(at, count) {
  return `band band-${count - at}`
}

/** What stands at a path like 'rows.0.reached.2' of an answer; undefined where nothing does. */
export function found(answer, path) {
  return path.split('.').reduce((part, name) => part?.[name], answer)
}

export { oneAtATime }

async function start() {
  const [{ openMap }, { addPin }, L] = await Promise.all([
    import('../core/map.js'),
    import('../core/pin.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const page = pageData()
  const { reach } = page
  const form = document.getElementById('reach-form')
  const opened = openMap(document.getElementById('map'), page, { areasAsk: false })
  const { map } = opened
  addEdge(L, map, reach.coverage)
  const layer = bandLayer(L, map)
  layer.draw(reach.bands)
  if (reach.bands?.features.length) frame(L, map, layer)

  const said = (words) => {
    const line = document.getElementById('said')
    if (line && words) line.textContent = words
  }
  const show = oneAtATime(async (lonlat) => {
    const answer = await fetch(address(reach.bands_url, new FormData(form), lonlat), { headers: { Accept: 'application/json' } }).catch(() => null)
    if (!answer) return
    const told = await answer.json()
    if (!answer.ok) return said(Object.values(told.problems ?? {})[0] ?? told.message)
    layer.draw(told)
    count(told.people, page.words)
    said(told.problem)
    document.getElementById('cut')?.toggleAttribute('hidden', !told.is_cut)
  })

  /** The point stands still: the list says what the map shows, and the address leads here again. */
  const settle = oneAtATime(async (lonlat) => {
    const here = address(reach.page_url, new FormData(form), lonlat)
    const list = document.getElementById('near')
    if (!list) return globalThis.location.assign(here)
    const answer = await fetch(address(reach.near_url, new FormData(form), lonlat)).catch(() => null)
    if (!answer?.ok) return
    list.innerHTML = await answer.text()
    globalThis.history.replaceState(null, '', here)
    form.elements.namedItem('from').value = new URLSearchParams(here.split('?')[1]).get('from')
    said(page.words.moved)
  })
  const pin = addPin(L, map, page.words.pin, { show, settle })
  if (reach.from) pin.set(reach.from.split(',').map(Number))
  map.on('click', ({ latlng, layerPoint }) => {
    if (!opened.marks.isDot(layerPoint)) pin.put([latlng.lng, latlng.lat])
  })
  whereAmI(pin)
}

/** The numbers of people beside the map; of a place that nobody knows they are unknown, too. */
function count(people, words) {
  for (const cell of document.querySelectorAll('[data-people]')) {
    const number = found(people, cell.dataset.people)
    cell.textContent = number === undefined ? words.unknown_people : said(number, cell.tagName === 'TD' ? '{people}' : words.people)
  }
}

function said(number, words) {
  return fill(words, { people: number.toLocaleString('ja-JP') })
}

/** The bands on the map, under borders and marks. */
function bandLayer(L, map) {
  map.createPane('bands').style.zIndex = 350
  const renderer = L.svg({ pane: 'bands', padding: 0.3 })
  let drawn = null
  return {
    draw(collection) {
      drawn?.remove()
      if (!collection) return
      const count = collection.features.length
      let at = 0
      drawn = L.geoJSON(collection, {
        pane: 'bands',
        renderer,
        interactive: false,
        style: () => ({ className: bandClass(at++, count), weight: 1 }),
      }).addTo(map)
    },
    bounds: () => drawn?.getBounds(),
  }
}

/** What the streets' data do not know: everything outside their edge. */
function addEdge(L, map, coverage) {
  if (!coverage) return
  map.createPane('no-data').style.zIndex = 340
  const parts = coverage.type === 'Polygon' ? [coverage.coordinates] : coverage.coordinates
  const holes = parts.map(([ring]) => ring.map(([lon, lat]) => [lat, lon]))
  const world = [[-85, 0], [-85, 360], [85, 360], [85, 0]]
  L.polygon([world, ...holes], { pane: 'no-data', interactive: false, className: 'no-data', weight: 2 }).addTo(map)
}

function frame(L, map, layer) {
  const bounds = layer.bounds()
  if (bounds?.isValid()) map.fitBounds(bounds, { padding: [16, 16], animate: false })
}

function whereAmI(pin) {
  const button = document.getElementById('here')
  if (!globalThis.navigator?.geolocation || !button) return
  button.hidden = false
  button.addEventListener('click', () => {
    globalThis.navigator.geolocation.getCurrentPosition(({ coords }) => pin.put([coords.longitude, coords.latitude]))
  })
}

if (globalThis.document) start()
