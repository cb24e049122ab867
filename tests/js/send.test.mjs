// static/js/field/send.js over a shelf in memory and a server of a few lines that answers as it is told.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as outbox from '../../static/js/field/outbox.js'
import { fitted } from '../../static/js/field/photo.js'
import { sender } from '../../static/js/field/send.js'
import { emptyDisk, memoryShelf } from './memory_shelf.mjs'

const ADDRESSES = { token: '/t', drafts: '/d', photos: '/p', conflicts: '/c' }
const WHO = { csrf: 'fresh', account: 'sakura' }
const json = (status, body, headers = {}) => new Response(JSON.stringify(body), { status, headers })

/** answers(address, options) -> Response or throws; `asked` collects what came. */
function device(answers, more = {}) {
  const disk = emptyDisk()
  const shelf = memoryShelf(disk, 'telephone')
  const asked = []
  const fetch = async (address, options = {}) => {
    asked.push([address, options])
    return address === '/t' && !more.token ? json(200, WHO) : answers(address, options)
  }
  const write = (id, fields = {}) => shelf.change((box) => outbox.written(box, {
    id, resource: 'r', account: 'sakura', kind: 'edit', base: 1, payload: { edits: { fee: id } }, ...fields,
  }))
  const send = sender({ shelf, addresses: ADDRESSES, fetch, locks: null, patience: 50, ...more })
  const states = async () => Object.fromEntries((await shelf.read()).drafts.map((d) => [d.id, d.state]))
  return { disk, shelf, asked, write, send, states }
}

test('what waits is sent in order, with a fresh token, and each step is told', async () => {
  const seen = []
  const her = device(() => json(200, { state: 'gone', revision: 2 }), { changed: (box) => seen.push(box.drafts[0].state) })
  await her.write('a')
  await her.write('b')
  assert.deepEqual(await her.send.round(), { state: 'done', account: 'sakura' })
  assert.deepEqual(await her.states(), { a: 'gone', b: 'gone' })
  const sent = her.asked.filter(([address]) => address === '/d')
  assert.deepEqual(sent.map(([, options]) => JSON.parse(options.body).id), ['a', 'b'])
  assert.equal(sent[0][1].headers['X-CSRFToken'], 'fresh')
  assert.ok(seen.includes('sending') && seen.includes('gone'))
})

test('no answer, or one that comes too late, leaves the draft waiting and ends the round', async () => {
  const never = (_address, { signal }) => new Promise((_go, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason))
  })
  for (const answers of [() => { throw new TypeError('network') }, never]) {
    const her = device(answers)
    await her.write('a')
    await her.write('b', { resource: 'q' })
    assert.deepEqual(await her.send.round(), { state: 'later', wait_s: 5 })
    assert.deepEqual(await her.send.round(), { state: 'later', wait_s: 10 })
    assert.deepEqual(await her.states(), { a: 'waiting', b: 'waiting' })
  }
})

test('a server that is too busy says when to come back', async () => {
  const her = device(() => json(503, { code: 'database_away' }, { 'Retry-After': '60' }))
  await her.write('a')
  assert.deepEqual(await her.send.round(), { state: 'later', wait_s: 60 })
})

test('what the server fails at does not stand in the way of the rest', async () => {
  const her = device((_address, { body }) => (JSON.parse(body).id === 'a' ? json(500, {}) : json(200, { state: 'gone' })))
  await her.write('a')
  await her.write('b', { resource: 'q' })
  assert.equal((await her.send.round()).state, 'later')
  assert.deepEqual(await her.states(), { a: 'waiting', b: 'gone' })
})

test('who is not signed in keeps everything; a device that was signed out keeps only its drafts', async () => {
  for (const revoked of [false, true]) {
    const her = device(() => json(401, { code: 'sign_in', revoked }), { token: true })
    await her.write('a')
    await her.shelf.setMeta('account', 'sakura')
    await her.shelf.putPack({ id: 'area' })
    assert.deepEqual(await her.send.round(), { state: 'sign_in', revoked, code: 'sign_in' })
    assert.deepEqual(await her.states(), { a: 'sign_in' })
    assert.equal((await her.shelf.packs()).length, revoked ? 0 : 1)
  }
})

test('she signs in again and everything goes on', async () => {
  const her = device(() => json(200, { state: 'gone' }))
  await her.write('a')
  await her.shelf.change((box) => outbox.signedOut(box, 'sakura'))
  await her.send.round()
  assert.deepEqual(await her.states(), { a: 'gone' })
})

test('a browser killed while sending sends again after its start', async () => {
  const her = device(() => json(200, { state: 'gone' }))
  await her.write('a')
  await her.shelf.change((box) => outbox.put(box, { ...box.drafts[0], state: 'sending' }))
  await her.send.round()
  assert.deepEqual(await her.states(), { a: 'gone' })
})

test('two tabs do not send at once', async () => {
  let go
  const her = device(() => new Promise((answer) => { go = () => answer(json(200, { state: 'gone' })) }))
  await her.write('a')
  const other = sender({ shelf: her.shelf, addresses: ADDRESSES, fetch: () => assert.fail('asked'), locks: null })
  const first = her.send.round()
  while (!go) await new Promise(setImmediate)
  assert.deepEqual(await other.round(), { state: 'busy' })
  go()
  assert.equal((await first).state, 'done')
})

test('a picture goes as a form and leaves the shelf when it has arrived', async () => {
  const her = device(() => json(200, { state: 'gone' }))
  const fields = {
    id: 'p', resource: 'r', account: 'sakura', kind: 'photo',
    payload: { blob: 'key', has_faces: 'no', lon: 136.5, taken_at: null },
  }
  await her.shelf.change((box) => outbox.written(box, fields), { key: new Blob(['jpeg']) })
  await her.send.round()
  const form = her.asked.find(([address]) => address === '/p')[1].body
  assert.deepEqual([...form.keys()], ['id', 'seq', 'device', 'account', 'resource', 'has_faces', 'lon', 'file'])
  assert.equal(her.disk.blobs.size, 0)
})

test('a full disk is told, and nothing of the change is there', async () => {
  const her = device(() => json(200, { state: 'gone' }))
  await her.write('a')
  her.disk.full = true
  await assert.rejects(her.write('b'), { code: 'full' })
  assert.deepEqual(await her.states(), { a: 'waiting' })
})

test('what the desk has settled is asked for while a conflict is open', async () => {
  const her = device((address) => (address === '/c'
    ? json(200, { conflicts: [{ id: 'a', settled_how: 'ours' }] })
    : json(409, { code: 'conflict', theirs: { fee: '0' }, revision: 2 })))
  await her.write('a')
  await her.send.round()
  assert.deepEqual(await her.states(), { a: 'gone' })
})

test('a picture fits into 1,600 pixels and is never made larger', () => {
  assert.deepEqual(fitted(4000, 3000), { width: 1600, height: 1200 })
  assert.deepEqual(fitted(300, 400), { width: 300, height: 400 })
  assert.deepEqual(fitted(10000, 1), { width: 1600, height: 1 })
})

test('a disk that takes not even a step of sending is told, and sends when there is room', async () => {
  const her = device(() => json(200, { state: 'gone' }))
  await her.write('a')
  her.disk.full = true
  assert.deepEqual(await her.send.round(), { state: 'full' })
  her.disk.full = false
  assert.equal((await her.send.round()).state, 'done')
  assert.deepEqual(await her.states(), { a: 'gone' })
})

test('a device that is left keeps what others have not sent, with their pictures', async () => {
  const her = device(() => json(200, { state: 'gone' }))
  await her.write('a')
  await her.shelf.change((box) => outbox.written(box, { id: 'p', resource: 'r', account: 'momiji', kind: 'photo', payload: { blob: 'theirs' } }), { theirs: new Blob(['x']) })
  await her.shelf.change((box) => outbox.written(box, { id: 'q', resource: 'r', account: 'sakura', kind: 'photo', payload: { blob: 'hers' } }), { hers: new Blob(['y']) })
  await her.shelf.putPack({ id: 'area' })
  await her.shelf.wipe({ drafts: true, account: 'sakura' })
  assert.deepEqual(await her.states(), { p: 'waiting' })
  assert.deepEqual([...her.disk.blobs.keys()], ['theirs'])
  assert.deepEqual(await her.shelf.packs(), [])
})
