// From buttons to the opening that the gate takes (geo/edits.py, OpeningValues), and to words. Pure.

export const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/

/**
 * @param {{days: number[], nths: number[], opens: string, closes: string, note: string}} pressed
 *   days  0 = Monday; none: nobody knows yet (不定期)
 *   nths  1 to 4, -1 for the last; none: every week
 * @returns {object[]} one opening, or none where nothing at all was said
 */
export function openingsOf({ days, nths = [], opens = '', closes = '', note = '' }) {
  const clock = (text) => (CLOCK.test(text) ? text : null)
  const rrule = ruleOf([...days].sort((a, b) => a - b), nths)
  return [{ rrule, opens_at: clock(opens), closes_at: clock(closes), irregular: !rrule, note }]
}

function ruleOf(days, nths) {
  if (!days.length) return null
  if (nths.length) {
    const parts = days.flatMap((day) => [...nths].sort(order).map((nth) => `${nth}${DAYS[day]}`))
    return `FREQ=MONTHLY;BYDAY=${parts.join(',')}`
  }
  return days.length === 7 ? 'FREQ=DAILY' : `FREQ=WEEKLY;BYDAY=${days.map((day) => DAYS[day]).join(',')}`
}

/** First to fourth, then the last. */
function order(a, b) {
  return (a < 0 ? 9 : a) - (b < 0 ? 9 : b)
}

/** What is wrong with the hours: '' or a name in `words`. */
export function problemOf({ opens, closes }) {
  if (opens && closes && closes <= opens) return 'closes_first'
  return ''
}

/** The opening in words, for reading it back before it is saved. */
export function said({ days, nths = [], opens = '', closes = '' }, words) {
  if (!days.length) return [words.irregular, hours(opens, closes, words)].filter(Boolean).join(' ')
  const sorted = [...days].sort((a, b) => a - b)
  const named = sorted.map((day) => words.weekdays[day]).join(words.and)
  const often = nths.length
    ? [...nths].sort(order).map((nth) => words.nths[nth]).join(words.and)
    : sorted.length === 7 ? '' : words.weekly
  const day = sorted.length === 7 && !nths.length ? words.daily : `${often}${named}${words.weekday}`
  return [day, hours(opens, closes, words)].filter(Boolean).join(' ')
}

function hours(opens, closes, words) {
  return opens || closes ? `${opens}${words.until}${closes}` : ''
}
