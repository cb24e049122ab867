// A field that offers names while one types: matched on the device, so that nothing typed leaves it.
import { searchKey } from './keys.js'

export const OFFERED = 8 // our choice: as many as a telephone shows above its keyboard

/** The names that begin with what was typed, then those that have it inside; [name, reading] each. */
export function matching(names, typed, most = OFFERED) {
  const key = searchKey(typed)
  if (!key) return []
  const keys = ([name, kana]) => [searchKey(name), searchKey(kana)]
  const begins = names.filter((one) => keys(one).some((each) => each.startsWith(key)))
  const holds = names.filter((one) => !begins.includes(one) && keys(one).some((each) => each.includes(key)))
  return [...begins, ...holds].slice(0, most).map(([name]) => name)
}

/** Which option an arrow key leads to, of so many; -1 is the field itself. */
export function moved(at, key, count) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[key]
  if (!by || !count) return at
  const next = at + by
  return next < -1 ? count - 1 : next >= count ? -1 : next
}

/**
 * Makes a field and a list a combobox (WAI-ARIA 1.2).
 * @param {HTMLInputElement} field
 * @param {HTMLUListElement} list
 * @param {() => Promise<string[][]>} fetchNames asked for once, when one begins to type
 * @param {(count: number) => void} tell how many are offered
 */
export function offerNames(field, list, fetchNames, tell) {
  let names = null
  let at = -1
  const options = () => [...list.children]
  field.setAttribute('role', 'combobox')
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-controls', list.id)
  field.setAttribute('aria-expanded', 'false')

  const close = () => {
    list.hidden = true
    at = -1
    field.setAttribute('aria-expanded', 'false')
    field.removeAttribute('aria-activedescendant')
  }
  const point = (next) => {
    at = next
    options().forEach((option, i) => option.setAttribute('aria-selected', String(i === at)))
    if (at < 0) return field.removeAttribute('aria-activedescendant')
    field.setAttribute('aria-activedescendant', options()[at].id)
    options()[at].scrollIntoView({ block: 'nearest' })
  }
  const choose = (name) => {
    field.value = name
    close()
    field.focus()
  }
  const show = (found) => {
    list.replaceChildren(...found.map((name, i) => option(name, i, list.id, choose)))
    list.hidden = !found.length
    at = -1
    field.removeAttribute('aria-activedescendant')
    field.setAttribute('aria-expanded', String(found.length > 0))
    tell(found.length)
  }
  field.addEventListener('input', async () => {
    names ??= fetchNames().catch(() => [])
    const known = await names
    const found = matching(known, field.value)
    if (found.length === 1 && found[0] === field.value.trim()) return close() // it is all there
    if (field.value.trim()) show(found)
    else close()
  })
  field.addEventListener('keydown', (event) => {
    if (list.hidden) return
    const next = moved(at, event.key, options().length)
    if (next !== at) {
      event.preventDefault()
      point(next)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      close()
    } else if (event.key === 'Enter' && at >= 0 && !event.isComposing) {
      event.preventDefault()
      choose(options()[at].textContent)
    }
  })
  field.addEventListener('blur', close)
}

function option(name, i, id, choose) {
  const item = document.createElement('li')
  item.id = `${id}-${i}`
  item.setAttribute('role', 'option')
  item.setAttribute('aria-selected', 'false')
  item.textContent = name
  item.addEventListener('mousedown', (event) => event.preventDefault()) // the field keeps the focus
  item.addEventListener('click', () => choose(name))
  return item
}
