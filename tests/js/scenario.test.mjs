import assert from 'node:assert/strict'
import test from 'node:test'
import { address, found, range, typed } from '../../static/js/pages/scenario.js'

test('a place is asked with everything its form says, but neither token nor address', () => {
  const form = [['do', 'add'], ['kind', 'salon'], ['lon', '1'], ['lat', '2'], ['days', '毎週火曜'], ['csrf_token', 'x'], ['address', '松葉1丁目']]
  const query = new URL(address('/moved', form, [136.0170704, 32.5]), 'http://x').searchParams
  assert.equal(query.get('lon'), '136.017070')
  assert.equal(query.get('lat'), '32.500000')
  assert.equal(query.get('days'), '毎週火曜')
  assert.deepEqual([...query.keys()].sort(), ['days', 'do', 'kind', 'lat', 'lon'])
})

test('a number is found by its path, also of who lives in no area', () => {
  const answer = { rows: { 'a-b': { leading: { gained: 3 } }, '': { leading: { gained: 1 } } } }
  assert.equal(found(answer, 'rows.a-b.leading.gained'), 3)
  assert.equal(found(answer, 'rows..leading.gained'), 1)
  assert.equal(found(answer, 'rows.none.leading.gained'), undefined)
})

test('a range is said where there is one', () => {
  const answer = { total: { gained: 1300, gained_min: 1200, gained_max: 1400, lost: 0, lost_min: 0, lost_max: 0 } }
  assert.equal(range(answer, 'total.gained'), '1,200～1,400')
  assert.equal(range(answer, 'total.lost'), '')
  assert.equal(range(answer, 'total.nothing'), '')
})

test('what two fields say is a place, or nothing', () => {
  assert.deepEqual(typed({ lon: '１３６.5', lat: ' 32.5' }), [136.5, 32.5])
  assert.equal(typed({ lon: '', lat: '32.5' }), null)
  assert.equal(typed({ lon: 'x', lat: '32.5' }), null)
})
