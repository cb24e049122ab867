// Sends what waits in the outbox, one draft after the other, and reports every step. Nothing here decides
// what becomes of a draft (outbox.js does), and nothing is remembered that is not on the shelf: a browser
// may be killed between any two lines.
import * as outbox from './outbox.js'

const PATIENCE_MS = 30_000 // our choice: a text in a hall with one bar
const PICTURE_PATIENCE_MS = 120_000 // our choice: half a megabyte at 40 kbit/s
const FIRST_WAIT_S = 5 // our choice; doubled each time
const LONGEST_WAIT_S = 300
const LEASE_MS = 60_000 // our choice: of a tab that ended without a word; two at once do no harm
const NOBODY_THERE = new Set([0, 429, 502, 503, 504])
const LOCK = 'engawa-field-send'

/**
 * A sender over a shelf (shelf.js; in memory: tests/js/memory_shelf.mjs).
 *
 * addresses  {token, drafts, photos, conflicts}: of the server's doors
 * fetch      as the browser's; changed(box) is called after each step that the shelf has kept
 * locks      navigator.locks; null: a lease on the shelf keeps other tabs out
 * patience, picturePatience   ms that one try may take
 *
 * round() resolves to {state, account?, wait_s?}:
 *   done      nothing is left that could be sent
 *   sign_in   nobody is signed in; revoked: this device was signed out from elsewhere; code: sign_in, or second_step
 *             where she has to get one first
 *   full      the disk is so full that not even a step of sending can be kept
 *   later     no answer, or too busy: try again after wait_s seconds, or when the network is back
 *   busy      another tab is sending
 */
export function sender({
  shelf, addresses, changed = () => {}, fetch = globalThis.fetch.bind(globalThis),
  locks = globalThis.navigator?.locks ?? null,
  patience = PATIENCE_MS, picturePatience = PICTURE_PATIENCE_MS,
}) {
  const me = crypto.randomUUID()
  let failures = 0

  const keep = async (step) => {
    const box = await shelf.change(step)
    changed(box)
    return box
  }

  /** {status, body, retry_s}; status 0: no answer that is ours. */
  async function ask(address, options, patience_ms) {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), patience_ms)
    try {
      const answer = await fetch(address, {
        ...options, signal: stop.signal, credentials: 'same-origin', redirect: 'error', cache: 'no-store',
        headers: { Accept: 'application/json', ...options.headers },
      })
      const body = await answer.json().catch(() => null)
      return { status: answer.status, body, retry_s: seconds(answer.headers.get('Retry-After')) }
    } catch {
      return { status: 0, body: null, retry_s: null }
    } finally {
      clearTimeout(timer)
    }
  }

  async function deliver(draft, box, csrf) {
    const headers = { 'X-CSRFToken': csrf }
    if (draft.kind !== 'photo') {
      const body = JSON.stringify(outbox.bodyOf(draft, box.device))
      const options = { method: 'POST', body, headers: { ...headers, 'Content-Type': 'application/json' } }
      return ask(addresses.drafts, options, patience)
    }
    const picture = await shelf.blob(draft.payload.blob)
    if (!picture) return { status: 422, body: { code: 'picture_lost' }, retry_s: null }
    const form = formOf(draft, box.device, picture)
    return ask(addresses.photos, { method: 'POST', body: form, headers }, picturePatience)
  }

  async function once() {
    await keep(outbox.restarted) // whoever was sending has ended: only one sends
    const who = await ask(addresses.token, {}, patience)
    if (who.status === 401 && who.body?.code) {
      return signInAgain(await shelf.meta('account'), who.body)
    }
    if (who.status !== 200 || !who.body?.csrf) return later(who)
    const { account, csrf } = who.body
    await shelf.setMeta('account', account)
    await keep((box) => outbox.signedIn(box, account))
    return drain(account, csrf)
  }

  async function drain(account, csrf) {
    const stuck = new Set() // what the server fails at: it must not stand in the way of the rest
    for (;;) {
      const { drafts } = await shelf.read()
      const next = outbox.due(drafts, account).find((d) => !stuck.has(d.id))
      if (!next) break
      let taken = null // what is sent is what the shelf has at this moment
      const box = await keep((b) => {
        taken = b.drafts.find((d) => d.id === next.id && d.state === 'waiting') ?? null
        return taken ? outbox.put(b, { ...taken, state: 'sending' }) : b
      })
      if (!taken) continue
      const answer = await deliver(taken, box, csrf)
      const told = await keep((b) => outbox.heard(b, taken.id, answer.status, answer.body))
      const after = told.drafts.find((d) => d.id === taken.id)
      if (!after) continue
      if (after.state === 'sign_in') return signInAgain(account, answer.body)
      if (after.state === 'waiting' && NOBODY_THERE.has(answer.status)) return later(answer)
      if (after.state === 'waiting') stuck.add(after.id)
    }
    await settledByOthers(account)
    if (stuck.size) return later({ retry_s: null })
    failures = 0
    return { state: 'done', account }
  }

  async function settledByOthers(account) {
    const isOpen = (d) => d.state === 'conflict' && d.account === account
    if (!(await shelf.read()).drafts.some(isOpen)) return
    const told = await ask(addresses.conflicts, {}, patience)
    if (told.status === 200 && told.body?.conflicts) {
      await keep((box) => outbox.settledElsewhere(box, told.body.conflicts))
    }
  }

  async function signInAgain(account, { revoked = false, code = 'sign_in' }) {
    await keep((box) => outbox.signedOut(box, account))
    if (revoked) await shelf.wipe() // a lost device keeps nothing but what nobody else has: its drafts
    return { state: 'sign_in', revoked, code }
  }

  function later({ retry_s }) {
    failures += 1
    const doubled = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.min(failures - 1, 10))
    return { state: 'later', wait_s: Math.max(retry_s ?? 0, doubled) }
  }

  async function leased(work) {
    let isMine = false
    await shelf.setLease((lease) => {
      isMine = !lease || lease.holder === me || !(lease.until > Date.now() && lease.until < Date.now() + LEASE_MS)
      return isMine ? { holder: me, until: Date.now() + LEASE_MS } : lease
    })
    if (!isMine) return { state: 'busy' }
    try {
      return await work()
    } finally {
      await shelf.setLease((lease) => (lease?.holder === me ? null : lease))
    }
  }

  async function round() {
    try {
      if (!locks) return await leased(once)
      return await locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? once() : { state: 'busy' }))
    } catch (error) {
      if (error?.code !== 'full') throw error
      return { state: 'full' }
    }
  }

  return { round }
}

function formOf(draft, device, picture) {
  const form = new FormData()
  const { blob: _key, ...said } = draft.payload
  const { id, seq, account, resource } = draft
  for (const [name, value] of Object.entries({ id, seq, device, account, resource, ...said })) {
    if (value !== null && value !== undefined) form.append(name, String(value))
  }
  form.append('file', picture, 'photo.jpg')
  return form
}

function seconds(text) {
  const read = Number.parseInt(text ?? '', 10)
  return Number.isFinite(read) && read >= 0 ? Math.min(read, 3600) : null
}
