// Page: templates/scenarios/show.html. A place is pressed, dragged or moved by arrow keys, and the people it changes are painted.
import { drawGaps } from '../core/gap_layers.js'
import { pageData } from '../core/page.js'
import { oneAtATime } from '../core/turns.js'
import { fill } from '../core/words.js'

/** What is asked of a place: everything the form says, and where. */
export function address(url, form, [lon, lat]) {
  const query = new URLSearchParams(form)
  query.set('lon', lon.toFixed(6))
  query.set('lat', lat.toFixed(6))
  for (const name of ['csrf_token', 'address']) query.delete(name)
  return `${url}?${query}`
}

/** What stands at a path like 'rows.<id>.leading.gained' of an answer; undefined where nothing does. */
export function found(answer, path) {
  return path.split('.').reduce((part, name) => part?.[name], answer)
}

/** The range of a number whose path is given, '' where there is none. */
export function range(answer, path) {
  const [least, most] = [found(answer, `${path}_min`), found(answer, `${path}_max`)]
  if (least === undefined || least === most) return ''
  return `${least.toLocaleString('ja-JP')}～${most.toLocaleString('ja-JP')}`
}

/** [lon, lat] that two fields say; null where they say none. */
export function typed({ lon, lat }) {
  const [x, y] = [lon, lat].map((text) => Number(text.normalize('NFKC').trim() || Number.NaN))
  return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null
}

async function start() {
  const [{ openMap }, { addPin }, L] = await Promise.all([
    import('../core/map.js'),
    import('../core/pin.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const page = pageData()
  const element = document.getElementById('map')
  const opened = openMap(element, page, { areasAsk: false })
  const { map, areas } = opened
  element.classList.add('gap-map')
  const layers = page.gaps && drawGaps(L, map, page)
  addSteps(L, map, page)
  for (const row of document.querySelectorAll('[data-area]')) {
    row.addEventListener('mouseover', () => areas.point(row.dataset.area, true))
    row.addEventListener('mouseout', () => areas.point(row.dataset.area, false))
  }
  if (layers && page.scenario.may_change) addPlacing({ L, map, opened, page, layers, addPin })
}

/** The pin, the forms it writes into, and the answer it asks for. */
function addPlacing({ L, map, opened, page, layers, addPin }) {
  const forms = [...document.querySelectorAll('form[data-do="add"], form[data-do="move"]')].filter((form) => form.elements.lon)
  if (!forms.length) return
  for (const hint of document.querySelectorAll('.scenario-by-map')) hint.hidden = false
  let form = forms.find((one) => one.closest('details').open) ?? forms[0]
  const ask = oneAtATime(async (lonlat) => {
    if (form.dataset.do === 'move' && !form.elements.resource.value) return
    const answer = await fetch(address(page.scenario.moved_url, new FormData(form), lonlat), { headers: { Accept: 'application/json' } }).catch(() => null)
    const told = await answer?.json().catch(() => null)
    paint(told, answer?.ok ? '' : (told && Object.values(told.problems ?? {})[0]) || page.words.lost_answer, page, layers)
  })
  const show = (lonlat) => {
    const [lon, lat] = lonlat.map((degrees) => degrees.toFixed(6))
    form.elements.lon.value = lon
    form.elements.lat.value = lat
    ask(lonlat)
  }
  const pin = addPin(L, map, page.words.pin, { show, settle: show })
  const stand = () => {
    const lonlat = typed({ lon: form.elements.lon.value, lat: form.elements.lat.value })
    if (lonlat) pin.set(lonlat)
    else pin.remove()
    return lonlat
  }
  stand()
  map.on('click', ({ latlng, layerPoint }) => {
    if (opened.marks.isDot(layerPoint)) return
    if (!form.closest('details').open) form.closest('details').open = true
    pin.put([latlng.lng, latlng.lat])
  })
  for (const one of forms) {
    one.closest('details').addEventListener('toggle', ({ target }) => {
      if (!target.open) return
      form = one
      stand()
    })
    one.addEventListener('change', ({ target }) => {
      form = one
      const place = target.name === 'resource' && page.scenario.places[target.value]
      if (place) [one.elements.lon.value, one.elements.lat.value] = place
      const lonlat = stand()
      if (lonlat && target.name !== 'resource' && target.name !== 'address') ask(lonlat)
    })
  }
}

/** The numbers of an answer where the page says them; a problem is said in their place. */
function paint(told, problem, page, layers) {
  const moving = document.getElementById('moving')
  moving.textContent = problem || told.problem || page.words.moving
  moving.hidden = false
  if (problem) return
  document.getElementById('said').textContent = told.said
  for (const cell of document.querySelectorAll('[data-people]')) {
    const number = found(told, cell.dataset.people)
    if (number !== undefined) cell.textContent = number.toLocaleString('ja-JP')
  }
  for (const cell of document.querySelectorAll('[data-range]')) cell.textContent = range(told, cell.dataset.range)
  layers.shade(told)
  document.getElementById('answer').classList.add('is-moving')
}

/** What the plan adds and moves, numbered as in its list; what it closes, crossed out. */
function addSteps(L, map, { scenario, words }) {
  for (const step of scenario.steps) {
    const here = step.lonlat ?? scenario.places[step.resource]
    const closes = step.do === 'close'
    const lonlat = closes ? step.closed_lonlat : here
    if (!lonlat) continue
    const label = fill(closes ? words.closed : words.planned, { ...step, name: step.name || step.kind })
    const icon = L.divIcon({ className: closes ? 'scenario-mark is-closed' : 'scenario-mark', html: '', iconSize: [30, 30] })
    const [lon, lat] = lonlat
    const mark = L.marker([lat, lon], { icon, title: label, keyboard: false, zIndexOffset: 15000 }).addTo(map)
    mark.getElement().textContent = closes ? '×' : step.number
  }
}

if (globalThis.document) start()
