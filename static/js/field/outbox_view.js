// 送信箱: every draft that the office does not have yet, with its state in words and what can be done about it.
import { fill } from '../core/words.js'
import { fillIn, onPress, part, pressable, show, slot } from './dom.js'
import { mending } from './mending_view.js'
import { hanging, mayHaveArrived, removed, settled } from './outbox.js'
import { lately } from './sent.js'
import { countWords, valueWords } from './telling.js'

export function outboxView(root, app) {
  const { words } = app
  onPress(pressable(root, 'send'), async () => {
    if (!navigator.onLine) return app.say(words.offline)
    await app.sync()
    app.say(app.count().unsent ? '' : words.all_sent)
  })
  const shown = new Map() // id -> {element, state}: what a person is just filling in stays
  const changed = () => {
    const count = app.count()
    const owes = app.mustSignIn === 'second_step'
    slot(root, 'sign_in_link').href = owes ? app.data.urls.second_step : app.data.urls.sign_in
    fillIn(root, { sign_in_words: owes ? words.owes_second_step : words.signed_out, sign_in_link: owes ? words.get_second_step : words.do_sign_in })
    show(root, { sign_in: Boolean(app.mustSignIn), others: count.others > 0 })
    sentList(root, app)
    fillIn(root, { summary: count.unsent ? countWords(count, words) : words.all_sent, others: fill(words.others, { count: count.others }) })
    const drafts = app.unsent()
    for (const id of shown.keys()) if (!drafts.some((d) => d.id === id)) { shown.get(id).element.remove(); shown.delete(id) }
    drafts.forEach((draft) => {
      const known = shown.get(draft.id)
      const key = `${draft.state}/${draft.tries > 0}`
      if (known?.key === key) return slot(root, 'drafts').append(known.element)
      const element = line(app, draft)
      if (known) known.element.replaceWith(element)
      slot(root, 'drafts').append(element)
      shown.set(draft.id, { element, key })
    })
  }
  changed()
  return { changed }
}

function line(app, draft) {
  const { words } = app
  const element = part('part-draft')
  element.classList.add(`is-${draft.state}`)
  const at = new Date(draft.written_at)
  const time = `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`
  fillIn(element, {
    kind: words.kinds[kindOf(draft)] ?? '', label: draft.label, state: stateWords(draft, words), of: fill(words.of, { name: draft.label }),
    written: fill(words.written_at, { month: at.getMonth() + 1, day: at.getDate(), time }),
  })
  slot(element, 'problems').replaceChildren(...problems(draft, app.data).map((text) => Object.assign(document.createElement('li'), { textContent: text })))
  if (draft.state === 'conflict') conflict(element, app, draft)
  if (['refused', 'too_large'].includes(draft.state)) mending(element, app, draft)
  removing(element, app, draft)
  return element
}

function stateWords(draft, words) {
  if (draft.state === 'waiting' && draft.problem?.code === 'no_answer' && navigator.onLine) return words.no_answer
  return words.states[draft.state]
}

/** What has gone lately, and what became of it where that was not simply what she wrote. */
function sentList(root, app) {
  const { words } = app
  const gone = lately(app.box.drafts, app.account)
  slot(root, 'gone').hidden = !gone.length
  slot(root, 'gone_list').replaceChildren(...gone.map((draft) => {
    const element = part('part-gone')
    const note = draft.settled ? words.settled[draft.settled] : draft.merged ? words.went_on : ''
    fillIn(element, { kind: words.kinds[kindOf(draft)] ?? '', label: draft.label, note })
    return element
  }))
}

function kindOf({ kind, base }) {
  return kind === 'edit' && base === null ? 'add' : kind
}

/** What is wrong with a refused draft, field by field, in the server's words. */
function problems({ state, problem }, { labels, words }) {
  if (state !== 'refused' || !problem) return []
  const lines = Object.entries(problem.problems ?? {}).map(([field, text]) => `${labels[field] ?? words.other_field}：${text}`)
  return lines.length ? lines : [words.wrong[problem.code] ?? problem.message ?? words.refused_plain, words.wrong[problem.code] ? '' : problem.hint].filter(Boolean)
}

/** Both values side by side, for each field; nothing is chosen beforehand. */
function conflict(element, app, draft) {
  const { data, words } = app
  const { theirs, merged_into: into } = draft.problem
  const place = slot(element, 'choices')
  if (into) {
    const name = app.resources().find((row) => row.id === into)?.name
    place.append(Object.assign(document.createElement('p'), { textContent: name ? fill(words.merged_named, { name }) : words.merged }))
  }
  for (const [field, value] of Object.entries(theirs)) {
    const box = part('part-conflict')
    const about = { ...data, kinds: app.kinds() }
    for (const input of box.querySelectorAll('input')) input.name = `${draft.id}/${field}`
    fillIn(box, { field: data.labels[field] ?? words.other_field, mine: valueWords(field, draft.payload.edits?.[field], about), theirs: valueWords(field, value, about) })
    place.append(box)
  }
  const settle = part('part-settle')
  place.append(settle)
  onPress(settle, async () => {
    const fields = Object.keys(theirs)
    const taken = Object.fromEntries(fields.map((field) => [field, place.querySelector(`[name="${draft.id}/${field}"]:checked`)?.value]))
    if (fields.some((field) => !taken[field])) return app.say(words.choose_one)
    const answer = Object.fromEntries(fields.map((field) => [field, taken[field] === 'mine' ? 'ours' : 'theirs']))
    if (!(await app.change((box) => settled(box, draft.id, crypto.randomUUID(), answer)))) return
    app.say(words.fixed)
    app.sync()
  })
}

/** Taking back: asked twice, and said what else goes with it. */
function removing(element, app, draft) {
  const { words } = app
  const [drop, sure] = [pressable(element, 'drop'), pressable(element, 'sure')]
  drop.hidden = draft.state === 'sending'
  onPress(drop, () => {
    const others = hanging(app.box.drafts, draft.id).length - 1
    app.say(others ? fill(words.goes_with, { count: others }) : mayHaveArrived(draft) ? words.may_have_arrived : words.sure)
    sure.hidden = false
    drop.hidden = true
    sure.focus()
  })
  onPress(sure, async () => {
    if (!(await app.change((box) => removed(box, draft.id)))) return
    app.say(words.taken_back)
    document.querySelector('h1')?.focus()
  })
}
