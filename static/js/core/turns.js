// One thing after the other.

/**
 * Asks for one thing after the other, never two at once: what was wanted last is asked when the answer
 * is there, and what nobody wants any more is not asked.
 */
export function oneAtATime(ask) {
  let busy = false
  let next = null
  return async function want(thing) {
    next = { thing }
    if (busy) return
    busy = true
    while (next) {
      const { thing: now } = next
      next = null
      await ask(now)
    }
    busy = false
  }
}
