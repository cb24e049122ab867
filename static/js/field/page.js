// Page: templates/field/index.html. The coordinator's telephone: which view is shown, and what stands above all of them.
import { pageData } from '../core/page.js'
import { fill } from '../core/words.js'
import { adding, added } from './adding.js'
import { device } from './device.js'
import { part } from './dom.js'
import { entry } from './entry.js'
import { home, near } from './home.js'
import { outboxView } from './outbox_view.js'
import { replacing } from './replacing.js'
import { rest } from './rest.js'
import { countWords, problemWords } from './telling.js'
import { visit } from './visit.js'

const VIEWS = { '': home, near, add: adding, added, entry, rest, visit, outbox: outboxView, place: replacing, device }
const SAID_MS = 8_000 // our choice: long enough to read two lines
const TEMPLATES = { '': 'view-home' }

/** What an address names behind its #: {name, id}. */
export function route(hash) {
  const [name = '', id = ''] = hash.replace(/^#\/?/, '').split('/')
  return Object.hasOwn(VIEWS, name) ? { name, id: decodeURIComponent(id) } : { name: '', id: '' }
}

async function start() {
  const data = pageData()
  data.labels = JSON.parse(document.getElementById('field-names').textContent)
  const main = document.getElementById('main')
  let current = null // {changed, leave} of the view that is shown
  let app
  try {
    const { openApp } = await import('./app.js')
    app = await openApp(data, () => { head(app); current?.changed?.() })
  } catch (error) {
    document.getElementById('opening').textContent = problemWords(error, data.words)
    return
  }
  app.say = speaker(document.getElementById('said'))
  app.go = (hash) => { if (location.hash === hash) open(); else location.hash = hash }
  let first = true
  const open = () => {
    current?.leave?.()
    const { name, id } = route(location.hash)
    const root = document.createElement('div')
    root.className = `field-view field-view-${name || 'home'}`
    root.append(part(TEMPLATES[name] ?? `view-${name}`))
    main.replaceChildren(root)
    app.say('')
    current = VIEWS[name](root, app, id) ?? null
    const title = root.querySelector('h1:not([hidden])')
    document.title = fill(data.words.title, { name: title?.textContent ?? '' })
    if (!first) {
      scrollTo(0, 0)
      ;(root.querySelector('[data-focus]') ?? title)?.focus({ preventScroll: true })
    }
    first = false
  }
  addEventListener('hashchange', open)
  for (const name of ['online', 'offline']) addEventListener(name, () => { head(app); if (navigator.onLine) app.sync() })
  document.addEventListener('visibilitychange', () => { if (!document.hidden) app.sync() })
  open()
  head(app)
  keepPage(data)
  await app.sync()
}

/** Says something over the page, and takes it away again. */
function speaker(place) {
  let timer = null
  return (text) => {
    clearTimeout(timer)
    place.textContent = text
    timer = setTimeout(() => { place.textContent = '' }, SAID_MS)
  }
}

/** The lines above every view: whether there is a network, and what waits. */
function head(app) {
  if (!app) return
  const { words } = app
  const count = app.count()
  const line = document.getElementById('network')
  const state = !navigator.onLine ? 'offline' : app.mustSignIn ?? (app.isFull ? 'full' : app.isUnanswered ? 'unanswered' : 'online')
  const text = words[state]
  if (line.textContent !== text) line.textContent = text
  line.className = `field-network is-${state}`
  const link = document.getElementById('unsent')
  link.textContent = count.unsent ? fill(words.unsent_short, { count: count.unsent }) : words.outbox
  link.classList.toggle('has-some', count.unsent > 0)
  link.title = count.unsent ? countWords(count, words) : words.all_sent
}

/** The service worker keeps this page; a newer version is offered, never put under one's fingers. */
async function keepPage({ urls }) {
  const workers = navigator.serviceWorker
  if (!workers) return
  const bar = document.getElementById('newer')
  let pressed = false
  const offer = (registration) => {
    if (!registration.waiting || !workers.controller) return
    bar.hidden = false
    bar.querySelector('button').onclick = () => { pressed = true; registration.waiting.postMessage('take over') }
  }
  workers.addEventListener('controllerchange', () => { if (pressed) location.reload() })
  try {
    const registration = await workers.register(urls.worker, { scope: urls.scope, updateViaCache: 'none' })
    offer(registration)
    registration.addEventListener('updatefound', () => {
      const coming = registration.installing
      coming.addEventListener('statechange', () => { if (coming.state === 'installed') offer(registration) })
    })
  } catch { /* without a network the one that is there goes on */ }
}

if (globalThis.document) start()
