// static/js/field/mending.js: for whatever the office refuses there is a way on, and nothing is typed twice.
import assert from 'node:assert/strict'
import test from 'node:test'
import { newValues } from '../../static/js/field/adding.js'
import { moved, placeOf, placeValues, waysOf, without } from '../../static/js/field/mending.js'
import * as outbox from '../../static/js/field/outbox.js'
import { changes } from '../../static/js/field/rest.js'
import { visitValues } from '../../static/js/field/visit.js'

const PLACE = { lonlat: [136.0072, 32.5222], level: 'surveyed', how: 'gps', accuracy: 12, at: '2026-11-30T01:00:00Z' }
const NEW = newValues({ kind: 'salon', name: '茶の間', address: '緑丘1', place: PLACE, openings: [{ rrule: null }], day: '2026-11-30' })
const SAID = { name: 'x', kana: 'x', eligibility: 'anyone', seating: 'chairs', entrance: 'flat', western_toilet: 'yes', parking: 'yes', pick_up: 'yes', may_visit: 'yes', fee: '1', booking: 'x', closed_on: '2026-11-01', closed_reason: 'x', consent_web: 'yes', consent_by: '会長' }
const VISIT = { resource: 'r', ...visitValues({ place: 'x', visited_on: '2026-11-30', activity: 'visit', note: 'x', met: '3', next_step: 'x', next_on: '2026-12-07', next_by: 'x', promised: 'x', confirmed: ['on'] }, { lonlat: [136, 32], accuracy: 9 }) }
const refused = (kind, payload, problem, more = {}) => ({ kind, payload, base: null, state: 'refused', problem, ...more })
const names = (draft) => waysOf(draft).map(({ way }) => way)

test('every field that the page can send has a way on when it is refused', () => {
  for (const edits of [NEW, changes({}, SAID, [], '2026-11-30')]) {
    for (const field of Object.keys(edits)) {
      const ways = names(refused('edit', { edits }, { code: 'invalid', fields: { [field]: 'unreadable' } }))
      assert.ok(ways.length && ways.every((way) => way), `${field}: ${ways}`)
      assert.notDeepEqual(ways, ['again'], `${field} can only be sent as it is`)
    }
  }
  for (const field of Object.keys(VISIT).filter((name) => name !== 'resource')) {
    assert.notDeepEqual(names(refused('visit', VISIT, { code: 'invalid', fields: { [field]: 'unreadable' } })), ['again'], field)
  }
})

test('each refusal of a whole draft has a way on', () => {
  for (const code of ['outside_areas', 'no_municipality', 'change_resource', 'write_visits', 'forbidden', 'not_found', 'bad_request', 'invalid']) {
    for (const [kind, payload] of [['edit', { edits: NEW }], ['edit', { edits: { fee: '1' } }], ['confirm', { on: '2026-11-30' }], ['visit', VISIT], ['photo', { blob: 'b' }]]) {
      assert.ok(names(refused(kind, payload, { code, fields: {} })).length, `${kind} ${code}`)
    }
  }
  assert.deepEqual(waysOf(refused('drop', {}, { code: 'not_found' })), [], 'what is given up need not be sent')
})

test('a new entry outside her area, on no land or without a place gets another place', () => {
  assert.deepEqual(names(refused('edit', { edits: NEW }, { code: 'outside_areas' })), ['place'])
  assert.deepEqual(names(refused('edit', { edits: { kind: 'salon', name: 'x' } }, { code: 'outside_areas' })), ['place'])
  assert.deepEqual(waysOf(refused('edit', { edits: NEW }, { code: 'invalid', fields: { place: 'outside_japan' } })), [{ way: 'place', fields: ['place'] }])
  assert.deepEqual(names(refused('edit', { edits: { fee: '1' } }, { code: 'outside_areas' }, { base: 3 })), ['again'], 'that entry lies elsewhere: no place of hers mends it')
})

test('a visit whose 「変わりなし」 cannot be is kept without it', () => {
  const ways = waysOf(refused('visit', VISIT, { code: 'invalid', fields: { resource: 'has_ended' } }))
  assert.deepEqual(ways[0], { way: 'without', fields: ['confirmed'] })
  assert.equal('confirmed' in without(VISIT, ['confirmed']), false)
})

test('a picture that is lost, too large or none is taken again', () => {
  for (const draft of [refused('photo', {}, { code: 'picture_lost' }), refused('photo', {}, { code: 'too_large' }, { state: 'too_large' }), refused('photo', {}, { code: 'invalid', fields: { photo: 'not_a_photo' } })]) {
    assert.deepEqual(names(draft), ['picture'])
  }
})

test('another place keeps everything else, and nothing of the old place', () => {
  const place = { ...PLACE, lonlat: [136.01, 32.51], how: 'pin', accuracy: null }
  const { edits } = moved({ edits: NEW }, { place, address: '' }, placeValues(place))
  assert.deepEqual([edits.name, edits.kind, edits.openings], [NEW.name, NEW.kind, NEW.openings])
  assert.deepEqual([edits.place, edits.place_source.how, edits.address], [[136.01, 32.51], 'pin', ''])
  const words = moved({ edits: NEW }, { place: null, address: '松葉町' }, {})
  assert.deepEqual(['place' in words.edits, 'place_level' in words.edits, words.edits.address], [false, false, '松葉町'])
  assert.deepEqual(placeOf(NEW), PLACE)
})

test('mended it goes again under another id, before what hangs on it', () => {
  let box = outbox.emptyBox('telephone')
  box = outbox.written(box, { id: 'new', account: 'a', kind: 'edit', resource: 'r', base: null, payload: { edits: NEW }, label: NEW.name })
  box = outbox.written(box, { id: 'p', account: 'a', kind: 'photo', resource: 'r', payload: { blob: 'b' } })
  box = outbox.heard(box, 'new', 403, { code: 'not_allowed', action: 'outside_areas' })
  assert.deepEqual(outbox.due(box.drafts, 'a'), [])
  box = outbox.corrected(box, 'new', 'new2', { edits: { ...NEW, name: '別の名' } })
  assert.deepEqual(outbox.due(box.drafts, 'a').map((d) => [d.id, d.base, d.resource, d.label]), [['new2', null, 'r', '別の名']])
  box = outbox.heard(box, 'new2', 200, { state: 'gone', revision: 1 })
  assert.deepEqual(outbox.due(box.drafts, 'a').map((d) => d.id), ['p'])
})
