// The first view and the list of 「変わりなし」: what was promised for today, and entries, the nearest first.
import { fill } from '../core/words.js'
import { fillIn, onPress, part, pressable, show, slot } from './dom.js'
import { steps } from './morning.js'
import { removed } from './outbox.js'
import { standing } from './places.js'
import { here, hereIfAllowed } from './position.js'
import { awayWords, dayWords, freshWords, pauseWords, problemWords, today } from './telling.js'

const AT_HOME = 5 // our choice: what one sees without scrolling far
const IN_LIST = 30

export function home(root, app) {
  const list = lister(root, app, AT_HOME, () => '') // it stands above already
  onPress(pressable(root, 'take'), () => { app.go('#/device') })
  const changed = () => {
    show(root, { no_pack: !app.pack })
    pressable(root, 'take').hidden = app.isAsking === true
    fillIn(root, { pack_words: packAway(app), pack_line: packLine(app) })
    slot(root, 'steps').replaceChildren(...steps(app))
    fillIn(root, { no_steps: app.pack ? app.words.steps_none : app.words.steps_unknown })
    show(root, { no_steps: !slot(root, 'steps').children.length })
    list()
  }
  changed()
  if (!app.here) hereIfAllowed(app).then((at) => at && list())
  return { changed }
}

export function near(root, app) {
  const list = lister(root, app, IN_LIST)
  list()
  if (!app.here) here(app).then(list)
  return { changed: list }
}

/** Why there is nothing that goes along. */
function packAway({ isAsking, packGone, words }) {
  return isAsking ? words.taking : packGone ? words.pack_gone : words.pack_none
}

/** What goes along, until when. */
export function packLine(app) {
  const { pack, words } = app
  if (!pack) return ''
  const until = new Date(Date.parse(pack.taken_at) + pack.kept_days * 86_400_000).toISOString()
  const name = pack.areas.map((area) => area.name).join(words.and) || fill(words.whole, { name: pack.municipality.name })
  return fill(words.pack_line, { name, count: pack.resources.length, taken: dayWords(pack.taken_at, words), until: dayWords(until, words) })
}

/** A list that is searched, ordered by where one stands, and confirmed by one tap. */
function lister(root, app, most, without = packAway) {
  const find = root.querySelector('[name="find"]')
  const list = () => {
    const rows = app.here ? app.find(find.value) : gatheringsFirst(app, app.find(find.value))
    const shown = rows.slice(0, most)
    slot(root, 'list').replaceChildren(...shown.map((found) => row(app, found)))
    const { words } = app
    const rest = rows.length - shown.length
    const text = !app.pack ? without(app) : !rows.length ? words.found_none : rest ? fill(words.more, { count: rest }) : fill(words.found, { count: rows.length })
    fillIn(root, { found: text })
  }
  find.addEventListener('input', list)
  onPress(pressable(root, 'here'), async () => {
    app.say(app.words.asking)
    const at = await here(app)
    app.say(at ? fill(app.words.fix, { metres: Math.ceil(at.accuracy) }) : app.words.no_fix_list)
    list()
  })
  return list
}

/** While nobody knows where one stands: what a coordinator looks after, before clinics and shops. */
function gatheringsFirst(app, rows) {
  const kinds = app.kinds()
  const others = ({ resource }) => (kinds.get(resource.kind)?.element === 'prevention' ? 0 : 1)
  return [...rows].sort((a, b) => others(a) - others(b))
}

function row(app, { resource, away }) {
  const element = part('part-row')
  const { words } = app
  const kind = app.kinds().get(resource.kind)
  const link = slot(element, 'link')
  link.href = `#/entry/${resource.id}`
  slot(element, 'icon').hidden = !kind
  slot(element, 'icon').parentElement.classList.add(`element-${kind?.element ?? 'prevention'}`)
  const fresh = freshWords(resource.confirmed_on, today(), words)
  const paused = pauseWords(resource, today(), words)
  slot(element, 'paused').hidden = !paused
  slot(element, 'fresh').classList.add(`is-${fresh.state}`)
  fillIn(element, {
    icon: kind?.icon ?? '', name: resource.name, paused, fresh: fresh.text,
    facts: resource.isOwn ? words.own_entry : [awayWords(away, words), resource.opening_words.join(words.and) || words.days_unknown, resource.address].filter(Boolean).join('　'),
    of: fill(words.of, { name: resource.name }), of_undo: fill(words.of, { name: resource.name }),
  })
  confirming(element, app, resource)
  return element
}

/** The button 「変わりなし」 of a row or a view, what became of it, and taking it back while it is here. */
export function confirming(element, app, resource) {
  const { words } = app
  const mine = app.unsent().find((d) => d.kind === 'confirm' && d.resource === resource.id)
  const [press, undo] = [pressable(element, 'confirm'), pressable(element, 'undo')]
  const sentToday = !mine && app.box.drafts.some((d) => d.kind === 'confirm' && d.resource === resource.id && d.account === app.account && d.written_at.slice(0, 10) === new Date().toISOString().slice(0, 10))
  press.hidden = Boolean(mine) || sentToday || !app.account || resource.isDraft === true
  undo.hidden = !mine || mine.state === 'sending'
  fillIn(element, { done: mine ? fill(words.is_confirmed, { state: words.states[mine.state] }) : sentToday ? words.confirm_sent : '' })
  if (element.dataset.bound) return
  element.dataset.bound = 'yes'
  onPress(press, async () => {
    try {
      await app.confirm(resource)
      app.say(fill(words.confirmed_now, { name: resource.name }))
    } catch (error) {
      app.say(problemWords(error, words))
    }
  })
  onPress(undo, async () => {
    const draft = app.unsent().find((d) => d.kind === 'confirm' && d.resource === resource.id)
    if (draft) await app.change((box) => removed(box, draft.id))
    app.say(words.taken_back)
  })
}

/** What is wrong with where a new place lies, in words; '' when nothing is. */
export function outsideWords(point, app) {
  const where = standing(point, app.pack)
  return fill(app.words[where] ?? '', { name: app.pack?.municipality.name ?? '' })
}
