// Page: templates/gaps/where_working.html. Asks each second how far the worker is, and opens the answer when it is there.
import { pageData } from '../core/page.js'
import { watch } from '../core/waiting.js'
import { fill } from '../core/words.js'

/** What to say of an answer; '' when there is nothing to say. */
export function told(said, words) {
  if (said.before) return fill(words.before, said)
  const silent = ['bound', 'proof'].includes(said.stage) && said.limit === null
  const line = words[silent ? 'greedy' : said.stage] ?? ''
  const numbers = ['done', 'total', 'value', 'limit'].map((name) => [name, (said[name] ?? 0).toLocaleString('ja')])
  return fill(line, Object.fromEntries(numbers))
}

if (globalThis.document) watch(pageData(), told)
