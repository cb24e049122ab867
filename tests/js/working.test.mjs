import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isOver, pause, told } from '../../static/js/pages/working.js'

const WORDS = { rows: '{total}行のうち{done}行', before: '前に{before}件' }

test('the page says how many rows are done, or who comes first', () => {
  assert.equal(told({ done: 3, total: 9, before: 0 }, WORDS), '9行のうち3行')
  assert.equal(told({ done: 0, total: 0, before: 2 }, WORDS), '前に2件')
  assert.equal(told({ done: 0, total: 0, before: 0 }, WORDS), '')
})

test('a page of waiting is still true while the worker is at it, and over when it is done', () => {
  assert.equal(isOver('waiting', 'working'), false)
  assert.equal(isOver('working', 'ready'), true)
  assert.equal(isOver('applying', 'applied'), true)
  assert.equal(isOver('applying', 'applying'), false)
})

test('a server that is away is asked less and less often, every ten seconds at the least', () => {
  assert.deepEqual([0, 1, 3, 9].map(pause), [1000, 2000, 8000, 10_000])
})
