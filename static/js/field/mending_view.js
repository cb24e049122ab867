// The ways on for a draft that was refused (mending.js), as forms and buttons in its line of the outbox.
import { fill } from '../core/words.js'
import { dayFields } from './days.js'
import { fillIn, onPress, part, slot } from './dom.js'
import { saveFile } from './leaving.js'
import { waysOf, withValues, without } from './mending.js'
import { openingsOf, problemOf } from './openings.js'
import { corrected } from './outbox.js'
import { developed } from './photo.js'

const FORMS = { words, day: words, kind, opens, picture, place, without: leaveOut, change, again }

/** Puts the ways on into a line, and the file that is always one. */
export function mending(element, app, draft) {
  const ways = slot(element, 'ways')
  const found = waysOf(draft)
  for (const { way, fields } of found) FORMS[way](ways, app, draft, fields, way)
  const beside = found.filter(({ way }) => ['words', 'day'].includes(way)).flatMap(({ fields }) => fields)
  slot(element, 'problems').hidden = Object.keys(draft.problem?.fields ?? {}).every((field) => beside.includes(field)) && beside.length > 0
  const file = button(app.words.to_file)
  ways.append(file)
  onPress(file, () => { saveFile([draft], `${app.words.file_name}_${draft.label}`); app.say(app.words.file_saved) })
}

/** The draft goes again with another payload, under another id; false where the device cannot keep it. */
async function again_with(app, draft, payload, more, blobs) {
  if (!(await app.change((box) => corrected(box, draft.id, crypto.randomUUID(), payload, more), blobs))) return
  app.say(app.words.fixed)
  app.sync()
}

function button(text, kind = 'button-small') {
  return Object.assign(document.createElement('button'), { type: 'button', className: kind, textContent: text })
}

/** Fields of words, numbers and days, each with what the office said of it. */
function words(ways, app, draft, fields, way) {
  const { labels, words: said } = app.data
  const source = draft.payload.edits ?? draft.payload
  const form = part('part-mend')
  for (const field of fields) {
    const box = part(way === 'day' ? 'part-mend-day' : 'part-fix')
    const [label, input] = [box.querySelector('label'), box.querySelector('textarea, input')]
    const id = `fix-${draft.id}-${field}`
    Object.assign(input, { id, name: field, value: source[field] ?? '' })
    label.htmlFor = id
    label.textContent = labels[field] ?? said.other_field
    box.querySelector('p').id = `${id}-problem`
    box.querySelector('p').textContent = draft.problem.problems?.[field] ?? ''
    input.setAttribute('aria-describedby', `${id}-problem`)
    input.setAttribute('aria-invalid', 'true')
    slot(form, 'fields').append(box)
  }
  ways.append(form)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const typed = Object.fromEntries(fields.map((field) => [field, form.elements[field].value.trim()]))
    return again_with(app, draft, withValues(draft.payload, typed))
  })
}

function kind(ways, app, draft) {
  const form = part('part-mend-kind')
  const select = form.querySelector('select')
  const id = `kind-${draft.id}`
  select.id = id
  form.querySelector('label').htmlFor = id
  select.append(...[...app.kinds().values()].map(({ code, name }) => new Option(name, code)))
  ways.append(form)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (select.value) again_with(app, draft, withValues(draft.payload, { kind: select.value }))
  })
}

function opens(ways, app, draft) {
  const form = part('part-mend-days')
  const read = dayFields(form, app.words)
  ways.append(form)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const wrong = problemOf(read())
    fillIn(form, { when_problem: app.words[wrong] ?? '' })
    if (!wrong) again_with(app, draft, withValues(draft.payload, { openings: openingsOf(read()) }))
  })
}

function picture(ways, app, draft) {
  const form = part('part-mend-picture')
  const input = form.querySelector('input')
  ways.append(form)
  input.addEventListener('change', async () => {
    const [file] = input.files
    input.value = ''
    if (!file) return
    const blob = await developed(file).catch(() => null)
    if (!blob) return app.say(app.words.photo_bad)
    const key = crypto.randomUUID()
    await again_with(app, draft, { ...draft.payload, blob: key, taken_at: new Date().toISOString() }, {}, { [key]: blob })
  })
}

function place(ways, app, draft) {
  const link = Object.assign(document.createElement('a'), { className: 'button button-primary', href: `#/place/${draft.id}`, textContent: app.words.mend_place })
  ways.append(link)
}

function leaveOut(ways, app, draft, fields) {
  const { labels, words: said } = app.data
  const payload = without(draft.payload, fields)
  if (!payload) return
  const press = button(fill(said.leave_out, { fields: fields.map((field) => labels[field] ?? said.other_field).join(said.and) }), 'button button-primary')
  ways.append(press)
  onPress(press, () => again_with(app, draft, payload))
}

function change(ways, app, draft) {
  const press = button(app.words.as_change, 'button button-primary')
  ways.append(press)
  onPress(press, () => again_with(app, draft, draft.payload, { base: 0 }))
}

function again(ways, app, draft) {
  const press = button(app.words.send_again)
  ways.append(press)
  onPress(press, () => again_with(app, draft, draft.payload))
}
