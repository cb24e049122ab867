// The coordinator's outbox: what is written without a network waits here until the server has it.
// This file is pure; keeping is field/shelf.js, sending is field/send.js, pictures are field/photo.js.
//
//   waiting --send--> sending --200--> gone
//                        |-----409--> conflict    both values are kept, here and at the desk: she chooses
//                        |-----422, 403, 404--> refused    words beside the field; she corrects or removes it
//                        |-----401--> sign_in     goes on by itself once she has signed in
//                        |-----413--> too_large   she takes a smaller picture
//                        '--no answer, 429, 5xx--> waiting
//
// A box is {device, seq, drafts}; every function that changes something returns a new box. A draft:
//   id        made here; the server counts it once, however often it comes
//   seq       this device's counter; order: the seq of the draft whose place it took, else its own. Never a clock
//   account   who wrote it; only she sends it, and others see no more of it than a number
//   kind      edit (base null: a new entry), confirm, visit, photo, drop (a conflict given up)
//   resource  the entry; base: the revision she looked at; own: earlier drafts of hers on the same entry,
//             which she saw beside it, so that her own changes never stand in her way
//   payload   edit {edits}, confirm {on}, visit {the fields of geo/visits.py}, photo {blob: its key on the shelf, taken_at, lon, lat,
//             accuracy_m, has_faces, caption}; null once it is gone
//   settles   the draft whose conflict this one answers
//   stands    the entry that the office has merged hers into: there her answer goes; `resource` stays, for the order
//   written_at, label   the device's clock (a claim) and words to show
//   state, problem {code, …}, tries, revision

export const STATES = ['waiting', 'sending', 'conflict', 'refused', 'sign_in', 'too_large', 'gone']
const GONE_KEPT = 500 // our choice: what was sent stays listed for a while
const TOGETHER = ['place', 'place_level', 'place_source'] // one place, known so well, captured so
const BAD_REQUESTS = 3 // our choice: a request that cannot be read is first tried with a fresh token

/** An empty box of a device. */
export function emptyBox(device) {
  return { device, seq: 0, drafts: [] }
}

/** Something new: `fields` are {id, account, kind, resource, base, payload, label, written_at}. */
export function written(box, fields) {
  const seq = box.seq + 1
  const before = box.drafts.filter((d) => hers(d, fields) && d.kind !== 'photo')
  const isHerNew = before.some((d) => d.kind === 'edit' && d.base === null)
  const draft = {
    base: null, payload: {}, label: '', written_at: null, settles: null, ...fields,
    ...{ seq, order: seq, state: 'waiting', problem: null, tries: 0, revision: null },
    own: before.map((d) => d.id),
  }
  if (draft.kind === 'edit' && draft.base === null && isHerNew) draft.base = 0
  return swept({ ...box, seq, drafts: [...box.drafts, draft] })
}

/** What is asked of the server for a draft (photos go as a form, see send.js). */
export function bodyOf(draft, device) {
  const { id, seq, account, kind, base, own, settles, written_at } = draft
  const resource = draft.stands ?? draft.resource
  const common = { id, seq, device, account, kind, resource, written_at, settles }
  if (kind === 'edit') return { ...common, base, own, edits: draft.payload.edits }
  if (kind === 'visit') return { ...common, visit: { resource, ...draft.payload } }
  return { ...common, ...draft.payload }
}

/**
 * A draft after one try. `status` is of HTTP, 0 without an answer; `body` is what was read as JSON, or null.
 * Only our server's own words count: the sign-in page of a hall's network answers 200, too.
 */
export function answered(draft, status, body = null) {
  const said = typeof body?.code === 'string' ? body.code : null
  const asItIs = { ...draft, state: 'waiting', tries: draft.tries + 1 }
  if (status === 200 && body?.state === 'gone') {
    const revision = body.revision ?? null
    return { ...draft, state: 'gone', payload: null, problem: null, revision, merged: Boolean(body.merged_into || draft.stands) }
  }
  if (status === 413) return { ...asItIs, state: 'too_large', problem: { code: 'too_large' } }
  if (status === 400 && said && asItIs.tries >= BAD_REQUESTS) return refused(asItIs, body)
  if (said) {
    if (status === 409 && body.theirs) return { ...asItIs, state: 'conflict', problem: body }
    if (status === 401) return { ...asItIs, state: 'sign_in', problem: { code: said } }
    if (status === 403 && body.action === 'other_account') return { ...asItIs, problem: { code: said } }
    if ([403, 404, 410, 422].includes(status)) return refused(asItIs, body)
  }
  return { ...asItIs, problem: { code: 'no_answer', status } }
}

/** A box after one try of a draft. One that was removed meanwhile stays away, one that is gone stays gone. */
export function heard(box, id, status, body = null) {
  return each(box, (d) => d.id === id && d.state !== 'gone', (d) => answered(d, status, body))
}

/** Drafts that may be sent now, in order: words first, pictures last. */
export function due(drafts, account) {
  const order = inOrder(drafts.filter((d) => d.account === account))
  const open = order.filter((d) => d.kind === 'edit' && d.state !== 'gone')
  const free = (d) => d.kind === 'drop' || !open.some((e) => e !== d && e.resource === d.resource &&
    e.order < d.order && (d.kind === 'edit' || e.base === null))
  const ready = order.filter((d) => d.state === 'waiting' && free(d))
  const isPicture = (d) => d.kind === 'photo'
  return [...ready.filter((d) => !isPicture(d)), ...ready.filter(isPicture)]
}

/** A draft's new self in its box. One that was removed meanwhile stays away. */
export function put(box, draft) {
  return { ...box, drafts: box.drafts.map((d) => (d.id === draft.id ? draft : d)) }
}

/** After a start: what was being sent when the browser ended may or may not have arrived. It goes again. */
export function restarted(box) {
  return each(box, (d) => d.state === 'sending', (d) => ({ ...d, state: 'waiting', tries: d.tries + 1 }))
}

/** She has signed in again: what waited for that goes on. */
export function signedIn(box, account) {
  const waits = (d) => d.account === account && d.state === 'sign_in'
  return each(box, waits, (d) => ({ ...d, state: 'waiting', problem: null }))
}

/** The session has run out: whatever would be sent waits for her to sign in. */
export function signedOut(box, account) {
  const goes = (d) => d.account === account && ['waiting', 'sending'].includes(d.state)
  return each(box, goes, (d) => ({ ...d, state: 'sign_in', problem: { code: 'sign_in' } }))
}

/** How many of her drafts are in each state, `unsent` of hers altogether, `others` of anybody else. */
export function counted(drafts, account) {
  const count = Object.fromEntries(STATES.map((state) => [state, 0]))
  const mine = drafts.filter((d) => d.account === account)
  for (const draft of mine) count[draft.state] += 1
  return { ...count, unsent: mine.length - count.gone, others: othersUnsent(drafts, account).length }
}

/** What others than she wrote on this device and have not sent. */
export function othersUnsent(drafts, account) {
  return drafts.filter((d) => d.account !== account && d.state !== 'gone')
}

/** Drafts of hers that are not gone, in order: what a page lists. */
export function unsent(drafts, account) {
  return inOrder(drafts.filter((d) => d.account === account && d.state !== 'gone'))
}

/** A draft that cannot have arrived, as she has corrected it. A new id: the old one may still be on its way. */
export function corrected(box, id, newId, payload, more = {}) {
  const draft = box.drafts.find((d) => d.id === id)
  const isOpen = draft && (['refused', 'too_large'].includes(draft.state) || !mayHaveArrived(draft))
  const label = payload.edits?.name || draft?.label
  return isOpen && draft.state !== 'conflict' ? replaced(box, id, { id: newId, payload, label, ...more }) : box
}

/**
 * Her answer to a conflict. `taken`: 'ours', 'theirs', or {field: 'ours' | 'theirs'} (ours where nothing is
 * said). What did not conflict is sent in any case; when nothing is left, the conflict is given up.
 */
export function settled(box, id, newId, taken) {
  const draft = box.drafts.find((d) => d.id === id)
  if (draft?.state !== 'conflict') return box
  const { theirs, revision, merged_into: stands = draft.stands } = draft.problem
  const met = withParts(Object.keys(theirs))
  const keeps = (field) => !met.has(field) || choiceFor(taken, field, theirs) !== 'theirs'
  const edits = Object.fromEntries(Object.entries(draft.payload.edits).filter(([f]) => keeps(f)))
  const rest = Object.keys(edits).length
    ? { base: revision, payload: { edits } }
    : { kind: 'drop', payload: {} }
  return replaced(box, id, { id: newId, settles: id, ...rest, ...(stands && { stands }) })
}

/** The desk has chosen, or she has on another device: `rows` as /field/conflicts tells them. */
export function settledElsewhere(box, rows) {
  const how = new Map(rows.filter((row) => row.settled_how).map((row) => [row.id, row.settled_how]))
  const ends = (d) => d.state === 'conflict' && how.has(d.id)
  return each(box, ends, (d) => ({ ...d, state: 'gone', payload: null, problem: null, settled: how.get(d.id) }))
}

/** Whether a draft may be on the server although it was never told so: then removing it here undoes nothing. */
export function mayHaveArrived(draft) {
  return draft.state === 'sending' || (draft.tries > 0 && ['waiting', 'sign_in'].includes(draft.state))
}

/** Drafts that go with one: all that is written on an entry that would then never be made. */
export function hanging(drafts, id) {
  const draft = drafts.find((d) => d.id === id)
  if (!draft) return []
  const isNew = draft.kind === 'edit' && draft.base === null && draft.state !== 'gone'
  const goes = (d) => d.id === id || (isNew && hers(d, draft) && d.state !== 'gone')
  return drafts.filter(goes).map((d) => d.id)
}

/** She takes a draft back, and what hangs on it. Never one that is just being sent, nor one that is gone. */
export function removed(box, id) {
  const going = hanging(box.drafts, id)
  const stuck = box.drafts.some((d) => going.includes(d.id) && ['sending', 'gone'].includes(d.state))
  if (stuck) return box
  return { ...box, drafts: box.drafts.filter((d) => !going.includes(d.id)) }
}

function refused(draft, { code, action = null, message = '', hint = '', fields = {}, problems = {} }) {
  return { ...draft, state: 'refused', problem: { code: action ?? code, message, hint, fields, problems } }
}

/** Another draft in the place of one; what was written after it knows it as her own. */
function replaced(box, id, changes) {
  const old = box.drafts.find((d) => d.id === id)
  if (!old || ['sending', 'gone'].includes(old.state)) return box
  const seq = box.seq + 1
  const fresh = { ...old, seq, state: 'waiting', problem: null, tries: 0, revision: null, ...changes }
  const drafts = box.drafts.map((d) => {
    if (d.id === id) return fresh
    return d.own.includes(id) ? { ...d, own: [...d.own, fresh.id] } : d
  })
  return { ...box, seq, drafts }
}

function swept(box) {
  const gone = inOrder(box.drafts.filter((d) => d.state === 'gone'))
  const old = new Set(gone.slice(0, Math.max(0, gone.length - GONE_KEPT)).map((d) => d.id))
  return old.size ? { ...box, drafts: box.drafts.filter((d) => !old.has(d.id)) } : box
}

/** Keys of the pictures that some draft still needs. */
export function blobsOf(box) {
  return new Set(box.drafts.flatMap((d) => d.payload?.blob ?? []))
}

function choiceFor(taken, field, theirs) {
  if (typeof taken === 'string') return taken
  if (!TOGETHER.includes(field)) return taken[field] ?? 'ours'
  const said = TOGETHER.filter((part) => part in theirs).map((part) => taken[part])
  return said.find(Boolean) ?? 'ours'
}

function withParts(fields) {
  return new Set(fields.some((f) => TOGETHER.includes(f)) ? [...fields, ...TOGETHER] : fields)
}

function hers(draft, { account, resource }) {
  return draft.account === account && draft.resource === resource
}

function inOrder(drafts) {
  return [...drafts].sort((a, b) => a.order - b.order || a.seq - b.seq)
}

function each(box, which, change) {
  return { ...box, drafts: box.drafts.map((d) => (which(d) ? change(d) : d)) }
}
