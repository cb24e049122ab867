// 持っていく (templates/_taking.html): copying and sharing, where a browser can. Used by the scripts of pages that show it.

/** Whether the browser hands a page on by itself; else its address is copied. */
export function canShare(browser) {
  return typeof browser.share === 'function'
}

/**
 * Copy a text; whether that went well. Where pages may not write to the clipboard (no https), the marked text is copied
 * as by the keyboard.
 * @param {string} text
 * @param {{clipboard?: {writeText: (text: string) => Promise<void>}}} browser
 * @param {() => boolean} byHand
 */
export async function copied(text, browser, byHand) {
  try {
    if (!browser.clipboard) return byHand()
    await browser.clipboard.writeText(text)
    return true
  } catch {
    return byHand()
  }
}

/** Whether somebody closed the list of ways to share: nothing went wrong. */
export function wasClosed(error) {
  return error?.name === 'AbortError'
}

function markAndCopy(document, text) {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  return done
}

/** Make the buttons of a page's section work. */
export function takeAlong(document, browser = navigator) {
  const section = document.querySelector('[data-taking]')
  if (!section) return
  const { name, address, copied: good, notCopied: bad } = section.dataset
  const said = section.querySelector('[data-said]')
  const copy = async (text) => {
    const done = await copied(text, browser, () => markAndCopy(document, text))
    said.textContent = done ? good : bad
  }
  for (const button of section.querySelectorAll('[data-copy]')) {
    button.hidden = false
    button.addEventListener('click', () => copy(document.getElementById(button.dataset.copy).value))
  }
  const share = section.querySelector('[data-share]')
  share.hidden = false
  share.addEventListener('click', async () => {
    if (!canShare(browser)) return copy(address)
    try {
      await browser.share({ title: name, url: address })
    } catch (error) {
      if (!wasClosed(error)) await copy(address)
    }
  })
}
