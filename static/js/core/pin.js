// A point that a person puts on a map: pressed, dragged, or moved by arrow keys.

const STEP_PX = 12 // of an arrow key; with Shift five times as far
const PAUSE_MS = 900 // after the last arrow key the point stands still

/** How far an arrow key moves a point, in pixels; null for other keys. */
export function step(key, far) {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key]
  return by ? by.map((one) => one * STEP_PX * (far ? 5 : 1)) : null
}

/**
 * @param {object} L Leaflet
 * @param {L.Map} map
 * @param {string} label what the mark is, and that arrow keys move it
 * @param {{show: function, settle: function}} tell each is given [lon, lat]: show while the point moves, settle when it stands
 * @returns {{set: function, put: function, remove: function}} set(lonlat) draws it, put(lonlat) also tells
 */
export function addPin(L, map, label, { show, settle }) {
  const icon = L.divIcon({ className: 'pin', html: '', iconSize: [36, 36], iconAnchor: [18, 34] })
  const marker = L.marker(map.getCenter(), { icon, draggable: true, autoPan: true, keyboard: true, zIndexOffset: 20000, title: label })
  const lonlat = () => [marker.getLatLng().lng, marker.getLatLng().lat]
  const set = ([lon, lat]) => marker.setLatLng([lat, lon]).addTo(map)
  const put = (point) => {
    set(point)
    show(point)
    settle(point)
  }
  marker.on('drag', () => show(lonlat()))
  marker.on('dragend', () => settle(lonlat()))
  let pause = null
  marker.on('add', () => {
    const element = marker.getElement()
    element.setAttribute('aria-label', label)
    element.addEventListener('keydown', (event) => {
      const by = step(event.key, event.shiftKey)
      if (!by) return
      event.preventDefault()
      event.stopPropagation()
      const { x, y } = map.latLngToLayerPoint(marker.getLatLng())
      marker.setLatLng(map.layerPointToLatLng([x + by[0], y + by[1]]))
      show(lonlat())
      clearTimeout(pause)
      pause = setTimeout(() => settle(lonlat()), PAUSE_MS)
    })
  })
  return { set, put, remove: () => marker.remove() }
}
