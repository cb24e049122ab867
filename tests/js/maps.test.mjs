import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choices } from '../../static/js/pages/maps.js'

test('what is on this page of the list has large marks', () => {
  assert.deepEqual(choices(['a', 'b']), { listed: new Set(['a', 'b']) })
})
