import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offered, position } from '../../static/js/pages/find.js'

test('a device says where it is no finer than ten metres', () => {
  assert.equal(position({ longitude: 136.123456789, latitude: 35.987654321 }), '136.1235,35.9877')
})
test('how many names are offered is said, none too', () => {
  const words = { found: '{count}件', none: 'なし' }
  assert.equal(offered(3, words), '3件')
  assert.equal(offered(0, words), 'なし')
})
