// 訪問の記録, with what comes next. Written as geo/visits.py takes it.
import { complain, fillIn, onPress, part, show, slot, valuesOf } from './dom.js'
import { daysOn, problemWords, today } from './telling.js'

const CHOICES = 6

/** What a form says, as geo/visits.VisitValues takes it. */
export function visitValues(said, at) {
  const whole = (text) => (/^\d+$/.test(text.normalize('NFKC')) ? Number(text.normalize('NFKC')) : text || null)
  const { place = '', visited_on, activity, note, next_step, next_by, promised } = said
  return {
    place, visited_on, activity, note, next_step, next_by, promised,
    met: whole(said.met ?? ''), next_on: said.next_on || null, confirmed: said.confirmed?.length > 0,
    ...(at && { lon: at.lonlat[0], lat: at.lonlat[1], accuracy_m: at.accuracy }),
  }
}

export function visit(root, app, id) {
  const { words } = app
  const form = root.querySelector('form')
  let chosen = null
  const choose = (resource) => {
    chosen = resource
    fillIn(root, { about: resource?.name ?? '' })
    show(root, { about: Boolean(resource), choose: !resource, also_confirm: Boolean(resource) && !resource?.isDraft })
  }
  choose(app.resources().find((row) => row.id === id) ?? null)
  form.elements.visited_on.value = today()
  form.elements.visited_on.max = today()
  finder(root, app, choose)
  for (const box of form.querySelectorAll('[name="next_in"]')) {
    box.addEventListener('change', () => {
      if (box.value) form.elements.next_on.value = daysOn(today(), Number(box.value))
      else form.elements.next_on.focus()
    })
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const said = valuesOf(form)
    const wrong = !chosen && !said.place && !said.note ? words.visit_where : (said.next_on || said.next_by || said.promised) && !said.next_step ? words.next_needed : ''
    complain(root, wrong)
    if (wrong) return
    try {
      await app.write({ kind: 'visit', resource: chosen?.id ?? null, label: chosen?.name ?? (said.place || words.visit_label), payload: visitValues(said, null) })
      app.go('#/outbox')
    } catch (error) {
      complain(root, problemWords(error, words))
    }
  })
  return null
}

function finder(root, app, choose) {
  const find = root.querySelector('[name="find"]')
  const list = () => {
    const rows = app.find(find.value).slice(0, CHOICES)
    slot(root, 'choices').replaceChildren(...rows.map(({ resource }) => {
      const line = part('part-choice')
      const button = line.querySelector('button')
      button.textContent = resource.name
      onPress(button, () => { choose(resource); slot(root, 'about').scrollIntoView({ block: 'center' }) })
      return line
    }))
  }
  find.addEventListener('input', list)
  list()
}
