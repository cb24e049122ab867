import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openingsOf, problemOf, said } from '../../static/js/field/openings.js'

const WORDS = { weekdays: ['月', '火', '水', '木', '金', '土', '日'], nths: { 1: '第1', 2: '第2', 3: '第3', 4: '第4', '-1': '最終' }, weekday: '曜', and: '・', weekly: '毎週', daily: '毎日', until: '〜', irregular: '不定期' }

test('the second and fourth Tuesday from ten', () => {
  const pressed = { days: [1], nths: [4, 2], opens: '10:00', closes: '11:30' }
  assert.equal(openingsOf(pressed)[0].rrule, 'FREQ=MONTHLY;BYDAY=2TU,4TU')
  assert.equal(openingsOf(pressed)[0].opens_at, '10:00')
  assert.equal(said(pressed, WORDS), '第2・第4火曜 10:00〜11:30')
})

test('every week, every day, the last Friday', () => {
  assert.equal(openingsOf({ days: [3, 1] })[0].rrule, 'FREQ=WEEKLY;BYDAY=TU,TH')
  assert.equal(said({ days: [3, 1] }, WORDS), '毎週火・木曜')
  assert.equal(openingsOf({ days: [0, 1, 2, 3, 4, 5, 6] })[0].rrule, 'FREQ=DAILY')
  assert.equal(said({ days: [0, 1, 2, 3, 4, 5, 6] }, WORDS), '毎日')
  assert.equal(openingsOf({ days: [4], nths: [-1] })[0].rrule, 'FREQ=MONTHLY;BYDAY=-1FR')
})

test('what nobody knows is 不定期, and no day is guessed', () => {
  const [opening] = openingsOf({ days: [], opens: '10:00' })
  assert.deepEqual([opening.rrule, opening.irregular, opening.opens_at, opening.closes_at], [null, true, '10:00', null])
  assert.equal(said({ days: [] }, WORDS), '不定期')
})

test('an end before its beginning is said', () => {
  assert.equal(problemOf({ opens: '10:00', closes: '09:00' }), 'closes_first')
  assert.equal(problemOf({ opens: '10:00', closes: '' }), '')
})
