import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fiscalYear, found, inside, metres, standing, townOf } from '../../static/js/field/places.js'
import { searchKey } from '../../static/js/core/keys.js'

const SQUARE = { type: 'Polygon', coordinates: [[[136, 32], [136.1, 32], [136.1, 32.1], [136, 32.1], [136, 32]]] }
const HOLED = { type: 'MultiPolygon', coordinates: [[SQUARE.coordinates[0], [[136.04, 32.04], [136.06, 32.04], [136.06, 32.06], [136.04, 32.06], [136.04, 32.04]]]] }
const salon = (name, place, address = '') => ({ name, place, address, search_key: searchKey(name) })

test('a block north is 80 metres, wherever one stands', () => {
  assert.ok(Math.abs(metres([136, 32.5], [136, 32.5 + 80 / 111_320]) - 80) < 0.01)
})

test('a hole in an outline is outside', () => {
  assert.equal(inside([136.02, 32.02], HOLED), true)
  assert.equal(inside([136.05, 32.05], HOLED), false)
  assert.equal(inside([136.2, 32.05], HOLED), false)
})

test('a place is told apart: her area, another area, another town, nobody knows', () => {
  const pack = { municipality: { outline: SQUARE }, areas: [{ outline: { type: 'Polygon', coordinates: [[[136, 32], [136.05, 32], [136.05, 32.1], [136, 32.1], [136, 32]]] } }] }
  assert.equal(standing([136.01, 32.01], pack), 'inside')
  assert.equal(standing([136.09, 32.01], pack), 'outside_areas')
  assert.equal(standing([137, 32.01], pack), 'outside_municipality')
  assert.equal(standing([136.01, 32.01], null), 'unknown')
  assert.equal(standing([136.01, 32.01], { municipality: { outline: SQUARE }, areas: [] }), 'inside')
})

test('a search finds by any kana and width, and the nearest comes first', () => {
  const all = [salon('茶話会 まつば', [136.02, 32]), salon('ふれあいサロン緑丘', [136.001, 32]), salon('ふれあいサロン', null)]
  assert.deepEqual(found(all, 'フレアイ', [136, 32]).map((row) => row.resource.name), ['ふれあいサロン緑丘', 'ふれあいサロン'])
  assert.equal(found(all, 'ｻﾛﾝ 緑').length, 1)
  assert.equal(found(all, '', null)[0].away, null)
})

test('an address is placed in the town with the longest name that it holds', () => {
  const towns = [['緑丘', 136, 32], ['緑丘二丁目', 136.1, 32]]
  assert.equal(townOf('碁盤町緑丘二丁目3-1', towns)[0], '緑丘二丁目')
  assert.equal(townOf('どこか', towns), null)
  assert.equal(townOf('', towns), null)
})

test('a year of the register begins in April', () => {
  assert.deepEqual(['2026-03-31', '2026-04-01'].map(fiscalYear), [2025, 2026])
})
