// The buttons over a map: words instead of signs, large, and beside the map rather than on it, where
// they would cover what a telephone shows.

/**
 * @param {L.Map} map
 * @param {object} words controls, larger, smaller, whole, move
 * @param {{whole: function, fingers: boolean}} manner
 *   whole    shows the whole map
 *   fingers  the map is touched: one finger scrolls the page until 「指で動かす」 is pressed
 * @returns {HTMLElement} the bar that the buttons stand in
 */
export function addControls(map, words, { whole, fingers }) {
  const bar = document.createElement('div')
  bar.className = 'map-controls'
  bar.setAttribute('role', 'group')
  bar.setAttribute('aria-label', words.controls)
  const larger = button(words.larger, () => map.zoomIn())
  const smaller = button(words.smaller, () => map.zoomOut())
  bar.append(larger, smaller, button(words.whole, whole))
  if (fingers) bar.append(mover(map, words.move))
  map.getContainer().before(bar)

  // aria-disabled, not disabled: a disabled button would throw the focus away
  const tell = () => {
    larger.setAttribute('aria-disabled', map.getZoom() >= map.getMaxZoom())
    smaller.setAttribute('aria-disabled', map.getZoom() <= map.getMinZoom())
  }
  map.on('zoomend zoomlevelschange', tell)
  tell()
  return bar
}

/** A button that shows the next background in place of the last. */
export function chooser(map, layers, words) {
  let shown = 0
  return button(words, () => {
    layers[shown].remove()
    shown = (shown + 1) % layers.length
    layers[shown].addTo(map)
  })
}

function mover(map, words) {
  const move = button(words, () => {
    const free = !map.dragging.enabled()
    map.dragging[free ? 'enable' : 'disable']()
    move.setAttribute('aria-pressed', free)
  })
  move.setAttribute('aria-pressed', false)
  return move
}

function button(words, act) {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = words
  made.addEventListener('click', act)
  return made
}
