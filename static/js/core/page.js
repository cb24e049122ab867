// What the server wrote for a page's script.
import { apart } from './words.js'

/** The one JSON block of the page (templates/_map.html, macro data). */
export function pageData() {
  const written = document.getElementById('page-data').textContent
  return JSON.parse(written, written.includes('\\u300a') ? apart : undefined)
}
