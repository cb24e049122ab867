// Page: templates/ways/show.html. Draws the walk from a square to one resource.
import { pageData } from '../core/page.js'

const CLOSEST = 17 // zoom: a walk of one minute need not fill the screen

async function start() {
  const element = document.getElementById('map')
  const page = pageData()
  const [{ openMap }, { addWay }, L] = await Promise.all([
    import('../core/map.js'),
    import('../core/ways.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const listed = new Set(page.resources.map(({ id }) => id))
  const { map } = openMap(element, page, { listed, closest: CLOSEST, areasAsk: false })
  addWay(L, map, page.words, { numbered: true }).draw(page.way)
}

if (globalThis.document) start()
