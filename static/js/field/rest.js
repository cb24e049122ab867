// 「くわしく書く・直す」: what one asks when there is a moment. Only what was touched becomes a change.
import { dayFields } from './days.js'
import { complain, fillIn, putValues, slot, valuesOf } from './dom.js'
import { openingsOf, problemOf } from './openings.js'
import { problemWords, today } from './telling.js'

const PLAIN = ['name', 'kana', 'eligibility', 'seating', 'entrance', 'western_toilet', 'parking', 'pick_up', 'may_visit', 'fee', 'booking', 'closed_reason']
const DAYS = ['paused_on', 'resumes_on'] // an empty one takes a day back
const MEDIA = ['paper', 'web', 'open_data']

/**
 * What a form asks to change: fields that differ from what it showed.
 * @param {object} before what the form showed; a field that nobody knows yet is ''
 * @param {object} said what stands in it now, with consent_<medium> and consent_by
 * @param {object[]|null} openings when the days were pressed anew
 * @param {string} day today, yyyy-mm-dd
 */
export function changes(before, said, openings, day) {
  const edits = {}
  for (const field of PLAIN) if ((said[field] ?? '') !== (before[field] ?? '')) edits[field] = said[field]
  for (const field of DAYS) if ((said[field] || null) !== (before[field] || null)) edits[field] = said[field] || null
  if (said.closed_on) edits.closed_on = said.closed_on
  if (openings) edits.openings = openings
  const answered = MEDIA.filter((medium) => said[`consent_${medium}`])
  if (answered.length) {
    edits.consents = answered.map((medium) => ({ medium, answer: said[`consent_${medium}`], by: said.consent_by ?? '', on: day }))
    if (said.consent_web) edits.public = said.consent_web === 'yes'
  }
  return edits
}

export function rest(root, app, id) {
  const { words } = app
  const form = root.querySelector('form')
  const known = app.resources().find((row) => row.id === id)
  const label = known?.name ?? app.box.drafts.find((d) => d.resource === id)?.label ?? ''
  const before = { eligibility: 'unknown', seating: 'unknown', entrance: 'unknown', western_toilet: 'unknown', parking: 'unknown', pick_up: 'unknown', may_visit: 'unknown', name: label, ...known }
  fillIn(root, { about: label })
  putValues(form, Object.fromEntries([...PLAIN, ...DAYS].map((field) => [field, before[field] ?? ''])))
  slot(root, 'back').href = known ? `#/entry/${id}` : '#/'
  const readDays = dayFields(root, words)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const pressed = readDays()
    const isPressed = pressed.days.length || pressed.opens || pressed.closes
    const wrong = !form.elements.name.value.trim() ? words.name_needed : words[problemOf(pressed)] ?? ''
    complain(root, wrong)
    if (wrong) return wrong === words.name_needed && form.elements.name.focus()
    const edits = changes(before, valuesOf(form), isPressed ? openingsOf(pressed) : null, today())
    if (!Object.keys(edits).length) return complain(root, words.unchanged)
    try {
      await app.write({ kind: 'edit', resource: id, base: known?.revision ?? null, label: edits.name ?? label, payload: { edits } })
      app.go('#/outbox')
    } catch (error) {
      complain(root, problemWords(error, words))
    }
  })
  return null
}
