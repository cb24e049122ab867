// A page that waits for the worker: asks each second how far it is, and opens the result when it is there.

const PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 10_000 // the server is away: no need to knock each second

/** Whether the page is of yesterday: the worker has gone on to something else. */
export function isOver(first, now) {
  const busy = ['waiting', 'working']
  return first !== now && !(busy.includes(first) && busy.includes(now))
}

/** How long to wait after so many failures in a row. */
export function pause(failures) {
  return Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
}

/**
 * @param {{url: string, state: string, words: object}} page
 * @param {(said: object, words: object) => string} told what to say of an answer; '' for nothing new
 */
export async function watch(page, told) {
  const line = document.getElementById('working-words')
  document.getElementById('look-again').hidden = true
  for (let failures = 0; ; ) {
    await new Promise((go) => setTimeout(go, pause(failures)))
    try {
      const answer = await fetch(page.url, { headers: { Accept: 'application/json' } })
      const said = await answer.json()
      if (!answer.ok || isOver(page.state, said.state)) return location.reload()
      const words = told(said, page.words)
      if (words && line.textContent !== words) line.textContent = words
      failures = 0
    } catch {
      failures += 1
    }
  }
}
