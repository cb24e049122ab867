// Marks of resources on a map: the shape and colour of the element, the character of the kind, and the
// number of the list. A mark without room is drawn small; places off this page of the list are dots.
import * as L from '../../vendor/leaflet/leaflet-src.esm.js'
import { addDots } from './dots.js'
import { box, gather, numbersOf, settle } from './places.js'
import { fill, write } from './words.js'

const SVG = 'http://www.w3.org/2000/svg'
const SIZE = 44 // pixels, with the number's tag; see .place in map.css
const ABOVE = 10000 // large marks stand over small ones, however far north those are
const POPUP_FRAME = 90 // pixels of a popup's border and tip, and of the mark under it
const NEAR = 15 // zoom at which neighbouring houses stand apart

/**
 * @param {L.Map} map
 * @param {object} page resources, words
 * @param {Set<string>} listed ids of the resources with a card on this page
 * @returns {object} arrange, point, show, onPoint (below); isDot(point) whether a dot is near
 */
export function addMarks(map, { resources, words }, listed) {
  const popupOptions = {
    minWidth: 200,
    maxWidth: 280,
    maxHeight: map.getSize().y - POPUP_FRAME,
    offset: [0, -12],
  }
  const popupOf = (place) => placeWords(place.resources, words, listed)
  const gathered = gather(resources, listed)
  const isDot = addDots(map, gathered.filter((place) => !place.listed), popupOf, popupOptions)
  const places = gathered.filter((place) => place.listed)
  const placeOf = new Map()
  for (const place of places) {
    place.tag = numbersOf(numbers(place, listed), words.more_numbers)
    place.layer = addPlace(map, place, words).bindPopup(() => popupOf(place), popupOptions)
    for (const { id } of place.resources) placeOf.set(id, place)
  }

  /** Draws marks that have room beside what is taken large, the others small; returns the room taken. */
  function arrange(taken) {
    const boxes = places.map(({ layer, tag }) => {
      const { x, y } = map.latLngToLayerPoint(layer.getLatLng())
      return box(x, y, Math.max(SIZE - 6, 16 + tag.length * 10), SIZE)
    })
    const room = settle(boxes, taken)
    places.forEach(({ layer }, i) => {
      layer.getElement().classList.toggle('is-small', !room[i])
      layer.setZIndexOffset(room[i] ? ABOVE : 0)
    })
    return room.filter(Boolean)
  }

  function point(id, on) {
    const element = placeOf.get(id)?.layer.getElement()
    element?.classList.toggle('is-active', on)
  }

  function show(id) {
    const place = placeOf.get(id)
    if (!place) return
    map.setView(place.layer.getLatLng(), Math.max(map.getZoom(), NEAR), { animate: false })
    place.layer.openPopup()
  }

  /** Lights a mark up while it is hovered or has the focus, and calls `told(id, on)` for its resources. */
  function onPoint(told) {
    for (const { layer, resources: here } of places) {
      const tell = (on) => here.forEach(({ id }) => [point, told].forEach((say) => say(id, on)))
      layer.on('mouseover', () => tell(true)).on('mouseout', () => tell(false))
      L.DomEvent.on(layer.getElement(), 'focus', () => tell(true))
      L.DomEvent.on(layer.getElement(), 'blur', () => tell(false))
    }
  }
  return { arrange, point, show, onPoint, isDot }
}

function numbers({ resources }, listed) {
  return resources.filter(({ id, number }) => listed.has(id) && number != null).map(({ number }) => number)
}

function addPlace(map, place, words) {
  const [lon, lat] = place.lonlat
  const icon = L.divIcon({
    className: 'place',
    html: drawMark(place.resources[0], place.tag),
    iconSize: null,
  })
  const layer = L.marker([lat, lon], { icon, riseOnHover: true }).addTo(map)
  layer.getElement().setAttribute('aria-label', label(place.resources, words))
  return layer
}

function drawMark({ element, icon, blurred }, tag) {
  const mark = L.DomUtil.create('span', `mark element-${element}${blurred ? ' is-blurred' : ''}`)
  const shape = mark.appendChild(document.createElementNS(SVG, 'svg'))
  shape.setAttribute('class', 'mark-shape')
  shape.setAttribute('viewBox', '0 0 40 40')
  shape.appendChild(document.createElementNS(SVG, 'use')).setAttribute('href', `#shape-${element}`)
  L.DomUtil.create('span', 'mark-icon', mark).textContent = icon
  if (tag) L.DomUtil.create('span', 'mark-number', mark).textContent = tag
  return mark
}

function label(resources, words) {
  const [first] = resources
  const called = fill(first.number == null ? words.unnumbered : words.resource, first)
  const name = first.paused ? `${called}${words.beside}${words.paused}` : called
  if (resources.length === 1) return name
  return `${name} ${fill(words.same_place, { count: resources.length })}`
}

function placeWords(resources, words, listed) {
  const body = L.DomUtil.create('div')
  if (resources.length > 1) {
    write(L.DomUtil.create('p', 'popup-count', body), words.same_place, { count: resources.length })
  }
  for (const resource of resources) {
    const part = L.DomUtil.create('div', 'popup-part', body)
    const name = L.DomUtil.create('p', 'popup-name', part)
    if (resource.number != null) {
      write(L.DomUtil.create('span', 'popup-number', name), words.number, resource)
    }
    const own = L.DomUtil.create('span', '', name)
    own.lang = 'ja'
    own.textContent = resource.name
    if (resource.kana) Object.assign(L.DomUtil.create('p', 'popup-kana', part), { textContent: resource.kana, lang: 'ja' })
    const kind = L.DomUtil.create('p', '', part)
    const told = [resource.kind, resource.blurred && words.blurred, resource.paused && words.paused].filter(Boolean)
    told.forEach((piece, at) => {
      if (at) kind.append(words.beside)
      write(kind, piece)
    })
    addLink(part, resource.url, words.open)
    if (listed.has(resource.id)) addLink(part, `#resource-${resource.id}`, words.in_list)
  }
  return body
}

function addLink(part, href, words) {
  const link = L.DomUtil.create('a', 'popup-link', part)
  link.href = href
  write(L.DomUtil.create('span', '', link), words) // a link lays out its children side by side
}
