// Entries that may be the same as the one that is being written: of the pack, and of one's own drafts.
import { fill } from '../core/words.js'
import { fillIn, part, slot } from './dom.js'
import { metres, searchKey } from './places.js'

const NEAR_M = 150 // our choice: the next house but one
const MOST = 4

/** Candidates with why, the likeliest first: [{id, name, reasons}]. */
export function alike(entry, candidates) {
  const key = searchKey(entry.name)
  return candidates
    .filter(({ id }) => id !== entry.id)
    .map((one) => ({ ...one, reasons: reasonsOf(entry, key, one) }))
    .filter(({ reasons }) => reasons.includes('name') || (reasons.includes('near') && reasons.includes('kind')))
    .sort((a, b) => b.reasons.length - a.reasons.length)
    .slice(0, MOST)
}

function reasonsOf(entry, key, one) {
  const other = searchKey(one.name)
  const reasons = []
  if (key.length > 1 && (other.includes(key) || key.includes(other))) reasons.push('name')
  if (entry.place && one.place && metres(entry.place, one.place) < NEAR_M) reasons.push('near')
  if (entry.kind === one.kind) reasons.push('kind')
  return reasons
}

/** Lines of the notice. */
export async function alikeLines(app, entry) {
  const { words } = app
  return alike(entry, app.resources()).map(({ id, name, reasons, isDraft }) => {
    const line = part('part-alike')
    slot(line, 'link').href = `#/entry/${id}`
    const why = [...reasons.map((reason) => words.alike_reasons[reason]), isDraft && words.alike_reasons.draft]
    fillIn(line, { name, why: fill(words.why, { why: why.filter(Boolean).join(words.and) }) })
    return line
  })
}
