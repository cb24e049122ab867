import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, gather, insideSpot, nearest, numbersOf, settle } from '../../static/js/core/places.js'

const at = (id, number, lonlat = [143, 37]) => ({ id, number, lonlat })
const HALL = [143.1, 37.1]

test('activities in one hall share a place, in the order of their numbers', () => {
  const places = gather([at('c', 3, HALL), at('a', 1, HALL), at('b', 2)], new Set(['a', 'b', 'c']))
  assert.deepEqual(places.map((place) => place.resources.map(({ id }) => id)), [['a', 'c'], ['b']])
})

test('places on this page of the list come first, and so does what is listed in them', () => {
  const places = gather([at('a', 1), at('b', 2, HALL), at('c', 3, HALL)], new Set(['c']))
  assert.deepEqual(places.map(({ listed }) => listed), [true, false])
  assert.deepEqual(places[0].resources.map(({ id }) => id), ['c', 'b'])
})

test('a resource without a number comes last', () => {
  const [place] = gather([at('x', null), at('a', 1)], new Set())
  assert.deepEqual(place.resources.map(({ id }) => id), ['a', 'x'])
})

test('two centimetres apart is one place, twenty metres are two', () => {
  assert.equal(gather([at('a', 1, [143, 37]), at('b', 2, [143.0000002, 37])], new Set()).length, 1)
  assert.equal(gather([at('a', 1, [143, 37]), at('b', 2, [143.0002, 37])], new Set()).length, 2)
})

test('up to two numbers are written out, more are counted in the popup', () => {
  const more = '{number}ほか'
  assert.equal(numbersOf([], more), '')
  assert.equal(numbersOf([6], more), '6')
  assert.equal(numbersOf([6, 32], more), '6・32')
  assert.equal(numbersOf([6, 32, 40], more), '6ほか')
})

test('a box that would cover an earlier one has no room, one that only touches has', () => {
  const boxes = [box(0, 0, 10, 10), box(9, 0, 10, 10), box(10, 0, 10, 10)]
  assert.deepEqual(settle(boxes).map(Boolean), [true, false, true])
})

test('a name moves down to find room beside what is taken', () => {
  const [moved] = settle([box(0, 0, 10, 10)], [box(0, 4, 10, 10)], [0, -12, 12])
  assert.deepEqual([moved.top, moved.bottom], [-17, -7])
})

test('a finger beside a small mark still finds it, the nearer of two', () => {
  const points = [{ x: 0, y: 0 }, { x: 10, y: 0 }]
  assert.equal(nearest(points, { x: 8, y: 3 }, 14), 1)
  assert.equal(nearest(points, { x: 30, y: 0 }, 14), -1)
  assert.equal(nearest([], { x: 0, y: 0 }, 14), -1)
})

test('a name stands inside a bent area, where its middle would be outside', () => {
  // an L: the middle of its box (5, 5) lies outside
  const ring = [[0, 0], [10, 0], [10, 2], [2, 2], [2, 10], [0, 10], [0, 0]]
  const [x, y] = insideSpot({ type: 'Polygon', coordinates: [ring] })
  assert.ok((x < 2 && y < 10) || (y < 2 && x < 10), `${x}, ${y}`)
})

test('a name stands on the widest island and not in a hole', () => {
  const square = (x, y, side) => [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
  const islands = { type: 'MultiPolygon', coordinates: [[square(20, 0, 1)], [square(0, 0, 10), square(3, 3, 4)]] }
  const [x, y] = insideSpot(islands)
  assert.ok(x < 10 && !(x > 3 && x < 7 && y > 3 && y < 7), `${x}, ${y}`)
})
