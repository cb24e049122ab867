// Page: templates/window/sheet.html. The button that prints.

function start() {
  const button = document.getElementById('print')
  button.hidden = false
  button.addEventListener('click', () => globalThis.print())
}

if (globalThis.document) start()
