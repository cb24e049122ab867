// The pure parts of static/js/pages/placing.js.
import assert from 'node:assert/strict'
import test from 'node:test'
import { degrees, found, typed } from '../../static/js/pages/placing.js'

test('two fields are a point when both say a place in Japan', () => {
  assert.deepEqual(typed('35.9434', ' 136.1842 '), [136.1842, 35.9434])
  assert.deepEqual(typed('３５．９', '１３６．１'), [136.1, 35.9])
  assert.equal(typed('', ''), null)
  assert.equal(typed('35.9', ''), null)
  assert.equal(typed('136.1', '35.9'), null, 'the other way round is not in Japan')
  assert.equal(typed('きた', '136'), null)
})

test('a point is written in six decimals, and read again as it was', () => {
  const written = degrees([136.18421234, 35.9])
  assert.deepEqual(written, { lon: '136.184212', lat: '35.900000' })
  assert.deepEqual(typed(written.lat, written.lon), [136.184212, 35.9])
})

test('how well one knows where one is, is said in whole metres and never made better', () => {
  assert.equal(found(12.2, { found: '誤差{metres}メートル' }), '誤差13メートル')
  assert.equal(found(1500, { found: '誤差{metres}メートル' }), '誤差1,500メートル')
})
