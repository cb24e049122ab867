// Pictures of a form: made small here, and for each the question whether anybody can be told by the face.
import { onPress, part, pressable, slot } from './dom.js'
import { developed } from './photo.js'

/**
 * @param {HTMLElement} root with the macro photo()
 * @param {function} changed called with how many there are
 * @returns {function} pictures() -> [{blob, faces, at}]
 */
export function takePictures(root, app, changed = () => {}) {
  const taken = []
  const list = slot(root, 'photos')
  const input = root.querySelector('[name="photo"]')
  input.addEventListener('change', async () => {
    const [file] = input.files
    input.value = ''
    if (!file) return
    try {
      const blob = await developed(file)
      taken.push(row(list, blob, app, (gone) => { taken.splice(taken.indexOf(gone), 1); changed(taken.length) }))
      changed(taken.length)
    } catch {
      app.say(app.words.photo_bad)
    }
  })
  return () => taken.map(({ blob, element, at }) => ({ blob, at, faces: element.querySelector('input:checked')?.value ?? 'unknown' }))
}

function row(list, blob, app, dropped) {
  const element = part('part-photo')
  const address = URL.createObjectURL(blob)
  slot(element, 'picture').src = address
  const name = `faces-${crypto.randomUUID()}`
  for (const answer of element.querySelectorAll('input')) answer.name = name
  const one = { blob, element, at: app.here }
  onPress(pressable(element, 'drop'), () => {
    URL.revokeObjectURL(address)
    element.remove()
    dropped(one)
  })
  list.append(element)
  return one
}
