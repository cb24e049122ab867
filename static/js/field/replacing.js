// 「場所を直す」: the place of a draft that the office could not take, put anew; everything else of it stays as typed.
import { fill } from '../core/words.js'
import { complain, fillIn, onPress, pressable, slot } from './dom.js'
import { moved, placeOf, placeValues } from './mending.js'
import { corrected } from './outbox.js'
import { placing } from './placing.js'

export function replacing(root, app, id) {
  const { words } = app
  const draft = app.unsent().find((d) => d.id === id && d.kind === 'edit')
  onPress(pressable(root, 'back'), () => app.go('#/outbox'))
  if (!draft) {
    fillIn(root, { about: words.draft_away })
    for (const part of [root.querySelector('[data-step="where"]'), pressable(root, 'save')]) part.hidden = true
    return null
  }
  const { edits } = draft.payload
  fillIn(root, { about: draft.label, why: why(draft, app) })
  const place = placing(root, app, { place: placeOf(edits), address: edits.address ?? '', resource: draft.resource })
  onPress(pressable(root, 'save'), async () => {
    const wrong = place.problem()
    complain(root, wrong)
    if (wrong) return
    const read = place.read()
    const payload = moved(draft.payload, read, placeValues(read.place))
    if (!(await app.change((box) => corrected(box, id, crypto.randomUUID(), payload)))) return
    app.go('#/outbox')
    app.say(words.fixed)
    app.sync()
  })
  slot(root, 'map').dataset.focus = ''
  place.open()
  return { leave: place.leave }
}

/** Why it came back: the words beside its fields, or what was said of it as a whole. */
function why({ problem }, { data, words }) {
  const lines = Object.entries(problem?.problems ?? {}).map(([field, text]) => fill(words.of_field, { field: data.labels[field] ?? words.other_field, text }))
  return lines.join('') || words.wrong[problem?.code] || problem?.message || ''
}
