// 「加える」: kind, where, when, name; then it is kept. What was typed stays until it is kept or given up.
import { fill } from '../core/words.js'
import { dayFields } from './days.js'
import { complain, fillIn, onPress, part, pressable, show, slot } from './dom.js'
import { alikeLines } from './likeness.js'
import { placeValues } from './mending.js'
import { openingsOf, problemOf } from './openings.js'
import { takePictures } from './pictures.js'
import { searchKey } from '../core/keys.js'
import { placing } from './placing.js'
import { problemWords, today } from './telling.js'

export const STEPS = ['kind', 'where', 'when', 'name']
const FIRST_KINDS = ['exercise_group', 'salon', 'dementia_cafe', 'hobby_group', 'prevention_class', 'senior_club']
const FOUND_KINDS = 8

/** Values of a new entry as the gate takes them: not for residents before its host said yes. */
export function newValues({ kind, name, address, place, openings, day }) {
  const said = { kind, name, openings, confirmed_on: day, public: false }
  if (address) said.address = address
  return { ...said, ...placeValues(place) }
}

export function adding(root, app) {
  const { words } = app
  const form = root.querySelector('form')
  const state = { step: 0, kind: null, resource: crypto.randomUUID() }
  const place = placing(root, app)
  const readDays = dayFields(root, words)
  const pictures = takePictures(root, app)
  const problem = (text) => complain(root, text)

  const open = (step) => {
    state.step = step
    problem('')
    for (const section of root.querySelectorAll('[data-step]')) section.hidden = section.dataset.step !== STEPS[step]
    const kind = app.kinds().get(state.kind)?.name
    fillIn(root, { step_of: [fill(words.step_of, { count: STEPS.length, number: step + 1 }), kind].filter(Boolean).join('　') })
    pressable(root, 'next').hidden = step === STEPS.length - 1 || step === 0
    root.querySelector('[type="submit"]').hidden = step !== STEPS.length - 1
    if (STEPS[step] === 'where') place.open()
    scrollTo(0, 0)
    root.querySelector('[data-step]:not([hidden]) h1').focus({ preventScroll: true })
  }
  const check = () => (STEPS[state.step] === 'where' ? place.problem() : STEPS[state.step] === 'when' ? words[problemOf(readDays())] ?? '' : '')
  const next = () => {
    const wrong = check()
    if (wrong) return problem(wrong)
    open(state.step + 1)
  }
  chooseKind(root, app, (code) => { state.kind = code; open(1) })
  onPress(pressable(root, 'next'), next)
  onPress(pressable(root, 'back'), () => (state.step ? open(state.step - 1) : app.go('#/')))
  alikeWhileTyping(root, app, () => ({ ...newValues({ kind: state.kind, name: form.elements.name.value.trim(), ...place.read(), openings: openingsOf(readDays()), day: today() }), id: state.resource }))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (state.step < STEPS.length - 1) return next()
    const name = form.elements.name.value.trim()
    fillIn(root, { name_problem: name ? '' : words.name_needed })
    if (!name) return form.elements.name.focus()
    await keep(app, state, newValues({ kind: state.kind, name, ...place.read(), openings: openingsOf(readDays()), day: today() }), pictures(), problem)
  })
  for (const section of root.querySelectorAll('[data-step]')) section.hidden = section.dataset.step !== 'kind'
  open(0)
  return { leave: place.leave }
}

async function keep(app, { resource }, edits, pictures, problem) {
  try {
    await app.write({ kind: 'edit', resource, base: null, label: edits.name, payload: { edits } }, pictures)
    app.go(`#/added/${resource}`)
  } catch (error) {
    problem(problemWords(error, app.words))
  }
}

/** The usual kinds as large buttons, all others by a word. */
function chooseKind(root, app, chosen) {
  const kinds = [...app.kinds().values()]
  const button = (kind) => {
    const element = part('part-kind')
    element.classList.add(`element-${kind.element}`)
    fillIn(element, { icon: kind.icon, name: kind.name })
    onPress(element, () => chosen(kind.code))
    return element
  }
  const usual = FIRST_KINDS.map((code) => kinds.find((kind) => kind.code === code)).filter(Boolean)
  slot(root, 'first_kinds').replaceChildren(...usual.map(button))
  const find = root.querySelector('[name="kind_find"]')
  find.addEventListener('input', () => {
    const key = searchKey(find.value)
    const found = key ? kinds.filter((kind) => searchKey(kind.name + (kind.synonyms ?? []).join(' ')).includes(key)) : []
    slot(root, 'other_kinds').replaceChildren(...found.slice(0, FOUND_KINDS).map(button))
  })
  if (!kinds.length) fillIn(root, { problem: app.words.pack_none })
}

/** Says while one types what looks like the same; also without a network, and among one's own drafts. */
function alikeWhileTyping(root, app, entry) {
  const name = root.querySelector('[name="name"]')
  const look = () => {
    const lines = name.value.trim().length > 1 ? alikeLines(app, entry()) : []
    show(root, { alike: lines.length > 0 })
    if (lines.length) fillIn(root, { alike_words: fill(app.words.alike, { count: lines.length }) })
    slot(root, 'alike_list').replaceChildren(...lines)
  }
  name.addEventListener('input', look)
}

/** What was kept, and the way to the rest of it. */
export function added(root, app, id) {
  const changed = () => {
    const draft = app.box.drafts.find((d) => d.resource === id && d.kind === 'edit')
    const photos = app.box.drafts.filter((d) => d.resource === id && d.kind === 'photo').length
    const { words } = app
    fillIn(root, {
      what: [draft?.label ?? '', photos && fill(words.photo_count, { count: photos })].filter(Boolean).join('　'),
      state: !draft || draft.state === 'gone' ? words.sent : navigator.onLine ? words.states[draft.state] : words.saved_offline,
    })
  }
  slot(root, 'rest').href = `#/rest/${id}`
  changed()
  return { changed }
}
