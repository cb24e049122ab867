// Page: templates/resources/show.html. Opens the map around one resource.
import { pageData } from '../core/page.js'

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

async function start() {
  const { openMap } = await import('../core/map.js')
  const page = pageData()
  openMap(document.getElementById('map'), page, choices(page))
}

if (globalThis.document) start()
