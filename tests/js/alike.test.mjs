// static/js/field/alike.js gives the points that geo/twins.py gives: one file of cases holds both.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { alike, compare } from '../../static/js/field/alike.js'
import { searchKey } from '../../static/js/field/alike_forms.js'

const cases = JSON.parse(readFileSync(new URL('./alike_cases.json', import.meta.url), 'utf-8'))

test('every case has the points and reasons that the house gives', () => {
  assert.ok(cases.length > 100)
  for (const { one, other, common, score, reasons } of cases) {
    assert.deepEqual(compare(one, other, new Set(common)), { score, reasons }, `${one.name} / ${other.name}`)
    assert.deepEqual(compare(other, one, new Set(common)), { score, reasons }, `${other.name} / ${one.name}`)
  }
})

test('the likeliest stand first, and never the entry itself', () => {
  const entry = { id: 'x', name: '松葉ふれあいサロン', kind: 'salon', lon: 136, lat: 32.5, place_level: 'building' }
  const rows = [
    { ...entry, id: 'b', name: 'ふれあいサロン松葉' },
    { ...entry, id: 'a' },
    { ...entry, id: 'c', name: '松葉囲碁クラブ' },
    entry,
  ]
  assert.deepEqual(alike(entry, rows).map((row) => row.id), ['a', 'b'])
  assert.deepEqual(alike({ name: '松葉サロン' }, []), [])
})

test('an entry of which only the name is known meets what bears the same', () => {
  const near = { id: 'a', name: 'ひだまりカフェ', kind: 'cafe' }
  assert.deepEqual(alike({ name: 'ヒダマリ喫茶', kind: 'cafe' }, [near]).map((row) => row.id), [])
  assert.deepEqual(alike({ name: 'ﾋﾀﾞﾏﾘｶﾌｪ', kind: 'cafe' }, [near]).map((row) => row.reasons[0]), ['same_name'])
})

test('keys are those of geo/words.py', () => {
  assert.equal(searchKey('霞ヶ関　ﾋﾞﾙ・髙橋'), '霞け関びる高橋')
})
