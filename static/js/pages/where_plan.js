// Page: templates/gaps/where_plan.html. The chosen places with their numbers, and from where one gets to them.
import { joinCards, listCards, listedIds } from '../core/list.js'
import { pageData } from '../core/page.js'

async function start() {
  const element = document.getElementById('map')
  if (!element) return
  const [{ openMap }, L] = await Promise.all([
    import('../core/map.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const page = pageData()
  const opened = openMap(element, page, { listed: new Set(listedIds(listCards())) })
  element.classList.add('gap-map')
  joinCards(opened)
  const { map, areas } = opened
  if (page.drawn) {
    const pane = map.createPane('where-drawn')
    pane.style.zIndex = 340
    const renderer = L.svg({ pane: 'where-drawn', padding: 0.3 })
    const style = { className: 'gap-within', weight: 3 }
    L.geoJSON(page.drawn, { pane: 'where-drawn', renderer, interactive: false, style }).addTo(map)
  }
  for (const row of document.querySelectorAll('[data-area]')) {
    const { area } = row.dataset
    row.addEventListener('mouseover', () => areas.point(area, true))
    row.addEventListener('mouseout', () => areas.point(area, false))
  }
}

if (globalThis.document) start()
