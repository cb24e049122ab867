// Page: templates/gaps/show.html. Areas coloured by who is out of reach, what is within reach lit, what nobody knows hatched.
import { drawGaps } from '../core/gap_layers.js'
import { pageData } from '../core/page.js'

export { areaClass, outside } from '../core/gap_layers.js'

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
  drawGaps(L, map, page)
  offerCells(L, map)
  for (const row of document.querySelectorAll('[data-area]')) {
    const { area } = row.dataset
    row.addEventListener('mouseover', () => areas.point(area, true))
    row.addEventListener('mouseout', () => areas.point(area, false))
  }
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
