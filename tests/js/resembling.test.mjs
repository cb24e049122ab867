// The pure part of static/js/pages/resembling.js.
import assert from 'node:assert/strict'
import test from 'node:test'
import { question } from '../../static/js/pages/resembling.js'

test('only what was typed is asked', () => {
  assert.equal(String(question({ name: ' ひだまり ', kind: 'salon', lon: '', staff_note: 'x' })), `name=${encodeURIComponent('ひだまり')}&kind=salon`)
})
