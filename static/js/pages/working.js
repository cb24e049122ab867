// Page: templates/imports/working.html. Asks each second how far the worker is, and opens the result when it is there.
import { pageData } from '../core/page.js'
import { watch } from '../core/waiting.js'
import { fill } from '../core/words.js'

export { isOver, pause } from '../core/waiting.js'

/** What to say of an answer; '' when there is nothing new to say. */
export function told({ done, total, before }, words) {
  if (before) return fill(words.before, { before })
  return total ? fill(words.rows, { total, done }) : ''
}

if (globalThis.document) watch(pageData(), told)
