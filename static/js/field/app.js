// What all views of /field/ share: the shelf, who is signed in, what goes along, writing and sending.
import * as outbox from './outbox.js'
import { wipeDevice } from './leaving.js'
import { resourcesOf } from './overlay.js'
import { found } from './places.js'
import { sender } from './send.js'
import { KEPT_DAYS, forgotten } from './sent.js'
import { ShelfProblem, askToPersist, openShelf } from './shelf.js'
import { problemWords, today } from './telling.js'

const DAY_MS = 86_400_000
const FIRST_MS = 2_000 // our choice: how long a page that opens waits to hear who is signed in
const ROUNDS_MS = 60_000 // our choice: how often what waits is tried while the page is open

/**
 * @param {object} data the page's: urls, words, vocabularies
 * @param {function} changed called whenever something that a view shows is different
 */
export async function openApp(data, changed) {
  const shelf = await openShelf()
  const app = { data, words: data.words, shelf, box: await started(shelf), account: null, pack: null, packGone: false, map: null, here: null, mustSignIn: null, isUnanswered: false, isFull: false }
  app.account = (await whoIsHere(data.urls.token)) ?? (await shelf.meta('account')) ?? null
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
    if (isOver(app.pack)) await readPacks(app)
    if (!navigator.onLine) { // the page asks again when there is a network
      changed()
      return { state: 'offline' }
    }
    app.isAsking = !app.pack
    changed()
    const before = app.count()
    let result = await sending.round().catch(() => ({ state: 'later', wait_s: 60 }))
    if (result.state === 'full' && app.map) { // it can be fetched again, what is written cannot
      await shelf.dropPack('map')
      app.map = null
      result = await sending.round().catch(() => ({ state: 'later', wait_s: 60 }))
    }
    app.mustSignIn = result.state === 'sign_in' ? result.code : null
    app.isUnanswered = result.state === 'later'
    app.isFull = result.state === 'full'
    const isAnother = result.account && result.account !== app.account
    if (isAnother) app.account = result.account
    if (result.revoked || isAnother) await readPacks(app)
    const after = app.count() // what was refused may have been so because her areas are others now
    if (result.state === 'done') await refreshPack(app, after.unsent < before.unsent || after.refused > before.refused)
    app.isAsking = false
    const wait = result.state === 'later' ? result.wait_s * 1000 : ROUNDS_MS
    timer = setTimeout(app.sync, wait)
    changed()
    return result
  }

  app.count = () => outbox.counted(app.box.drafts, app.account)
  app.unsent = () => outbox.unsent(app.box.drafts, app.account)

  /** Keeps something written, with its pictures, in one transaction; then it is tried. Throws ShelfProblem. */
  app.write = async (fields, pictures = []) => {
    if (!app.account) throw new ShelfProblem('nobody')
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

  /** Changes what waits here; says so and changes nothing where the device cannot keep it. */
  app.change = async (step, blobs = {}) => {
    try {
      app.box = await shelf.change(step, blobs)
    } catch (error) {
      if (!(error instanceof ShelfProblem)) throw error
      app.say(problemWords(error, app.words))
      return false
    }
    changed()
    return true
  }
  app.confirm = (resource) => app.write({ kind: 'confirm', resource: resource.id, base: resource.revision ?? null, label: resource.name, payload: { on: today() } })
  app.resources = () => resourcesOf(app)
  app.find = (words) => found(app.resources(), words, app.here?.lonlat ?? null)
  app.kinds = () => new Map((app.pack?.kinds ?? []).map((kind) => [kind.code, kind]))
  app.refresh = (force) => refreshPack(app, force).then(changed)
  app.persist = () => askToPersist().catch(() => null)
  /** What is hers on this device goes: drafts, what goes along, the kept page. */
  app.wipe = async () => {
    clearTimeout(timer)
    await wipeDevice(shelf, app.account, urls.scope)
  }
  return app
}

function draftOf(app, fields) {
  return { id: crypto.randomUUID(), account: app.account, written_at: new Date().toISOString(), ...fields }
}

/** Who is signed in, if the office says so at once: a telephone that has changed hands shows nobody else's day. */
async function whoIsHere(address) {
  if (!navigator.onLine) return null
  try {
    const options = { redirect: 'error', credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(FIRST_MS) }
    const answer = await fetch(address, options)
    return answer.ok ? ((await answer.json()).account ?? null) : null
  } catch {
    return null
  }
}

/** The box after a start. On a full disk it cannot be written, and is shown all the same. */
async function started(shelf) {
  const long = new Date(Date.now() - KEPT_DAYS * DAY_MS).toISOString()
  const step = (box) => forgotten(outbox.restarted(box), long)
  try {
    return await shelf.change(step)
  } catch (error) {
    if (error?.code !== 'full') throw error
    return step(await shelf.read())
  }
}

/** Whether the days are over that a pack may be kept. */
function isOver(pack) {
  return Boolean(pack && Date.now() - Date.parse(pack.taken_at) > pack.kept_days * DAY_MS)
}

/** What goes along, unless its month is over: then it is taken away. */
async function readPacks(app) {
  const packs = await app.shelf.packs()
  const [pack, map] = ['area', 'map'].map((id) => packs.find((one) => one.id === id && one.account === app.account) ?? null)
  app.packGone = isOver(pack)
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
