// Page: templates/gaps/show.html. Areas coloured by who is out of reach, what is within reach lit, what nobody knows hatched.
import { pageData } from '../core/page.js'

/** The classes of an area: how dark it is, and whether too much of it is unknown. */
export function areaClass(id, { steps, hatched }) {
  return hatched.includes(id) ? 'gap-area gap-unknown' : `gap-area gap-step-${steps[id] ?? 'none'}`
}

/** Everything outside a lon-lat shape, as a Leaflet polygon with holes. */
export function outside({ type, coordinates }) {
  const parts = type === 'Polygon' ? [coordinates] : coordinates
  const holes = parts.map(([ring]) => ring.map(([lon, lat]) => [lat, lon]))
  return [[[-85, 0], [-85, 360], [85, 360], [85, 0]], ...holes]
}

async function start() {
  const [{ openMap }, L] = await Promise.all([
    import('../core/map.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const element = document.getElementById('map')
  if (!element) return
  const page = pageData()
  const { map, areas } = openMap(element, page)
  if (!page.gaps) return
  element.classList.add('gap-map')
  draw(L, map, page)
  offerCells(L, map)
  for (const row of document.querySelectorAll('[data-area]')) {
    const { area } = row.dataset
    row.addEventListener('mouseover', () => areas.point(area, true))
    row.addEventListener('mouseout', () => areas.point(area, false))
  }
}

/** From the bottom: areas, what is within reach, the practical limit, where the streets' data end. */
function draw(L, map, { districts, gaps }) {
  const layer = (name, zIndex, shape, style) => {
    if (!shape) return
    const pane = map.getPane(name) ?? map.createPane(name)
    pane.style.zIndex = zIndex
    L.geoJSON(shape, { pane, renderer: L.svg({ pane: name, padding: 0.3 }), interactive: false, style }).addTo(map)
  }
  layer('gap-areas', 330, districts, ({ properties }) => ({ className: areaClass(properties.id, gaps), weight: 0 }))
  layer('gap-within', 340, gaps.leading ?? gaps.served, () => ({ className: 'gap-within', weight: 3 }))
  layer('gap-within', 340, gaps.practical, () => ({ className: 'gap-practical', weight: 3 }))
  map.createPane('no-data').style.zIndex = 345
  L.polygon(outside(gaps.coverage), { pane: 'no-data', interactive: false, className: 'no-data', weight: 2 }).addTo(map)
}

/** What a square is called: its people beyond, of how many; `few` where they are too few to be told. */
export function cellWords({ beyond, people }, { few, beyond: words }) {
  return beyond === null ? few : words.replace('{beyond}', beyond.toLocaleString('ja')).replace('{people}', people.toLocaleString('ja'))
}

/** The button that shows squares in place of areas: fetched when first asked for. */
function offerCells(L, map) {
  const button = document.getElementById('cells')
  const said = document.getElementById('cells-said')
  if (!button) return
  let layer = null
  button.hidden = false
  button.addEventListener('click', async () => {
    said.textContent = ''
    if (!layer) {
      const answer = await fetch(button.dataset.url).catch(() => null)
      if (!answer?.ok) return void (said.textContent = said.dataset.failed)
      const cells = await answer.json()
      if (!cells.features.length) return void (said.textContent = said.dataset.none)
      map.createPane('gap-cells').style.zIndex = 335
      layer = L.geoJSON(cells, {
        pane: 'gap-cells',
        renderer: L.svg({ pane: 'gap-cells', padding: 0.3 }),
        style: ({ properties }) => ({ className: `gap-area gap-cell-square ${properties.is_hatched ? 'gap-unknown' : `gap-step-${properties.step}`}`, weight: 1 }),
        onEachFeature: ({ properties }, square) => square.bindTooltip(cellWords(properties, said.dataset)),
      })
    }
    const on = !map.hasLayer(layer)
    if (on) layer.addTo(map)
    else layer.remove()
    map.getPane('gap-areas').style.display = on ? 'none' : ''
    button.setAttribute('aria-pressed', on)
  })
}

if (globalThis.document) start()
