// Page: templates/gaps/index.html. Asks again for the table until every kind is counted.

const PAUSE_MS = 300 // between two answers, each of which counts for some seconds
const LONGEST_PAUSE_MS = 10_000

/** How many kinds a table still waits for; 0 where there is none. */
export function waiting(table) {
  return Number(table?.dataset.waiting ?? 0)
}

/** How long to wait: longer where the last answers failed or brought nothing new (somebody else counts). */
export function pause(idle) {
  return Math.min(PAUSE_MS * 2 ** idle, LONGEST_PAUSE_MS)
}

async function start() {
  for (let idle = 0; waiting(document.getElementById('matrix')) > 0; ) {
    await new Promise((go) => setTimeout(go, pause(idle)))
    const shown = document.getElementById('matrix')
    const answer = await fetch(globalThis.location.href).catch(() => null)
    const next = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('matrix')
    idle = next && waiting(next) < waiting(shown) ? 0 : idle + 1
    if (next) shown.replaceWith(next)
  }
}

if (globalThis.document) start()
