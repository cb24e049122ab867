// Page: templates/_leaving.html. Signing out from any page: what the field has left on this device is told, offered as a
// file and taken away, as the field's own page does it.

/** What the dialog shows of what lies here: names of its parts -> shown or not. */
export function shownParts({ unsent, others, isHers }) {
  return { unsent: unsent > 0, others: others > 0, hers: isHers, file: unsent > 0, outbox: unsent > 0 }
}

function start() {
  const dialog = document.getElementById('leaving')
  const form = document.querySelector('form[data-leaving]')
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`)
  const leave = (device) => {
    form.elements.device.value = device
    form.submit()
  }
  let lies = null
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    try {
      const { held } = await import('../field/leaving.js')
      lies = await held(dialog.dataset.account)
    } catch {
      return leave('unknown') // it cannot be looked into: the page after it says so
    }
    if (!lies) return leave('clean')
    for (const [name, is] of Object.entries(shownParts(lies))) part(name).hidden = !is
    for (const name of ['unsent', 'others']) dialog.querySelector(`[data-count="${name}"]`).textContent = lies[name]
    dialog.showModal()
  })
  part('stay').addEventListener('click', () => dialog.close())
  part('file').addEventListener('click', async () => {
    const { saveFile } = await import('../field/leaving.js')
    saveFile(lies.drafts, dialog.dataset.file)
    part('saved').hidden = false
  })
  part('wipe').addEventListener('click', async () => {
    const { wipeDevice } = await import('../field/leaving.js')
    try {
      await wipeDevice(lies.shelf, dialog.dataset.account, dialog.dataset.scope)
    } catch {
      return leave('unknown')
    }
    leave('wiped')
  })
}

if (globalThis.document) start()
