// Page: templates/imports/new.html. Shows what is asked of the chosen kind of file, and says at once when a file is too large.
import { pageData } from '../core/page.js'
import { fill } from '../core/words.js'

const MEGABYTE = 1_000_000

/** Whether a part of the form belongs to a kind of file; `wanted`: its kinds, with spaces between. */
export function isAsked(wanted, dataset) {
  return wanted.split(' ').includes(dataset)
}

/** What is wrong with a file of so many bytes, or ''. */
export function problem(bytes, dataset, { limits, words }) {
  const limit = limits[dataset]
  if (!limit || bytes <= limit * MEGABYTE) return ''
  return fill(words.too_large, { size: Math.ceil(bytes / MEGABYTE), limit })
}

function start() {
  const page = pageData()
  const form = document.querySelector('form.sending')
  const file = form.elements.namedItem('file')
  const chosen = () => new FormData(form).get('dataset') ?? ''
  const show = () => {
    for (const part of form.querySelectorAll('.of-dataset')) {
      part.hidden = !isAsked(part.dataset.for, chosen())
    }
    file.setCustomValidity(problem(file.files[0]?.size ?? 0, chosen(), page))
    if (file.validationMessage && file.files.length) file.reportValidity()
  }
  form.addEventListener('change', show)
  show()
}

if (globalThis.document) start()
