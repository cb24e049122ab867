// One entry of what goes along: what is known of it, and what one does at its door.
import { fill } from '../core/words.js'
import { fillIn, part, pressable, slot } from './dom.js'
import { confirming } from './home.js'
import { takePictures } from './pictures.js'
import { freshWords, pauseWords, problemWords, today, valueWords } from './telling.js'

const FACTS = ['address', 'openings', 'eligibility', 'eligibility_note', 'fee', 'booking', 'accepting', 'seating', 'entrance', 'western_toilet', 'parking', 'pick_up', 'may_visit']

export function entry(root, app, id) {
  const { words } = app
  const resource = app.resources().find((row) => row.id === id)
  if (!resource) {
    fillIn(root, { name: words.not_here })
    for (const name of ['confirm', 'undo']) pressable(root, name).hidden = true
    for (const name of ['edit', 'visit']) slot(root, name).hidden = true
    root.querySelector('form').hidden = true
    return null
  }
  const kind = app.kinds().get(resource.kind)
  slot(root, 'icon').hidden = !kind
  slot(root, 'icon').parentElement.classList.add(`element-${kind?.element ?? 'prevention'}`)
  fillIn(root, { icon: kind?.icon ?? '', kind: kind?.name ?? '', name: resource.name })
  slot(root, 'edit').href = `#/rest/${id}`
  slot(root, 'visit').href = `#/visit/${id}`
  if (resource.isOwn) fillIn(root, { kind: words.own_kind, about: words.own_entry })
  else slot(root, 'facts').replaceChildren(...FACTS.map((field) => fact(app, resource, field)))
  const pictures = takePictures(root, app, (count) => { slot(root, 'keep_photos').hidden = !count })
  root.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      await app.write({ kind: 'photo', resource: id, label: resource.name, payload: {} }, pictures())
      app.go('#/outbox')
    } catch (error) {
      app.say(problemWords(error, words))
    }
  })
  const changed = () => {
    const now = app.resources().find((row) => row.id === id) ?? resource
    const fresh = freshWords(now.confirmed_on, today(), words)
    slot(root, 'fresh').className = `field-fresh is-${fresh.state}`
    const paused = pauseWords(now, today(), words)
    slot(root, 'paused').hidden = !paused
    fillIn(root, { fresh: fresh.text, paused })
    confirming(root, app, now)
  }
  changed()
  return { changed }
}

function fact(app, resource, field) {
  const { words, data } = app
  const line = part('part-fact')
  const text = field === 'openings' ? resource.opening_words.join(words.and) || words.days_unknown : valueWords(field, resource[field], { ...data, kinds: app.kinds() })
  line.hidden = text === words.empty && field.endsWith('_note')
  fillIn(line, { label: data.labels[field], words: text === words.empty ? words.unknown_word : fill(text, {}) })
  return line
}
