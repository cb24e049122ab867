import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matching, moved } from '../../static/js/core/choosing.js'

const names = [['北浜町', ''], ['浜町', 'はまちょう'], ['みなみ浜駅', 'みなみはまえき'], ['ひばり公民館', 'ひばりこうみんかん']]

test('what begins with the words comes before what only has them', () => {
  assert.deepEqual(matching(names, '浜'), ['浜町', '北浜町', 'みなみ浜駅'])
})
test('a reading in any kana finds a name', () => {
  assert.deepEqual(matching(names, 'ﾊﾏ'), ['浜町', 'みなみ浜駅'])
  assert.deepEqual(matching(names, 'ヒバリ'), ['ひばり公民館'])
})
test('nothing typed offers nothing, and never more than asked', () => {
  assert.deepEqual(matching(names, ' '), [])
  assert.equal(matching(names, 'は', 1).length, 1)
})
test('arrow keys go round by way of the field', () => {
  assert.equal(moved(-1, 'ArrowDown', 3), 0)
  assert.equal(moved(2, 'ArrowDown', 3), -1)
  assert.equal(moved(-1, 'ArrowUp', 3), 2)
  assert.equal(moved(1, 'Home', 3), 1)
  assert.equal(moved(-1, 'ArrowDown', 0), -1)
})
