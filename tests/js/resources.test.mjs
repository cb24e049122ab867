import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choices, round } from '../../static/js/pages/resources.js'

const known = { id: 'a', lonlat: [143, 37], blurred: false }
const blurred = { ...known, blurred: true }

test('a blurred place is shown from farther away, within a circle', () => {
  const near = choices({ resources: [known] })
  const far = choices({ resources: [blurred], blur_m: 400 })
  assert.ok(far.closest < near.closest)
  assert.deepEqual(far.blur, { lonlat: [143, 37], radius: 400 })
})

test('a known place has no circle, and a blurred one none without a radius', () => {
  assert.equal(choices({ resources: [known], blur_m: 400 }).blur, null)
  assert.equal(choices({ resources: [blurred] }).blur, null)
})

test('a resource whose place nobody knows opens the map of the whole municipality', () => {
  assert.deepEqual(choices({ resources: [], blur_m: 400 }), { listed: new Set() })
})

test('a round is a line only where two halts or more may be shown', () => {
  const halt = (lon) => ({ lonlat: [lon, 32.5], name: '', number: 1 })
  assert.deepEqual(round([halt(136), halt(136.1)]), [[32.5, 136], [32.5, 136.1]])
  assert.deepEqual(round([halt(136)]), [])
  assert.deepEqual(round(), [])
})
