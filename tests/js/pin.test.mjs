// The pure part of static/js/core/pin.js.
import assert from 'node:assert/strict'
import test from 'node:test'
import { step } from '../../static/js/core/pin.js'

test('arrow keys move a point, other keys do not', () => {
  assert.deepEqual(step('ArrowLeft', false), [-12, 0])
  assert.deepEqual(step('ArrowDown', true), [0, 60])
  assert.equal(step('a', false), null)
})
