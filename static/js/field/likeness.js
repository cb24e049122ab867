// The notice 「似たものがあります」: entries of what goes along and of one's own drafts that alike.js points at.
import { fill } from '../core/words.js'
import { alike } from './alike.js'
import { fillIn, part, slot } from './dom.js'

const MOST = 4

/** An entry as alike.js compares it. */
export function comparable({ place, ...entry }) {
  return { ...entry, lon: place?.[0] ?? null, lat: place?.[1] ?? null }
}

/** Lines of the notice. */
export function alikeLines(app, entry) {
  const { words } = app
  const rows = app.resources()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return alike(comparable(entry), rows.map(comparable), MOST).map(({ id, reasons }) => {
    const { name, isDraft } = byId.get(id)
    const line = part('part-alike')
    slot(line, 'link').href = `#/entry/${id}`
    const why = [isDraft && words.alike_draft, ...reasons.map((reason) => words.alike_reasons[reason])]
    fillIn(line, { name, why: fill(words.why, { why: why.filter(Boolean).join(words.and) }) })
    return line
  })
}
