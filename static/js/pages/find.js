// Page: templates/residents/find.html. Offers names while one types, and where one is.
import { offerNames } from '../core/choosing.js'
import { pageData } from '../core/page.js'
import { fill } from '../core/words.js'

/** Where a device is, as the form sends it: no finer than it is needed for a square of 250 m. */
export function position({ longitude, latitude }) {
  return `${longitude.toFixed(4)},${latitude.toFixed(4)}`
}

/** What is said of so many names. */
export function offered(count, words) {
  return count ? fill(words.found, { count }) : words.none
}

function start() {
  const { names_url: url, words } = pageData()
  const said = document.getElementById('near-said')
  const tell = (sentence) => {
    said.textContent = sentence
  }
  const fetchNames = async () => (await (await fetch(url)).json()).names
  const field = document.getElementById('field-words')
  offerNames(field, document.getElementById('near-names'), fetchNames, (count) => tell(offered(count, words)))
  whereAmI(document.getElementById('near-form'), document.getElementById('near-here'), words, said)
}

function whereAmI(form, button, words, said) {
  if (!globalThis.navigator?.geolocation) return
  button.hidden = false
  const say = (sentence) => {
    said.classList.remove('visually-hidden')
    said.textContent = sentence
  }
  button.addEventListener('click', () => {
    say(words.locating)
    globalThis.navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const here = document.createElement('input')
        here.type = 'hidden'
        here.name = 'here'
        here.value = position(coords)
        form.append(here)
        form.submit()
      },
      () => say(words.denied),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 0 },
    )
  })
}

if (globalThis.document) start()
