// The pure parts of static/js/core/basemap.js, with a stand-in for the library that draws.
import assert from 'node:assert/strict'
import { register } from 'node:module'
import test from 'node:test'

const leaflet = 'data:text/javascript,export {}'
register(`data:text/javascript,${encodeURIComponent(`
  export const resolve = (name, context, next) => name.includes('leaflet')
    ? { url: '${leaflet}', shortCircuit: true } : next(name, context)`)}`)
const { between, enlarged, escaped, labelRules, paintRules, AREAS, NAMES, ROADS } =
  await import('../../static/js/core/basemap.js')

class Symbolizer {
  constructor(options) {
    this.options = options
  }
}
const draw = {
  PolygonSymbolizer: Symbolizer, LineSymbolizer: Symbolizer, CenteredTextSymbolizer: Symbolizer, LineLabelSymbolizer: Symbolizer,
}
const look = new Proxy({ font: 'sans-serif' }, { get: (have, name) => have[name] ?? `colour of ${String(name)}` })

test('a width grows between its stops and stays flat outside them', () => {
  const stops = [[12, 1], [14, 3], [18, 11]]
  assert.deepEqual([10, 12, 13, 14, 16, 18, 20].map((zoom) => between(stops, zoom)), [1, 1, 2, 3, 7, 11, 11])
})

test('between two zooms a tile is enlarged or shrunk by at most the root of two', () => {
  assert.equal(enlarged(14), 1)
  assert.ok(Math.abs(enlarged(13.4) - 2 ** 0.4) < 1e-9)
  assert.ok(Math.abs(enlarged(13.6) - 2 ** -0.4) < 1e-9)
})

test('letters are as large as they should be, however much the tile is enlarged', () => {
  const sizeAt = (scale) => Number(labelRules(draw, look, () => scale)[0].symbolizer.options.font().match(/([\d.]+)px/)[1])
  assert.equal(sizeAt(1), NAMES[0].size)
  assert.equal(sizeAt(2) * 2, NAMES[0].size)
})

test('no letter on the map is smaller than 13 pixels', () => {
  const sizes = labelRules(draw, look, () => 1).map(({ symbolizer }) => Number(symbolizer.options.font().match(/([\d.]+)px/)[1]))
  assert.ok(Math.min(...sizes) >= 13)
})

test('an attribution is words, never markup', () => {
  assert.equal(escaped('© OpenStreetMap contributors'), '© OpenStreetMap contributors')
  assert.doesNotMatch(escaped('<img src=x onerror="a">'), /[<>"]/)
})

test('every class of the tiles is painted, and by one rule of its kind', () => {
  const roads = ['motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'residential', 'service', 'track', 'path', 'footway', 'cycleway', 'pedestrian']
  assert.deepEqual(ROADS.flatMap(({ drawn }) => drawn).sort(), roads.sort())
  assert.deepEqual(AREAS.flatMap(({ drawn }) => drawn).sort(), ['farmland', 'forest', 'park', 'pedestrian', 'residential'])
  const steps = paintRules(draw, look).filter(({ dataLayer, filter }) => dataLayer === 'roads' && filter(16, { props: { drawn: 'steps' } }))
  assert.equal(steps.length, 2)
  assert.ok(steps[1].symbolizer.options.dash, 'steps are dashed')
})

test('water and green lie under streets, streets under their names', () => {
  const order = paintRules(draw, look).map(({ dataLayer }) => dataLayer)
  assert.equal(order[0], 'covered')
  assert.ok(order.indexOf('water') < order.indexOf('roads'))
  assert.ok(order.indexOf('buildings') < order.indexOf('roads'))
})

test('lanes have their names only when one is near', () => {
  const named = (zoom, rank) =>
    labelRules(draw, look, () => 1).some(
      ({ dataLayer, minzoom, filter }) => dataLayer === 'road_labels' && zoom >= minzoom && filter(zoom, { props: { rank } }),
    )
  assert.deepEqual([named(13, 12), named(15, 12), named(13, 9)], [false, true, true])
})
