// Page: templates/imports/working.html. Asks each second how far the worker is, and opens the result when it is there.
import { pageData } from '../core/page.js'
import { fill } from '../core/words.js'

const PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 10_000 // the server is away: no need to knock each second

/** What to say of an answer; '' when there is nothing new to say. */
export function told({ done, total, before }, words) {
  if (before) return fill(words.before, { before })
  return total ? fill(words.rows, { total, done }) : ''
}

/** Whether the page is of yesterday: the worker has gone on to something else. */
export function isOver(first, now) {
  const busy = ['waiting', 'working']
  return first !== now && !(busy.includes(first) && busy.includes(now))
}

/** How long to wait after so many failures in a row. */
export function pause(failures) {
  return Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
}

async function start() {
  const page = pageData()
  const line = document.getElementById('working-words')
  document.getElementById('look-again').hidden = true
  for (let failures = 0; ; ) {
    await new Promise((go) => setTimeout(go, pause(failures)))
    try {
      const answer = await fetch(page.url, { headers: { Accept: 'application/json' } })
      const state = await answer.json()
      if (!answer.ok || isOver(page.state, state.state)) return location.reload()
      const words = told(state, page.words)
      if (words && line.textContent !== words) line.textContent = words
      failures = 0
    } catch {
      failures += 1
    }
  }
}

if (globalThis.document) start()
