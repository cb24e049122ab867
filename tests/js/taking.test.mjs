import assert from 'node:assert/strict'
import test from 'node:test'
import { canShare, copied, wasClosed } from '../../static/js/core/taking.js'

test('a browser that hands pages on is asked to; another one copies the address', () => {
  assert.equal(canShare({ share() {} }), true)
  assert.equal(canShare({}), false)
})

test('a text is written to the clipboard', async () => {
  const kept = []
  const browser = { clipboard: { writeText: async (text) => kept.push(text) } }
  assert.equal(await copied('茶話会', browser, () => assert.fail('by hand')), true)
  assert.deepEqual(kept, ['茶話会'])
})

test('where pages may not write there, it is copied by hand, and a failure is told', async () => {
  const refused = { clipboard: { writeText: async () => { throw new Error('NotAllowedError') } } }
  assert.equal(await copied('x', refused, () => true), true)
  assert.equal(await copied('x', {}, () => false), false)
})

test('who closes the list of ways to share has not failed', () => {
  assert.equal(wasClosed({ name: 'AbortError' }), true)
  assert.equal(wasClosed(new TypeError('x')), false)
})
