// What the server wrote for a page's script.

/** The one JSON block of the page (templates/_map.html, macro data). */
export function pageData() {
  return JSON.parse(document.getElementById('page-data').textContent)
}
