import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNextCall } from '../../static/js/pages/window.js'

test('Escape means the next call, but not while a word is being converted', () => {
  assert.equal(isNextCall({ key: 'Escape' }), true)
  assert.equal(isNextCall({ key: 'Escape', isComposing: true }), false)
  assert.equal(isNextCall({ key: 'a' }), false)
})
