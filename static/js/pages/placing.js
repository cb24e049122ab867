// Page: templates/resources/edit.html. Puts the place on the map: pressed, dragged, moved by arrow keys, or where one stands.
import { pageData } from '../core/page.js'
import { fill } from '../core/words.js'

const JAPAN = { west: 122, south: 20, east: 154, north: 46 } // as geo/edits.py takes it
const NEAR = 17 // zoom: houses can be told apart
const PATIENCE_MS = 20_000 // for the first fix of a telephone that was off

/** [lon, lat] that two fields say; null where they do not say a place in Japan. */
export function typed(lat, lon) {
  const [y, x] = [lat, lon].map((text) => text.normalize('NFKC').trim())
  if (!x || !y) return null
  const point = [Number(x), Number(y)]
  const { west, south, east, north } = JAPAN
  const inside = point[0] >= west && point[0] <= east && point[1] >= south && point[1] <= north
  return inside ? point : null
}

/** A point as the fields write it: six decimals, some ten centimetres. */
export function degrees([lon, lat]) {
  return { lon: lon.toFixed(6), lat: lat.toFixed(6) }
}

/** What is said of where one stands; metres are rounded up, so that nothing looks better known than it is. */
export function found(accuracy, words) {
  return fill(words.found, { metres: Math.ceil(accuracy).toLocaleString('ja-JP') })
}

async function start() {
  const [{ openMap }, { addPin }, L] = await Promise.all([
    import('../core/map.js'),
    import('../core/pin.js'),
    import('../../vendor/leaflet/leaflet-src.esm.js'),
  ])
  const { words, ...rest } = pageData()
  document.getElementById('placing').hidden = false // a map needs its size; without a script nothing is missing
  const { map } = openMap(document.getElementById('map'), { ...rest, words }, { areasAsk: false })
  const fields = { lat: document.getElementById('field-lat'), lon: document.getElementById('field-lon') }
  const say = (sentence) => (document.getElementById('said').textContent = sentence)
  let around = null // the ring of how well one's own place is known

  const how = { how: document.getElementById('place_how'), accuracy: document.getElementById('place_accuracy_m') }
  const captured = (by, accuracy = '') => {
    how.how.value = by
    how.accuracy.value = accuracy
  }
  const write = (point) => {
    around?.remove()
    captured('pin')
    for (const [name, text] of Object.entries(degrees(point))) fields[name].value = text
  }
  const pin = addPin(L, map, words.place_pin, { show: write, settle: (point) => say(fill(words.put, degrees(point))) })
  const read = () => {
    const point = typed(fields.lat.value, fields.lon.value)
    around?.remove()
    if (!point) return pin.remove()
    pin.set(point)
    const [lon, lat] = point
    if (!map.getBounds().contains([lat, lon])) map.setView([lat, lon], map.getZoom(), { animate: false })
  }
  for (const field of Object.values(fields)) {
    field.addEventListener('input', () => {
      captured('')
      read()
    })
  }
  read()
  map.on('click', ({ latlng }) => pin.put([latlng.lng, latlng.lat]))
  document.getElementById('middle').addEventListener('click', () => {
    const { lng, lat } = map.getCenter()
    pin.put([lng, lat])
  })
  whereAmI(words, say, ({ longitude, latitude, accuracy }) => {
    pin.put([longitude, latitude])
    captured('gps', Math.ceil(accuracy))
    around = L.circle([latitude, longitude], { radius: accuracy, className: 'blur', interactive: false }).addTo(map)
    map.setView([latitude, longitude], NEAR, { animate: false })
    say(found(accuracy, words))
  })
}

/** The button that asks the device where it is; only where there is one to ask. */
function whereAmI(words, say, then) {
  const button = document.getElementById('here')
  if (!globalThis.navigator?.geolocation) return
  button.hidden = false
  button.addEventListener('click', () => {
    say(words.asking)
    globalThis.navigator.geolocation.getCurrentPosition(
      ({ coords }) => then(coords),
      () => say(words.not_found),
      { enableHighAccuracy: true, timeout: PATIENCE_MS },
    )
  })
}

if (globalThis.document) start()
