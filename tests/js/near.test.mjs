import assert from 'node:assert/strict'
import { test } from 'node:test'
import { corners } from '../../static/js/pages/near.js'

test('a square has four corners, in order', () => {
  assert.deepEqual(corners([[1, 2], [3, 4]]), [[1, 2], [1, 4], [3, 4], [3, 2]])
})
