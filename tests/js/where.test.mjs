import assert from 'node:assert/strict'
import { test } from 'node:test'

import { told } from '../../static/js/pages/where_working.js'

const WORDS = {
  before: '前に{before}件',
  waiting: '順番を待っています',
  reaching: '{total}か所のうち{done}か所',
  greedy: '1か所ずつ',
  proof: 'いまのところ{value}人、{limit}人まで',
}
const said = (more) => ({ before: 0, stage: 'waiting', done: 0, total: 0, value: null, limit: null, ...more })

test('the page says what the worker is at, with its numbers', () => {
  assert.equal(told(said({ stage: 'reaching', done: 1200, total: 2000 }), WORDS), '2,000か所のうち1,200か所')
  assert.equal(told(said({ stage: 'proof', value: 1680, limit: 1702 }), WORDS), 'いまのところ1,680人、1,702人まで')
})

test('while nobody knows what no choice exceeds, no number is said', () => {
  assert.equal(told(said({ stage: 'proof', value: 1680 }), WORDS), '1か所ずつ')
})

test('plans that come first are said, and a stage without words leaves the line as it is', () => {
  assert.equal(told(said({ before: 2, stage: 'waiting' }), WORDS), '前に2件')
  assert.equal(told(said({ stage: 'no such' }), WORDS), '')
})
