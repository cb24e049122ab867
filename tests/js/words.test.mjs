import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from '../../static/js/core/words.js'

test('blanks are filled, numbers too', () => {
  assert.equal(fill('{number}番 {name}（{kind}）', { number: 3, name: '茶の間', kind: 'サロン' }), '3番 茶の間（サロン）')
})

test('a zero is a number', () => {
  assert.equal(fill('{count}件', { count: 0 }), '0件')
})

test('an unknown blank stays, to be noticed', () => {
  assert.equal(fill('{count}件', {}), '{count}件')
})
