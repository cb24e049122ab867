import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isAsked, problem } from '../../static/js/pages/sending.js'

const PAGE = { limits: { resources: 50 }, words: { too_large: '{size}MB（{limit}MBまで）' } }

test('a part of the form is asked of the kinds it names', () => {
  assert.equal(isAsked('areas districts', 'districts'), true)
  assert.equal(isAsked('areas districts', 'resources'), false)
})

test('fifty megabytes may be sent, one byte more is said with its size', () => {
  assert.equal(problem(50_000_000, 'resources', PAGE), '')
  assert.equal(problem(50_000_001, 'resources', PAGE), '51MB（50MBまで）')
  assert.equal(problem(9e9, 'unknown', PAGE), '')
})
