// きょうの次の一手: what one has promised until today, from what goes along and from what waits here.
import { fill } from '../core/words.js'
import { fillIn, part } from './dom.js'
import { dayWords, daysOn, today } from './telling.js'

const AHEAD_DAYS = 7 // our choice: a week is what one can still arrange

/** Steps that are due until a day, the earliest first; those without a day at the end. */
export function due(steps, day) {
  const late = (step) => step.next_on ?? '9999'
  return steps.filter(({ next_on: on }) => !on || on <= day).sort((a, b) => (late(a) < late(b) ? -1 : late(a) > late(b) ? 1 : 0))
}

/** The lines of the first view. */
export function steps(app) {
  const { words } = app
  const named = new Map(app.resources().map((row) => [row.id, row.name]))
  const waiting = app.unsent().filter((d) => d.kind === 'visit' && d.payload?.next_step).map((d) => ({ ...d.payload, where: d.label }))
  const kept = (app.pack?.steps ?? []).map((step) => ({ ...step, where: named.get(step.resource) ?? step.place ?? '' }))
  return due([...waiting, ...kept], daysOn(today(), AHEAD_DAYS)).map((step) => line(step, words))
}

function line(step, words) {
  const element = part('part-step')
  const isLate = step.next_on && step.next_on < today()
  const day = step.next_on && (isLate ? fill(words.overdue, { day: dayWords(step.next_on, words) }) : dayWords(step.next_on, words))
  element.classList.toggle('is-late', Boolean(isLate))
  const more = [day, step.where, step.next_by && fill(words.with, { who: step.next_by }), step.promised && fill(words.promise, { what: step.promised })]
  fillIn(element, { what: step.next_step, about: more.filter(Boolean).join('　') })
  return element
}
