import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apart, fill, write } from '../../static/js/core/words.js'

test('blanks are filled, numbers too', () => {
  assert.equal(fill('{number}番 {name}（{kind}）', { number: 3, name: '茶の間', kind: 'サロン' }), '3番 茶の間（サロン）')
})

test('a zero is a number', () => {
  assert.equal(fill('{count}件', { count: 0 }), '0件')
})

test('an unknown blank stays, to be noticed', () => {
  assert.equal(fill('{count}件', {}), '{count}件')
})

test('words of page data lose their readings, and get them back where an element shows them', () => {
  const read = JSON.parse('{"open":"くわしく ｜見《み》る","count":"{count}｜件《けん》","name":"茶の間"}', apart)
  assert.deepEqual(read, { open: 'くわしく 見る', count: '{count}件', name: '茶の間' })
  assert.deepEqual(shown(read.open), ['くわしく ', ['見', 'み'], 'る'])
  assert.deepEqual(shown(read.count, { count: 3 }), ['3', ['件', 'けん'], ''])
  assert.deepEqual(shown(read.name), ['茶の間'])
})

/** What `write` puts into an element: text, and [signs, reading]. */
function shown(...words) {
  const made = () => ({ children: [], append(...more) { this.children.push(...more) } })
  globalThis.document = { createElement: () => made() }
  const element = made()
  write(element, ...words)
  delete globalThis.document
  return element.children.map((child) => (child.children ? [child.children[0], child.children[1].textContent] : child))
}
