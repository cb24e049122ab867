// Page: templates/districts/show.html. Opens the map of one district, its neighbours drawn pale.
import { joinCards, listCards, listedIds } from '../core/list.js'
import { pageData } from '../core/page.js'

/** How the map opens: this district stands out, its listed resources have large marks. */
export function choices(page, ids) {
  return { listed: new Set(ids), own: page.district }
}

async function start() {
  const { openMap } = await import('../core/map.js')
  const page = pageData()
  joinCards(openMap(document.getElementById('map'), page, choices(page, listedIds(listCards()))))
}

if (globalThis.document) start()
