import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partsOf } from '../../static/js/core/ways.js'

const feature = (role, type, coordinates, more = {}) => ({
  type: 'Feature', properties: { role, ...more }, geometry: { type, coordinates },
})
const LINE = [[136, 32], [136.001, 32], [136.001, 32.002], [136.002, 32.002]]
const way = (off, line = LINE, more = []) => ({
  type: 'FeatureCollection',
  features: [
    feature('square', 'Polygon', [[[135, 31], [136, 31], [136, 32], [135, 31]]]),
    feature('way', 'LineString', line, { minutes: 12, slow_minutes: 16, metres: 960, off }),
    ...more,
    feature('end', 'Point', line.at(-1), { rough: false, radius_m: null }),
  ],
})

test('places are turned to latitude first', () => {
  const { line, square, end } = partsOf(way([false, false]))
  assert.deepEqual(line, LINE.map(([lon, lat]) => [lat, lon]))
  assert.deepEqual(square[0], [31, 135])
  assert.deepEqual(end, [32.002, 136.002])
  assert.deepEqual(partsOf(way([true, true])).start, [32, 136])
})

test('what lies off the street stands apart, and line and legs hang together', () => {
  const { line, legs } = partsOf(way([true, true]))
  assert.deepEqual(legs, [[[32, 136], [32, 136.001]], [[32.002, 136.001], [32.002, 136.002]]])
  assert.deepEqual(line, [[32, 136.001], [32.002, 136.001]])
  assert.deepEqual(partsOf(way([false, true])).legs.length, 1)
  assert.deepEqual(partsOf(way([true, false])).line[0], [32, 136.001])
})

test('of a way of two points one leg is left, not the same one twice', () => {
  const { legs } = partsOf(way([true, true], LINE.slice(0, 2)))
  assert.equal(legs.length, 1)
})

test('seats keep their order and numbers', () => {
  const seats = [1, 2].map((number) =>
    feature('seat', 'Point', [136 + number / 1000, 32], { number, name: `椅子${number}`, metres: 80 * number, is_out: number === 1 }),
  )
  assert.deepEqual(partsOf(way([false, false], LINE, seats)).seats, [
    { place: [32, 136.001], number: 1, name: '椅子1', metres: 80, is_out: true },
    { place: [32, 136.002], number: 2, name: '椅子2', metres: 160, is_out: false },
  ])
})

test('only an end that is shown about there has a circle', () => {
  assert.equal(partsOf(way([false, false])).blur, null)
  const rough = way([false, false])
  rough.features.at(-1).properties.radius_m = 367
  assert.deepEqual(partsOf(rough).blur, { place: [32.002, 136.002], radius: 367 })
})
