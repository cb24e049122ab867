// The walk to a place on a map: the square in which it begins, the line, what to sit on beside it by its numbers,
// and where it ends, as the server tells them (geo/publish.py way_geojson). All of it also stands in the page's words.
import { fill } from './words.js'

const flipped = ([lon, lat]) => [lat, lon]

/**
 * The parts of a collection, places as Leaflet wants them.
 *
 * @param {object} collection FeatureCollection whose features say their role
 * @returns {{start, line, legs, square, seats, end, blur, minutes, slow_minutes, metres}}
 *   start   where it begins: the middle of the square
 *   line    what is walked on streets: [lat, lon] in order
 *   legs    what lies off the street at its two ends, each [[lat, lon], [lat, lon]]; fewer or none
 *   seats   [{place, number, name, metres, is_out}] in the order of walking
 *   blur    {place, radius} in metres, of an end that is shown about there only; else null
 */
export function partsOf({ features }) {
  const of = (role) => features.filter(({ properties }) => properties.role === role)
  const [way] = of('way')
  const [end] = of('end')
  const [square] = of('square')
  const whole = way.geometry.coordinates.map(flipped)
  const [leaves, arrives] = way.properties.off
  const legs = []
  if (leaves) legs.push(whole.slice(0, 2))
  if (arrives && whole.length > legs.length + 1) legs.push(whole.slice(-2))
  const { minutes, slow_minutes, metres } = way.properties
  return {
    line: whole.slice(leaves ? 1 : 0, arrives ? -1 : undefined),
    legs,
    start: whole[0],
    square: square ? square.geometry.coordinates[0].map(flipped) : [],
    seats: of('seat').map(({ geometry, properties: { number, name, metres: at, is_out } }) => ({
      place: flipped(geometry.coordinates), number, name, metres: at, is_out,
    })),
    end: flipped(end.geometry.coordinates),
    blur: end.properties.radius_m ? { place: flipped(end.geometry.coordinates), radius: end.properties.radius_m } : null,
    minutes,
    slow_minutes,
    metres,
  }
}

/**
 * Room on a map for one way at a time.
 *
 * @param {object} L Leaflet
 * @param {object} words way_seat, way_square: see templates/ways/_words.html
 * @param {{numbered?: boolean}} [choices] whether seats bear their numbers: only where a list beside the map has them
 * @returns {{draw, clear}} draw(collection) shows a way instead of the last one and returns its bounds
 */
export function addWay(L, map, words, { numbered = false } = {}) {
  map.createPane('way').style.zIndex = 450 // over areas and dots, under marks
  const renderer = L.svg({ pane: 'way', padding: 0.5 })
  const quiet = { pane: 'way', renderer, interactive: false, fill: false }
  let drawn = null

  function clear() {
    drawn?.remove()
    drawn = null
  }

  function draw(collection) {
    clear()
    const parts = partsOf(collection)
    const layers = [
      L.polygon(parts.square, { ...quiet, fill: true, className: 'way-square' }),
      ...(parts.blur ? [L.circle(parts.blur.place, { ...quiet, fill: true, radius: parts.blur.radius, className: 'blur way-blur' })] : []),
      ...parts.legs.map((leg) => L.polyline(leg, { ...quiet, className: 'way-leg' })),
      L.polyline(parts.line, { ...quiet, className: 'way-casing' }),
      L.polyline(parts.line, { ...quiet, className: 'way-line' }),
      L.circleMarker(parts.start, { ...quiet, fill: true, radius: 7, className: 'way-start' }),
      ...parts.seats.map((seat) => seatMark(L, seat, words, numbered)),
    ]
    drawn = L.featureGroup(layers).addTo(map)
    return drawn.getBounds()
  }
  return { draw, clear }
}

function seatMark(L, seat, words, numbered) {
  const icon = L.divIcon({
    className: seat.is_out ? 'way-seat' : 'way-seat is-away',
    html: numbered ? String(seat.number) : '',
    iconSize: [28, 28],
  })
  const mark = L.marker(seat.place, { icon, keyboard: false, interactive: false })
  mark.on('add', () => {
    mark.getElement().setAttribute('role', 'img')
    mark.getElement().setAttribute('aria-label', fill(words.way_seat, seat))
  })
  return mark
}
