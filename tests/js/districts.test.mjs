import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choices } from '../../static/js/pages/districts.js'

test('the district of the page stands out from its neighbours', () => {
  assert.deepEqual(choices({ district: 'd1' }, ['a']), { listed: new Set(['a']), own: 'd1' })
})
