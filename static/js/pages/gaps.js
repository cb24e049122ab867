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
  for (const row of document.querySelectorAll('[data-area]')) {
    const { area } = row.dataset
    row.addEventListener('mouseover', () => areas.point(area, true))
    row.addEventListener('mouseout', () => areas.point(area, false))
  }
}

if (globalThis.document) start()
