// The pure parts of static/js/pages/reach.js.
import assert from 'node:assert/strict'
import test from 'node:test'
import { address, bandClass, found, oneAtATime } from '../../static/js/pages/reach.js'

test('what is asked of a point is what the form says, and the point', () => {
  const form = [['from', '1,2'], ['resource', 'r'], ['district', 'd'], ['profile', 'on_foot'], ['modifiers', 'slope'], ['modifiers', 'snow']]
  const asked = new URLSearchParams(address('/reach/1/bands', form, [136.0123456, 32.5]).split('?')[1])
  assert.equal(asked.get('from'), '136.012346,32.500000')
  assert.deepEqual(asked.getAll('modifiers'), ['slope', 'snow'])
  assert.equal(asked.get('resource') ?? asked.get('district'), null)
})

test('the nearest band is the darkest, however many there are', () => {
  assert.equal(bandClass(0, 5), 'band band-5')
  assert.equal(bandClass(4, 5), 'band band-1')
  assert.equal(bandClass(1, 2), 'band band-1')
})

test('while one is asked only the last wish is kept', async () => {
  const asked = []
  let answer
  const want = oneAtATime((thing) => {
    asked.push(thing)
    return new Promise((go) => { answer = go })
  })
  const all = want(1)
  want(2)
  want(3)
  assert.deepEqual(asked, [1])
  answer()
  await new Promise((go) => setTimeout(go))
  assert.deepEqual(asked, [1, 3])
  answer()
  await all
})

test('a number is found by its path, and of an unknown place there is none', () => {
  assert.equal(found({ rows: [{ reached: [1, 2] }] }, 'rows.0.reached.1'), 2)
  assert.equal(found(undefined, 'rows.0.reached.1'), undefined)
})
