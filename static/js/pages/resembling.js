// Page: templates/resources/edit.html. While somebody adds an entry: what there is already that may be the same.
import { pageData } from '../core/page.js'

const PAUSE_MS = 600 // after the last key
const ASKED = ['name', 'kana', 'other_names', 'kind', 'address', 'phone', 'provider', 'lon', 'lat']

/** What is asked of a form: only what was typed. */
export function question(values) {
  return new URLSearchParams(ASKED.filter((name) => values[name]?.trim()).map((name) => [name, values[name].trim()]))
}

/** A line of the list, from the template of the page. */
function line(row, template) {
  const item = template.content.firstElementChild.cloneNode(true)
  item.querySelector(row.unlisted ? '.alike-known' : '.alike-unlisted').remove()
  const link = item.querySelector('a')
  link.href = row.url
  if (row.unlisted) return item
  link.textContent = row.name
  item.querySelector('.alike-what').textContent = [row.kind, row.address].filter(Boolean).join('・')
  item.querySelector('.alike-why').textContent = row.reasons.join('、')
  return item
}

function start() {
  const box = document.getElementById('alike')
  const { alike_url: url } = pageData()
  if (!box || !url) return
  const form = document.querySelector('#main form.form')
  const list = box.querySelector('ul')
  let pause = null
  let asked = null
  const ask = async () => {
    const values = Object.fromEntries(ASKED.map((name) => [name, form.elements[name]?.value ?? '']))
    if (values.name.trim().length < 2) {
      box.hidden = true
      return
    }
    asked?.abort()
    asked = new AbortController()
    try {
      const answer = await fetch(`${url}&${question(values)}`, { signal: asked.signal, headers: { Accept: 'application/json' } })
      if (!answer.ok) return
      const { alike } = await answer.json()
      list.replaceChildren(...alike.map((row) => line(row, document.getElementById('alike-line'))))
      box.hidden = alike.length === 0
    } catch {
      // without an answer nothing is shown: the form asks once more when it is sent
    }
  }
  form.addEventListener('input', (event) => {
    if (!ASKED.includes(event.target.name)) return
    clearTimeout(pause)
    pause = setTimeout(ask, PAUSE_MS)
  })
}

if (globalThis.document) start()
