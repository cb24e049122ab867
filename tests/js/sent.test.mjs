// static/js/field/sent.js and overlay.js: what is known on the device of what has gone.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as outbox from '../../static/js/field/outbox.js'
import { resourcesOf } from '../../static/js/field/overlay.js'
import { addedByHer, forgotten, lately } from '../../static/js/field/sent.js'

function box() {
  let all = outbox.emptyBox('telephone')
  const add = (id, fields) => { all = outbox.written(all, { id, account: 'sakura', label: '', written_at: '2026-11-30T01:00:00.000Z', ...fields }) }
  add('new', { kind: 'edit', base: null, resource: 'r', label: '畑の立ち話', payload: { edits: { kind: 'salon', name: '畑の立ち話' } } })
  add('fee', { kind: 'edit', base: 3, resource: 'q', label: '茶の間', payload: { edits: { fee: '1' } } })
  add('other', { kind: 'edit', base: null, resource: 's', account: 'momiji', label: '別の人の', payload: { edits: {} } })
  for (const id of ['new', 'fee', 'other']) all = outbox.heard(all, id, 200, { state: 'gone', revision: 1 })
  return all
}

test('what she has added and the office has is known by its name and day alone', () => {
  assert.deepEqual(addedByHer(box().drafts, 'sakura'), [{ id: 'r', name: '畑の立ち話', seen_at: '2026-11-30T01:00:00.000Z' }])
  const rows = resourcesOf({ box: box(), account: 'sakura', pack: { resources: [{ id: 'q', name: '茶の間', search_key: '' }] }, words: {} })
  assert.deepEqual(rows.map(({ id, isOwn }) => [id, isOwn ?? false]), [['r', true], ['q', false]])
  assert.deepEqual([rows[0].address, rows[0].place, rows[0].kind], ['', null, undefined])
})

test('once everybody may see it, it goes along like any other', () => {
  const pack = { resources: [{ id: 'r', name: '畑の立ち話', search_key: '' }] }
  assert.deepEqual(resourcesOf({ box: box(), account: 'sakura', pack, words: {} }).map(({ isOwn }) => isOwn), [undefined])
})

test('another account sees nothing of it, and after a month nobody does', () => {
  assert.deepEqual(lately(box().drafts, 'momiji').map((d) => d.id), ['other'])
  const old = forgotten(box(), '2026-12-31T00:00:00.000Z')
  assert.deepEqual([addedByHer(old.drafts, 'sakura'), lately(old.drafts, 'momiji')], [[], []])
  assert.equal(old.drafts.length, 3)
  const same = box()
  assert.equal(forgotten(same, '2026-11-01T00:00:00.000Z'), same)
})

test('what is not sent keeps its name however old it is', () => {
  const waits = outbox.written(outbox.emptyBox('t'), { id: 'a', account: 'sakura', kind: 'visit', label: '訪問', written_at: '2020-01-01' })
  assert.equal(forgotten(waits, '2026-12-31').drafts[0].label, '訪問')
})
