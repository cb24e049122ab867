// Pieces of the page: every sentence stands in a <template> of templates/field/, scripts only fill its slots.

/** The one element, or all that a template holds as a fragment. */
export function part(name) {
  const { content } = document.getElementById(name)
  const copy = content.cloneNode(true)
  return copy.children.length === 1 ? copy.firstElementChild : copy
}

/** The slot of a name within an element. */
export function slot(root, name) {
  return root.querySelector(`[data-slot="${name}"]`)
}

/** What is pressed, by its name. */
export function pressable(root, name) {
  return root.querySelector(`[data-do="${name}"]`)
}

/** Writes text into slots; what is empty is hidden where it says nothing otherwise. */
export function fillIn(root, words) {
  for (const [name, text] of Object.entries(words)) {
    const place = slot(root, name)
    if (place && place.textContent !== text) place.textContent = text
  }
}

/** Says what is wrong with a form, in sight of who has just pressed the bar at the thumb. */
export function complain(root, text) {
  fillIn(root, { problem: text })
  if (text) slot(root, 'problem').scrollIntoView({ block: 'center' })
}

/** Shows or hides slots. */
export function show(root, shown) {
  for (const [name, is] of Object.entries(shown)) slot(root, name).hidden = !is
}

/** Does something whenever a button is pressed; while it works it cannot be pressed again. */
export function onPress(button, work) {
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return
    button.setAttribute('aria-disabled', 'true')
    try {
      await work()
    } finally {
      button.removeAttribute('aria-disabled')
    }
  })
}

/** Values of a form: text by name, for boxes a list of what is checked. */
export function valuesOf(form) {
  const values = {}
  for (const field of form.elements) {
    if (!field.name || field.type === 'file') continue
    if (field.type === 'checkbox') (values[field.name] ??= []).push(...(field.checked ? [field.value] : []))
    else if (field.type === 'radio') values[field.name] = field.checked ? field.value : (values[field.name] ?? '')
    else values[field.name] = field.value.trim()
  }
  return values
}

/** Puts values into a form by the names of its fields. */
export function putValues(form, values) {
  for (const field of form.elements) {
    if (!(field.name in values) || field.type === 'file') continue
    const value = values[field.name] ?? ''
    if (field.type === 'radio') field.checked = field.value === value
    else field.value = value
  }
}

/** A script that is no module, by a tag. */
export function library(address) {
  return new Promise((found, lost) => {
    const tag = document.createElement('script')
    Object.assign(tag, { src: address, onload: found, onerror: lost })
    document.head.append(tag)
  })
}
