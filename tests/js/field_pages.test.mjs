import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newValues } from '../../static/js/field/adding.js'
import { due } from '../../static/js/field/morning.js'
import { route } from '../../static/js/field/page.js'
import { freshness, monthsLater } from '../../static/js/field/places.js'
import { levelOf } from '../../static/js/field/placing.js'
import { changes } from '../../static/js/field/rest.js'
import { awayWords, countWords, daysOn, openingWords, pauseWords, sizeWords, today, valueWords } from '../../static/js/field/telling.js'
import { visitValues } from '../../static/js/field/visit.js'

const WORDS = {
  and: '・', weekly: '毎週', daily: '毎日', until: '〜', irregular: '不定期', weekday: '曜', weekdays: ['月', '火', '水', '木', '金', '土', '日'], nths: { 2: '第2', 4: '第4' },
  close_by: 'すぐ近く', metres: '約{count}m', kilometres: '約{count}km', kilobytes: '{count}KB', megabytes: '{count}MB', gigabytes: '{count}GB', empty: '（なし）', yes: 'はい', no: 'いいえ', month_day: '{month}月{day}日',
  counted: { waiting: '送信待ち {count}件', refused: '直してください {count}件' }, answers: { yes: 'あり', no: 'なし', unknown: '未確認' },
}

test('what is added is not for residents before its host said yes, and keeps how its place was captured', () => {
  const place = { lonlat: [136.00720004, 32.5222], level: 'surveyed', how: 'gps', accuracy: 12, at: '2026-11-30T01:00:00Z' }
  const values = newValues({ kind: 'salon', name: '茶の間', address: '', place, openings: [], day: '2026-11-30' })
  assert.equal(values.public, false)
  assert.deepEqual(values.place, [136.0072, 32.5222])
  assert.deepEqual(values.place_source, { how: 'gps', accuracy_m: 12, at: '2026-11-30T01:00:00Z' })
  assert.equal('address' in values, false)
  assert.equal('place' in newValues({ kind: 'salon', name: 'x', address: '緑丘', place: null, openings: [] }), false)
})

test('a fix is at the house or somewhere in its block', () => {
  assert.deepEqual([12, 30, 31].map(levelOf), ['surveyed', 'surveyed', 'block'])
})

test('only what was touched becomes a change', () => {
  const before = { name: '茶の間', fee: '', seating: 'unknown' }
  const said = { name: '茶の間', kana: '', fee: '100円', seating: 'unknown', eligibility: '', consent_web: '', consent_paper: '' }
  assert.deepEqual(changes(before, said, null, '2026-11-30'), { fee: '100円' })
})

test('only a yes for the map makes it public, and a no takes it away', () => {
  const said = (web, paper = '') => changes({}, { consent_web: web, consent_paper: paper, consent_by: '会長' }, null, '2026-11-30')
  assert.equal(said('yes').public, true)
  assert.deepEqual(said('yes').consents, [{ medium: 'web', answer: 'yes', by: '会長', on: '2026-11-30' }])
  assert.equal(said('no').public, false)
  assert.equal('public' in said('', 'yes'), false)
})

test('a visit says what geo/visits.py takes; a number in any width', () => {
  const said = { visited_on: '2026-11-30', activity: 'visit', note: '', met: '１２', next_step: '', next_on: '', confirmed: ['on'] }
  const values = visitValues(said, { lonlat: [136, 32], accuracy: 9 })
  assert.deepEqual([values.met, values.next_on, values.confirmed, values.lon, values.accuracy_m], [12, null, true, 136, 9])
  assert.equal(visitValues({ ...said, met: '十人' }).met, '十人') // refused in words, not dropped
  assert.equal(visitValues({ ...said, met: '' }).met, null)
})

test('steps are due by their day, those without one last', () => {
  const steps = [{ next_on: null, n: 3 }, { next_on: '2026-12-09', n: 4 }, { next_on: '2026-11-30', n: 2 }, { next_on: '2026-11-01', n: 1 }]
  assert.deepEqual(due(steps, '2026-12-07').map((step) => step.n), [1, 2, 3])
})

test('an address behind the # opens a view, or the first one', () => {
  assert.deepEqual(route('#/entry/abc'), { name: 'entry', id: 'abc' })
  assert.deepEqual(route(''), { name: '', id: '' })
  assert.deepEqual(route('#/constructor'), { name: '', id: '' })
})

test('freshness follows geo/days.py: the 年度, until June the one before, grey after thirteen months', () => {
  assert.deepEqual(
    [[null, '2026-11-30'], ['2026-04-01', '2026-11-30'], ['2026-03-31', '2026-06-30'], ['2026-03-31', '2026-07-01'], ['2025-04-30', '2026-05-30'], ['2025-04-30', '2026-05-31']].map((pair) => freshness(...pair)),
    ['never', 'confirmed', 'confirmed', 'unconfirmed_this_year', 'confirmed', 'stale'],
  )
  assert.equal(monthsLater('2025-01-31', 13), '2026-02-28')
})

test('distances, sizes, counts and values in words', () => {
  assert.deepEqual([null, 8, 124, 1_440].map((metres) => awayWords(metres, WORDS)), ['', 'すぐ近く', '約120m', '約1.4km'])
  assert.deepEqual([400, 427_000, 4_210_000, 10_700_000_000].map((bytes) => sizeWords(bytes, WORDS)), ['1KB', '427KB', '4.2MB', '11GB'])
  assert.equal(countWords({ waiting: 2, refused: 1, gone: 9 }, WORDS), '送信待ち 2件・直してください 1件')
  const about = { words: WORDS, vocabularies: { seating: { chairs: 'いす席' }, medium: { web: '地図' } } }
  assert.equal(valueWords('seating', 'chairs', about), 'いす席')
  assert.equal(valueWords('parking', 'no', about), 'なし')
  assert.equal(valueWords('public', false, about), 'いいえ')
  assert.equal(valueWords('fee', '', about), '（なし）')
  assert.equal(valueWords('confirmed_on', '2026-11-03', about), '11月3日')
  assert.equal(valueWords('consents', [{ medium: 'web', answer: 'yes' }], about), '地図：はい')
})

test('an opening that others wrote is read back', () => {
  assert.equal(openingWords({ rrule: 'FREQ=MONTHLY;BYDAY=2TU,4TU', opens_at: '10:00', closes_at: '11:30' }, WORDS), '第2・第4火曜 10:00〜11:30')
  assert.equal(openingWords({ rrule: 'FREQ=WEEKLY;BYDAY=MO,WE' }, WORDS), '毎週月・水曜')
  assert.equal(openingWords({ rrule: 'FREQ=DAILY' }, WORDS), '毎日')
  assert.equal(openingWords({ rrule: null, note: '雪のない日' }, WORDS), '雪のない日')
})

test('days are those of the calendar', () => {
  assert.equal(daysOn('2026-12-28', 7), '2027-01-04')
  assert.equal(today(new Date(2026, 0, 5)), '2026-01-05')
})

test('a pause is said while it lasts and before it begins, as geo/openings/pausing.py reads its two days', () => {
  const words = { year_day: '{year}年{day}', month_day: '{month}月{day}日', paused: '{day}から休止中', pausing: '{day}から休止の予定', resuming: '（{day}に再開の予定）' }
  const said = (paused_on, resumes_on) => pauseWords({ paused_on, resumes_on }, '2026-11-30', words)
  assert.deepEqual([said(null, null), said(null, '2026-12-01'), said('2026-03-01', '2026-11-30')], ['', '', ''])
  assert.equal(said('2026-11-30', null), '2026年11月30日から休止中')
  assert.equal(said('2026-11-30', '2026-04-01'), '2026年11月30日から休止中') // of an earlier pause
  assert.equal(said('2026-03-01', '2027-04-01'), '2026年3月1日から休止中（2027年4月1日に再開の予定）')
  assert.equal(said('2026-12-01', null), '2026年12月1日から休止の予定')
})

test('a pause is written down, and taken back by emptying it', () => {
  const day = '2026-11-30'
  assert.deepEqual(changes({}, { paused_on: '', resumes_on: '' }, null, day), {})
  assert.deepEqual(changes({ paused_on: null }, { paused_on: '2026-12-01', resumes_on: '' }, null, day), { paused_on: '2026-12-01' })
  assert.deepEqual(changes({ paused_on: '2026-12-01', resumes_on: '2027-04-01' }, { paused_on: '', resumes_on: '' }, null, day), { paused_on: null, resumes_on: null })
})
