// The buttons of days and hours (macro days() of templates/field/_chips.html), read back in words as they are pressed.
import { fillIn } from './dom.js'
import { problemOf, said } from './openings.js'

/** @returns {function} what is pressed now, as openings.js takes it */
export function dayFields(root, words) {
  const boxes = (name) => [...root.querySelectorAll(`[name="${name}"]:checked`)].map((box) => Number(box.value))
  const hour = (name) => root.querySelector(`[name="${name}"]`).value
  const read = () => ({ days: boxes('days'), nths: boxes('nths'), opens: hour('opens'), closes: hour('closes') })
  const tell = () => {
    const pressed = read()
    fillIn(root, { when: said(pressed, words), when_problem: words[problemOf(pressed)] ?? '' })
  }
  for (const field of root.querySelectorAll('[name="days"], [name="nths"], [name="opens"], [name="closes"]')) field.addEventListener('input', tell)
  tell()
  return read
}
