// What all views of /field/ share: the shelf, who is signed in, what goes along, writing and sending.
import { fill } from '../core/words.js'
import * as outbox from './outbox.js'
import { found, searchKey } from './places.js'
import { sender } from './send.js'
import { askToPersist, openShelf } from './shelf.js'
import { openingWords, today } from './telling.js'

const DAY_MS = 86_400_000
const ROUNDS_MS = 60_000 // our choice: how often what waits is tried while the page is open

/**
 * @param {object} data the page's: urls, words, vocabularies
 * @param {function} changed called whenever something that a view shows is different
 */
export async function openApp(data, changed) {
  const shelf = await openShelf()
  const app = { data, words: data.words, shelf, box: await shelf.change(outbox.restarted), account: null, pack: null, packGone: false, map: null, here: null, mustSignIn: false }
  app.account = (await shelf.meta('account')) ?? null
  await readPacks(app)
  const { urls } = data
  const sending = sender({
    shelf,
    addresses: { token: urls.token, drafts: urls.drafts, photos: urls.photos, conflicts: urls.conflicts },
    changed: (box) => { app.box = box; changed() },
  })
  let timer = null

  /** One round of sending, then what goes along is asked for anew if something went. */
  app.sync = async () => {
    clearTimeout(timer)
    if (!navigator.onLine) return { state: 'offline' } // the page asks again when there is a network
    const before = app.count().unsent
    const result = await sending.round().catch(() => ({ state: 'later', wait_s: 60 }))
    app.mustSignIn = result.state === 'sign_in'
    if (result.revoked) await readPacks(app)
    if (result.account) app.account = result.account
    if (result.state === 'done') await refreshPack(app, before > app.count().unsent)
    const wait = result.state === 'later' ? result.wait_s * 1000 : ROUNDS_MS
    timer = setTimeout(app.sync, wait)
    changed()
    return result
  }

  app.count = () => outbox.counted(app.box.drafts, app.account)
  app.unsent = () => outbox.unsent(app.box.drafts, app.account)

  /** Keeps something written, with its pictures, in one transaction; then it is tried. Throws ShelfProblem. */
  app.write = async (fields, pictures = []) => {
    const [draft, blobs] = [draftOf(app, fields), {}]
    const photos = pictures.map(({ blob, faces, at }) => {
      const key = crypto.randomUUID()
      blobs[key] = blob
      const payload = { blob: key, taken_at: new Date().toISOString(), has_faces: faces, ...(at && { lon: at.lonlat[0], lat: at.lonlat[1], accuracy_m: at.accuracy }) }
      return draftOf(app, { kind: 'photo', resource: fields.resource, label: fields.label, payload })
    })
    const first = fields.kind === 'photo' ? [] : [draft]
    const step = (box) => [...first, ...photos].reduce(outbox.written, box)
    app.box = await shelf.change(step, blobs)
    changed()
    app.sync()
    return draft.id
  }

  app.change = async (step) => {
    app.box = await shelf.change(step)
    changed()
  }
  app.confirm = (resource) => app.write({ kind: 'confirm', resource: resource.id, base: resource.revision ?? null, label: resource.name, payload: { on: today() } })
  app.resources = () => resourcesOf(app)
  app.find = (words) => found(app.resources(), words, app.here?.lonlat ?? null)
  app.kinds = () => new Map((app.pack?.kinds ?? []).map((kind) => [kind.code, kind]))
  app.refresh = (force) => refreshPack(app, force).then(changed)
  app.persist = () => askToPersist().catch(() => null)
  /** Everything that is on this device goes: drafts, what goes along, the kept page. */
  app.wipe = async () => {
    clearTimeout(timer)
    await shelf.wipe({ drafts: true })
    for (const name of await caches.keys()) if (name.startsWith('engawa-field-')) await caches.delete(name)
    const registration = await navigator.serviceWorker?.getRegistration(urls.scope)
    await registration?.unregister()
  }
  return app
}

function draftOf(app, fields) {
  return { id: crypto.randomUUID(), account: app.account, written_at: new Date().toISOString(), ...fields }
}

/** What goes along, unless its month is over: then it is taken away. */
async function readPacks(app) {
  const packs = await app.shelf.packs()
  const [pack, map] = ['area', 'map'].map((id) => packs.find((one) => one.id === id && one.account === app.account) ?? null)
  app.packGone = Boolean(pack && Date.now() - Date.parse(pack.taken_at) > pack.kept_days * DAY_MS)
  const lost = packs.filter((one) => app.packGone || one.account !== app.account)
  for (const one of lost) await app.shelf.dropPack(one.id)
  app.pack = app.packGone ? null : pack
  app.map = app.packGone ? null : map
}

/** Asks for what goes along, if there is a network; what the device has already is not sent again. */
async function refreshPack(app, force = false) {
  const age = app.pack ? Date.now() - Date.parse(app.pack.asked_at) : Infinity
  if (!force && age < DAY_MS / 24) return
  try {
    const headers = app.pack?.account === app.account && app.pack.etag ? { 'If-None-Match': app.pack.etag } : {}
    const answer = await fetch(app.data.urls.pack, { headers, redirect: 'error', credentials: 'same-origin', cache: 'no-store' })
    const asked_at = new Date().toISOString()
    if (answer.status === 304) app.pack = { ...app.pack, asked_at, taken_at: new Date(answer.headers.get('Date') ?? asked_at).toISOString() }
    else if (answer.ok) app.pack = { ...(await answer.json()), id: 'area', account: app.account, etag: answer.headers.get('ETag'), asked_at }
    else return
    app.packGone = false
    await app.shelf.putPack(app.pack)
  } catch { /* no network, or a full disk: what is there stays */ }
}

/** The pack's entries as she has left them: with what she wrote on this device, and her new ones first. */
function resourcesOf(app) {
  const mine = app.box.drafts.filter((d) => d.account === app.account && d.payload)
  const changes = new Map()
  for (const { resource, kind, payload } of mine) {
    const more = kind === 'edit' ? payload.edits : kind === 'confirm' ? { confirmed_on: payload.on } : null
    if (more) changes.set(resource, { ...changes.get(resource), ...more })
  }
  const known = new Set((app.pack?.resources ?? []).map(({ id }) => id))
  const fresh = [...changes].filter(([id, values]) => !known.has(id) && values.name && values.kind)
  const added = fresh.map(([id, values]) => overlaid({ ...EMPTY, id, isDraft: true }, values, app.words))
  const kept = (app.pack?.resources ?? []).map((row) => (changes.has(row.id) ? overlaid(row, changes.get(row.id), app.words) : row))
  return [...added, ...kept.filter((row) => !row.closed_on)]
}

const EMPTY = { revision: null, place: null, address: '', confirmed_on: null, opening_words: [], search_key: '', kana: '', other_names: [] }

function overlaid(row, values, words) {
  const openings = values.openings ? { opening_words: values.openings.map((one) => openingWords(one, words)) } : {}
  const key = values.name ? { search_key: `${row.search_key} ${searchKey(values.name)}` } : {}
  return { ...row, ...values, ...openings, ...key }
}

/** What a shelf could not do, in words. */
export function problemWords(error, words) {
  const known = { full: words.disk_full, locked: words.shelf_locked, away: words.shelf_away }
  return known[error?.code] ?? fill(words.shelf_unknown, {})
}
