// Page: templates/maps/show.html. Opens the map of a municipality and joins it with the two lists.
import { follow, joinCards, listCards, listedIds } from '../core/list.js'
import { pageData } from '../core/page.js'

/** How the map opens: large marks for the resources on this page of the list. */
export function choices(ids) {
  return { listed: new Set(ids) }
}

async function start() {
  const { openMap } = await import('../core/map.js')
  const opened = openMap(document.getElementById('map'), pageData(), choices(listedIds(listCards())))
  joinCards(opened)
  for (const row of document.querySelectorAll('[data-district]')) {
    follow(row, (on) => opened.areas.point(row.dataset.district, on))
  }
}

if (globalThis.document) start()
