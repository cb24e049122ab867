// Page: templates/window/show.html. Keys for whoever has a telephone in the other hand: Escape empties the field.

/** Whether a key means "the next call". */
export function isNextCall({ key, isComposing = false }) {
  return key === 'Escape' && !isComposing // while a word is being converted, Escape belongs to that
}

function start() {
  const words = document.getElementById('field-words')
  document.addEventListener('keydown', (event) => {
    if (!isNextCall(event)) return
    words.value = ''
    words.focus()
  })
  if (document.activeElement === words) words.select() // the next town is typed over this one
}

if (globalThis.document) start()
