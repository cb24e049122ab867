import assert from 'node:assert/strict'
import test from 'node:test'
import { pause, waiting } from '../../static/js/pages/gap_matrix.js'
import { areaClass, cellWords, outside } from '../../static/js/pages/gaps.js'

test('an area of which too much is unknown is hatched, whatever its number', () => {
  const gaps = { steps: { a: 0, b: 3 }, hatched: ['b'] }
  assert.equal(areaClass('a', gaps), 'gap-area gap-step-0')
  assert.equal(areaClass('b', gaps), 'gap-area gap-unknown')
  assert.equal(areaClass('c', gaps), 'gap-area gap-step-none')
})

test('what lies outside the streets is the world with a hole', () => {
  const square = { type: 'Polygon', coordinates: [[[136, 32], [137, 32], [137, 33], [136, 32]]] }
  const [world, hole] = outside(square)
  assert.equal(world.length, 4)
  assert.deepEqual(hole[0], [32, 136])
  assert.equal(outside({ type: 'MultiPolygon', coordinates: [square.coordinates, square.coordinates] }).length, 3)
})

test('a table says how many kinds it waits for, and a silent one is asked less often', () => {
  assert.equal(waiting({ dataset: { waiting: '12' } }), 12)
  assert.equal(waiting(null), 0)
  assert.ok(pause(1) > pause(0))
  assert.equal(pause(99), 10_000)
})

test('a square with too few people to be told has no number', () => {
  const said = { few: '少ない', beyond: '{beyond}人（{people}人のうち）' }
  assert.equal(cellWords({ beyond: 12, people: 1040 }, said), '12人（1,040人のうち）')
  assert.equal(cellWords({ beyond: 0, people: 3 }, said), '0人（3人のうち）')
  assert.equal(cellWords({ beyond: null, people: null }, said), '少ない')
})
