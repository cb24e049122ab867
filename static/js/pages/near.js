// Page: templates/residents/near.html. The map comes when it is looked at: the words are first.
import { pageData } from '../core/page.js'

const STORE = 'engawa-near' // as in static/js/residents/worker.js

/** The frame of the square in which one lives, as Leaflet reads it. */
export function corners([[south, west], [north, east]]) {
  return [[south, west], [south, east], [north, east], [north, west]]
}

async function openIt(element) {
  const [{ openMap }, { joinCards, listCards, listedIds }, L] = await Promise.all([
    import('../core/map.js'),
    import('../core/list.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const page = pageData()
  const opened = openMap(element, page, { listed: new Set(listedIds(listCards())), areasAsk: false })
  L.polygon(corners(page.square), { className: 'near-square', interactive: false, weight: 3 }).addTo(opened.map)
  joinCards(opened)
}

/** Tells once, when an element comes near the window; at once where nobody can look. */
function whenNear(element, then) {
  if (!globalThis.IntersectionObserver) return then()
  const watching = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return
    watching.disconnect()
    then()
  }, { rootMargin: '600px' })
  watching.observe(element)
}

/** The last answer can be read without a network; the page says so, and how to undo it. Not for who signed in. */
async function keepLast({ worker_url: worker, words }) {
  const line = document.getElementById('near-keeps')
  if (!globalThis.navigator?.serviceWorker || !line || document.querySelector('[data-leaving]')) return
  const registered = await globalThis.navigator.serviceWorker.register(worker).catch(() => null)
  if (!registered) return
  line.hidden = false
  document.getElementById('near-forget').addEventListener('click', async () => {
    await registered.unregister()
    await globalThis.caches.delete(STORE)
    document.getElementById('near-forgot').textContent = words.forgotten
  })
}

function start() {
  const element = document.getElementById('map')
  whenNear(element, () => openIt(element))
  keepLast(pageData())
}

if (globalThis.document) start()
