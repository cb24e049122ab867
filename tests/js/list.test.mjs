import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInView, listedIds } from '../../static/js/core/list.js'

test('ids come in the order of the cards', () => {
  const cards = ['b', 'a'].map((resource) => ({ dataset: { resource } }))
  assert.deepEqual(listedIds(cards), ['b', 'a'])
})

test('a map partly above or below the window is not in view', () => {
  assert.equal(isInView({ top: 0, bottom: 400 }, 800), true)
  assert.equal(isInView({ top: -1, bottom: 400 }, 800), false)
  assert.equal(isInView({ top: 500, bottom: 900 }, 800), false)
})
