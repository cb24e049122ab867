// static/js/pages/leaving.js: what is said at 「ログアウト」 of what lies on the device.
import assert from 'node:assert/strict'
import test from 'node:test'
import { shownParts } from '../../static/js/pages/leaving.js'

test('her own is counted and offered as a file; of others she sees a number, and cannot take it away', () => {
  assert.deepEqual(shownParts({ unsent: 2, others: 1, isHers: true }), { unsent: true, others: true, hers: true, file: true, outbox: true })
  assert.deepEqual(shownParts({ unsent: 0, others: 1, isHers: false }), { unsent: false, others: true, hers: false, file: false, outbox: false })
})
