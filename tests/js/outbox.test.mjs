// static/js/field/outbox.js: what becomes of a draft, whatever is answered and in whatever order.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as outbox from '../../static/js/field/outbox.js'

const [HERS, OTHERS] = ['sakura', 'momiji']
const AGAIN = { state: 'gone', revision: 7 }

function box(...drafts) {
  return drafts.reduce(
    (all, [id, resource, more = {}]) =>
      outbox.written(all, {
        id, resource, account: HERS, kind: 'edit', base: 3, payload: { edits: { fee: id } }, ...more,
      }),
    outbox.emptyBox('telephone'),
  )
}
const one = (all, id) => all.drafts.find((d) => d.id === id)
const ids = (drafts) => drafts.map((d) => d.id)
const told = (all, id, status, body) => outbox.put(all, outbox.answered(one(all, id), status, body))

test('drafts are numbered by the device, whatever its clock says', () => {
  const all = box(['a', 'r', { written_at: '2030-01-01' }], ['b', 'q', { written_at: '1970-01-01' }])
  assert.deepEqual(all.drafts.map((d) => d.seq), [1, 2])
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['a', 'b'])
})

test('each answer leads to its state, and no answer to waiting', () => {
  const draft = one(box(['a', 'r']), 'a')
  const state = (status, body) => outbox.answered(draft, status, body).state
  assert.equal(state(200, AGAIN), 'gone')
  assert.equal(state(409, { code: 'conflict', theirs: { fee: '0' }, revision: 5 }), 'conflict')
  assert.equal(state(422, { code: 'invalid', fields: { fee: 'too_long' } }), 'refused')
  assert.equal(state(404, { code: 'not_found' }), 'refused')
  assert.equal(state(403, { code: 'not_allowed', action: 'outside_areas' }), 'refused')
  assert.equal(state(403, { code: 'not_allowed', action: 'other_account' }), 'waiting')
  assert.equal(state(401, { code: 'sign_in' }), 'sign_in')
  assert.equal(state(413, null), 'too_large')
  for (const status of [0, 400, 429, 500, 502, 503]) assert.equal(state(status, null), 'waiting')
})

test('a page of a hall’s own network is not the server’s word', () => {
  const draft = one(box(['a', 'r']), 'a')
  for (const status of [200, 401, 403, 404, 409, 422]) {
    assert.equal(outbox.answered(draft, status, null).state, 'waiting')
    assert.equal(outbox.answered(draft, status, { ok: true }).state, 'waiting')
  }
})

test('what is gone leaves its words behind no longer than needed', () => {
  const gone = outbox.answered(one(box(['a', 'r']), 'a'), 200, AGAIN)
  assert.deepEqual([gone.payload, gone.revision, gone.problem], [null, 7, null])
})

test('a later change of the same entry waits for the earlier one', () => {
  let all = box(['a', 'r'], ['b', 'r'], ['c', 'q'])
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['a', 'c'])
  all = told(all, 'a', 409, { code: 'conflict', theirs: { fee: '0' }, revision: 5 })
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['c'])
  all = told(outbox.settled(all, 'a', 'a2', 'ours'), 'a2', 200, AGAIN)
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['b', 'c'])
})

test('visits and pictures of an entry wait until it is made; pictures go last and hold up nothing', () => {
  const picture = { kind: 'photo', payload: { blob: 'p' } }
  let all = box(['p0', 'q', picture], ['new', 'r', { base: null }], ['p', 'r', picture], ['v', 'r', { kind: 'visit' }])
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['new', 'p0'])
  all = told(all, 'new', 200, AGAIN)
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['v', 'p0', 'p'])
  all = told(all, 'p', 413, null)
  assert.deepEqual(ids(outbox.due(outbox.written(all, { id: 'e', resource: 'r', account: HERS, kind: 'edit', base: 1 }).drafts, HERS)),
    ['v', 'e', 'p0'])
})

test('her own earlier changes are named, so that they never stand in her way', () => {
  const all = box(['new', 'r', { base: null }], ['b', 'r', { base: null }], ['c', 'q'], ['d', 'r', { account: OTHERS }])
  assert.deepEqual(one(all, 'b').own, ['new'])
  assert.equal(one(all, 'b').base, 0, 'the entry is hers, and new: a later change begins at nothing')
  assert.deepEqual([one(all, 'c').own, one(all, 'd').own], [[], []])
})

test('a browser that ended while sending sends again', () => {
  const all = box(['a', 'r'])
  const ended = outbox.put(all, { ...one(all, 'a'), state: 'sending' })
  assert.deepEqual(outbox.due(ended.drafts, HERS), [])
  assert.deepEqual(ids(outbox.due(outbox.restarted(ended).drafts, HERS)), ['a'])
  assert.equal(outbox.mayHaveArrived(one(outbox.restarted(ended), 'a')), true)
})

test('another account sees a number and sends nothing', () => {
  const all = box(['a', 'r'], ['b', 'q', { account: OTHERS }])
  assert.deepEqual(ids(outbox.due(all.drafts, OTHERS)), ['b'])
  const count = outbox.counted(all.drafts, OTHERS)
  assert.deepEqual([count.waiting, count.unsent, count.others], [1, 1, 1])
})

test('every draft is counted in some state', () => {
  const all = box(['a', 'r'], ['b', 'q'], ['c', 'p'])
  const mixed = told(told(all, 'a', 200, AGAIN), 'b', 422, { code: 'invalid' })
  const count = outbox.counted(mixed.drafts, HERS)
  assert.equal(outbox.STATES.reduce((sum, state) => sum + count[state], 0), 3)
  assert.deepEqual([count.gone, count.refused, count.waiting, count.unsent], [1, 1, 1, 2])
  assert.deepEqual(ids(outbox.unsent(mixed.drafts, HERS)), ['b', 'c'])
})

test('a session that runs out stops everything, and signing in goes on', () => {
  const out = outbox.signedOut(box(['a', 'r'], ['b', 'q', { account: OTHERS }]), HERS)
  assert.deepEqual(out.drafts.map((d) => d.state), ['sign_in', 'waiting'])
  assert.deepEqual(ids(outbox.due(outbox.signedIn(out, HERS).drafts, HERS)), ['a'])
})

test('a conflict sent again keeps its place, and what was written after it knows it', () => {
  let all = box(['a', 'r'], ['b', 'r'], ['c', 'r'])
  all = told(all, 'a', 409, { code: 'conflict', theirs: { fee: '0' }, revision: 5 })
  all = outbox.settled(all, 'a', 'a2', { fee: 'ours' })
  const again = one(all, 'a2')
  assert.deepEqual([again.base, again.settles, again.order, again.seq], [5, 'a', 1, 4])
  assert.deepEqual(again.payload, { edits: { fee: 'a' } })
  assert.deepEqual(one(all, 'c').own, ['a', 'b', 'a2'])
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['a2'])
})

test('where she takes theirs, what met nobody else’s is sent all the same', () => {
  const edits = { fee: '1', booking: 'x', place: [1, 2], place_level: 'building' }
  let all = box(['a', 'r', { payload: { edits } }])
  all = told(all, 'a', 409, { code: 'conflict', theirs: { fee: '0', place: [3, 4] }, revision: 5 })
  const left = one(outbox.settled(all, 'a', 'a2', { fee: 'theirs', place: 'theirs' }), 'a2')
  assert.deepEqual([left.kind, left.payload.edits], ['edit', { booking: 'x' }])
  const given = one(outbox.settled(all, 'a', 'a3', { fee: 'theirs' }), 'a3')
  assert.deepEqual(Object.keys(given.payload.edits), ['booking', 'place', 'place_level'])
})

test('where nothing is left of it, a conflict is given up, and the server is told', () => {
  let all = box(['a', 'r'], ['b', 'r'])
  all = told(all, 'a', 409, { code: 'conflict', theirs: { fee: '0' }, revision: 5 })
  all = outbox.settled(all, 'a', 'a2', 'theirs')
  const drop = one(all, 'a2')
  assert.deepEqual([drop.kind, drop.settles, drop.payload], ['drop', 'a', {}])
  assert.equal(outbox.bodyOf(drop, 'telephone').settles, 'a')
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['a2', 'b'])
})

test('what the desk has settled is gone here too, and says how', () => {
  let all = box(['a', 'r'], ['b', 'q'])
  all = told(all, 'a', 409, { code: 'conflict', theirs: { fee: '0' }, revision: 5 })
  all = outbox.settledElsewhere(all, [{ id: 'a', settled_how: 'theirs' }, { id: 'b', settled_how: null }])
  assert.deepEqual([one(all, 'a').state, one(all, 'a').settled, one(all, 'b').state], ['gone', 'theirs', 'waiting'])
})

test('a corrected draft has a new id; one that may have arrived is not corrected', () => {
  let all = told(box(['a', 'r'], ['b', 'r']), 'a', 422, { code: 'invalid', fields: { fee: 'too_long' } })
  all = outbox.corrected(all, 'a', 'a2', { edits: { fee: 'short' } })
  assert.deepEqual([one(all, 'a'), one(all, 'a2').state], [undefined, 'waiting'])
  const lost = told(all, 'a2', 0, null)
  assert.equal(outbox.corrected(lost, 'a2', 'a3', {}), lost)
})

test('an entry that is taken back takes with it what was written on it; what is gone stays', () => {
  const all = box(['new', 'r', { base: null }], ['v', 'r', { kind: 'visit' }], ['q', 'q'])
  assert.deepEqual(outbox.hanging(all.drafts, 'new'), ['new', 'v'])
  assert.deepEqual(ids(outbox.removed(all, 'new').drafts), ['q'])
  const sending = outbox.put(all, { ...one(all, 'new'), state: 'sending' })
  assert.equal(outbox.removed(sending, 'new'), sending)
  assert.deepEqual(ids(outbox.removed(told(all, 'new', 200, AGAIN), 'v').drafts), ['new', 'q'])
})

test('pictures are needed as long as their draft is not gone', () => {
  const all = box(['p', 'r', { kind: 'photo', payload: { blob: 'key' } }])
  assert.deepEqual([...outbox.blobsOf(all)], ['key'])
  assert.deepEqual([...outbox.blobsOf(told(all, 'p', 200, AGAIN))], [])
})

test('an entry that was merged: her answer goes to the one that stays, with its revision, and keeps its place in the row', () => {
  let all = box(['a', 'r'], ['b', 'r'])
  all = told(all, 'a', 409, { code: 'conflict', theirs: { fee: '0' }, revision: 8, merged_into: 's' })
  all = outbox.settled(all, 'a', 'a2', 'ours')
  const again = one(all, 'a2')
  assert.deepEqual([again.resource, again.stands, again.base, again.settles], ['r', 's', 8, 'a'])
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['a2'], 'what she wrote after it waits')
  const body = outbox.bodyOf(again, 'telephone')
  assert.deepEqual([body.resource, body.base], ['s', 8])
  all = told(all, 'a2', 409, { code: 'conflict', theirs: { fee: '1' }, revision: 9 })
  all = outbox.settled(all, 'a2', 'a3', 'ours')
  assert.deepEqual([outbox.bodyOf(one(all, 'a3'), 'telephone').resource, one(all, 'a3').base], ['s', 9])
  all = told(all, 'a3', 200, AGAIN)
  assert.equal(one(all, 'a3').merged, true)
  assert.deepEqual(ids(outbox.due(all.drafts, HERS)), ['b'])
  assert.equal(outbox.bodyOf(one(all, 'b'), 'telephone').resource, 'r', 'it begins at what she saw there')
})

test('leaving takes what is hers and keeps what others have not sent', () => {
  const all = told(box(['a', 'r'], ['b', 'q', { account: OTHERS }], ['c', 'p', { account: OTHERS }]), 'c', 200, AGAIN)
  assert.deepEqual(ids(outbox.othersUnsent(all.drafts, HERS)), ['b'])
})

test('who owes a second step is told so, and goes on once she has it', () => {
  const all = told(box(['a', 'r']), 'a', 401, { code: 'second_step' })
  assert.deepEqual([one(all, 'a').state, one(all, 'a').problem.code], ['sign_in', 'second_step'])
  assert.deepEqual(ids(outbox.due(outbox.signedIn(all, HERS).drafts, HERS)), ['a'])
})
