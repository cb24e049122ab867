// Page: templates/residents/near.html. The map comes when it is looked at: the words are first.
import { pageData } from '../core/page.js'

const STORE = 'engawa-near' // as in static/js/residents/worker.js

/** The frame of the square in which one lives, as Leaflet reads it. */
export function corners([[south, west], [north, east]]) {
  return [[south, west], [south, east], [north, east], [north, west]]
}

/** Opens the map once, whoever asks first; answers with what draws a way on it. */
function opener(element) {
  let opening = null
  return () => (opening ??= openIt(element))
}

async function openIt(element) {
  const [{ openMap }, { joinCards, listCards, listedIds }, { addWay }, L] = await Promise.all([
    import('../core/map.js'),
    import('../core/list.js'),
    import('../core/ways.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const page = pageData()
  const opened = openMap(element, page, { listed: new Set(listedIds(listCards())), areasAsk: false })
  L.polygon(corners(page.square), { className: 'near-square', interactive: false, weight: 3 }).addTo(opened.map)
  joinCards(opened)
  return addWay(L, opened.map, page.words)
}

/** 「地図で見る」 of a card opens the map if need be, and draws the walk there. */
function showWays(open) {
  let isOpen = false
  for (const button of document.querySelectorAll('[data-show]')) {
    button.hidden = false
    button.addEventListener('click', async () => {
      const way = await open()
      if (!isOpen) {
        isOpen = true
        return button.click() // the list has joined the map meanwhile
      }
      const line = button.parentElement.querySelector('[data-line]')?.dataset.line
      way.clear()
      const answer = line && (await fetch(line).catch(() => null))
      if (answer?.ok) way.draw(await answer.json())
    })
  }
}

/** At once where there is a network, else as soon as there is one: what was kept for the train has no map. */
function whenOnline(then) {
  if (globalThis.navigator?.onLine !== false) return then()
  globalThis.addEventListener('online', then, { once: true })
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
  const open = opener(element)
  whenNear(element, () => whenOnline(open))
  showWays(open)
  keepLast(pageData())
}

if (globalThis.document) start()
