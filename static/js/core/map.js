// The map of a page: paper, areas with their names, marks (core/marks.js) and buttons (core/controls.js).
// Everything on it also stands in the page's lists. Colours and shapes are in map.css and _mark.html.
import * as L from '../../vendor/leaflet/leaflet-src.esm.js'
import { addBackgrounds } from './basemap.js'
import { addControls, chooser } from './controls.js'
import { addMarks } from './marks.js'
import { box, insideSpot, settle } from './places.js'
import { write } from './words.js'

const CM = 96 / 2.54 // pixels of CSS
const CLOSEST = 18
const LABEL_SHIFTS = [0, -14, 14, -26, 26] // pixels a name may move up or down to find room

/**
 * @param {HTMLElement} element
 * @param {object} page bounds, districts, resources, words: see templates/_map.html
 * @param {{listed?: Set<string>, own?: string, closest?: number, blur?: object}} [choices]
 *   listed   ids of the resources with a card on this page
 *   own      id of the district the page is about; the others are drawn as neighbours
 *   closest  the nearest the first view may be
 *   blur     {lonlat, radius} of a place that is only roughly shown, in metres
 *   areasAsk whether an area that is pressed tells what it is
 * @returns {{map: L.Map, areas: object, marks: object}}
 *   areas.point(id, on) and marks.point(id, on) show what a list points at; marks.show(id) goes there
 */
export function openMap(element, page, { listed = new Set(), own = null, closest = 16, blur = null, areasAsk = true } = {}) {
  const fingers = globalThis.matchMedia('(pointer: coarse)').matches
  const still = globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches
  const map = L.map(element, {
    zoomControl: false,
    scrollWheelZoom: false, // the wheel scrolls the page until the map has been chosen
    dragging: !fingers, // one finger scrolls the page, two move the map
    zoomSnap: 0.1,
    maxZoom: CLOSEST,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    inertia: !still,
  })
  map.on('focus', () => map.scrollWheelZoom.enable())
  map.on('blur', () => map.scrollWheelZoom.disable())
  let framed = null // the middle and zoom of the whole map, until the reader moves it
  const whole = () => {
    map.setMinZoom(0)
    map.fitBounds(page.bounds, { padding: [12, 12], maxZoom: closest, animate: false })
    map.setMinZoom(map.getZoom() - 1)
    framed = { middle: map.getCenter(), zoom: map.getZoom() }
  }
  whole()
  map.on('resize', () => { // a telephone turned round: who saw the whole still sees it
    const moved = map.latLngToLayerPoint(map.getCenter()).distanceTo(map.latLngToLayerPoint(framed.middle))
    if (moved < 3 && map.getZoom() === framed.zoom) whole()
  })
  map.attributionControl.setPrefix('Leaflet')
  L.control.scale({ metric: true, imperial: false, maxWidth: 140 }).addTo(map)
  const bar = addControls(map, page.words, { whole, fingers })
  addGround(map, page, bar)

  const areas = addAreas(map, page, own, areasAsk && ((point) => marks.isDot(point)))
  if (blur) addBlur(map, blur)
  const marks = addMarks(map, page, listed)
  const [first, second] = page.resources.length === 1 ? [marks, areas] : [areas, marks]
  const arrange = () => {
    const taken = controlsRoom(map)
    second.arrange([...taken, ...first.arrange(taken)]) // what comes first has the room
  }
  arrange()
  map.on('moveend resize', arrange) // a zoom ends with a move, too
  speakJapanese(map, page.words)
  fitToPaper(map, element)
  return { map, areas, marks }
}

/** The base map, when there is one. Without it, or when its script is lost, the ground stays plain. */
async function addGround(map, page, bar) {
  if (!page.basemap && !page.raster) return
  const { classList } = map.getContainer()
  classList.add('has-basemap')
  map.createPane('ground') // under the tiles: what belongs to the municipality, mapped or not
  L.geoJSON(page.districts, { pane: 'ground', interactive: false, style: { className: 'own-ground', weight: 0 } }).addTo(map)
  try {
    const layers = await addBackgrounds(map, page)
    if (layers.length > 1) bar.append(chooser(map, layers, page.words.background))
  } catch {
    classList.remove('has-basemap')
  }
}

function addAreas(map, { districts, words }, own, isDot) {
  const byId = new Map()
  const labels = []
  L.geoJSON(districts, {
    interactive: Boolean(isDot),
    style: ({ properties }) => ({
      className: own && properties.id !== own ? 'area is-neighbour' : 'area',
      weight: 2,
    }),
    onEachFeature: ({ properties, geometry }, layer) => {
      byId.set(properties.id, layer)
      const isOwn = properties.id === own
      if (isDot) {
        layer.on('mouseover', () => point(properties.id, true))
        layer.on('mouseout', () => point(properties.id, false))
        layer.on('click', ({ latlng, layerPoint }) => {
          if (!isOwn && !isDot(layerPoint)) map.openPopup(areaWords(properties, words), latlng)
        })
      }
      labels[isOwn ? 'unshift' : 'push'](addLabel(map, properties, insideSpot(geometry), isOwn))
    },
  }).addTo(map)
  byId.get(own)?.bringToFront() // its whole border, over those of its neighbours

  function point(id, on) {
    byId.get(id)?.getElement()?.classList.toggle('is-active', on)
  }

  /** Shows the names that have room beside what is taken; returns the room now taken, in layer pixels. */
  function arrange(taken) {
    const boxes = labels.map(({ layer, words: span }) => {
      const { x, y } = map.latLngToLayerPoint(layer.getLatLng())
      return box(x, y, span.offsetWidth + 6, span.offsetHeight)
    })
    const edges = beyond(map.getSize(), map.containerPointToLayerPoint([0, 0]))
    const room = settle(boxes, [...taken, ...edges], LABEL_SHIFTS)
    labels.forEach(({ words: span }, i) => {
      span.classList.toggle('is-crowded', !room[i])
      span.style.top = room[i] ? `${room[i].top - boxes[i].top}px` : ''
    })
    return room.filter(Boolean)
  }
  return { point, arrange }
}

/** The room outside the window of a map, so that no name is cut by its edge. */
function beyond(size, { x, y }) {
  const right = x + size.x
  const bottom = y + size.y
  const far = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity }
  return [{ ...far, right: x }, { ...far, left: right }, { ...far, bottom: y }, { ...far, top: bottom }]
}

/** The room of the scale and the attribution, in layer pixels. */
function controlsRoom(map) {
  const frame = map.getContainer().getBoundingClientRect()
  const { x, y } = map.containerPointToLayerPoint([0, 0])
  return [...map.getContainer().querySelectorAll('.leaflet-control')].map((control) => {
    const { left, right, top, bottom } = control.getBoundingClientRect()
    return { left: left - frame.left + x, right: right - frame.left + x, top: top - frame.top + y, bottom: bottom - frame.top + y }
  })
}

function addLabel(map, properties, [lon, lat], isOwn) {
  const words = L.DomUtil.create('span', isOwn ? 'area-label is-own' : 'area-label')
  words.textContent = properties.name
  words.lang = 'ja'
  const holder = L.DomUtil.create('div')
  holder.setAttribute('aria-hidden', 'true') // the list says it
  holder.append(words)
  const icon = L.divIcon({ className: 'area-label-anchor', html: holder, iconSize: null })
  const layer = L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: 'tooltipPane' })
  return { layer: layer.addTo(map), words }
}

function addBlur(map, { lonlat: [lon, lat], radius }) {
  L.circle([lat, lon], { radius, className: 'blur', interactive: false }).addTo(map)
}

function areaWords({ name, url, count }, words) {
  const body = L.DomUtil.create('div')
  const title = L.DomUtil.create('p', 'popup-name', body)
  title.textContent = name
  title.lang = 'ja'
  if (count !== undefined) {
    write(L.DomUtil.create('p', '', body), words.count, { count })
  }
  const link = L.DomUtil.create('a', 'popup-link', body)
  link.href = url
  write(L.DomUtil.create('span', '', link), words.district)
  return body
}

/** Leaflet's one English word, and where the focus goes when a popup opens and closes. */
function speakJapanese(map, words) {
  map.on('popupopen', ({ popup }) => {
    const element = popup.getElement()
    const close = element.querySelector('.leaflet-popup-close-button')
    close.setAttribute('aria-label', words.close)
    close.title = words.close
    element.querySelector('.leaflet-popup-content a')?.focus({ preventScroll: true })
  })
  map.getContainer().addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') map.closePopup() // Leaflet hears it only while the map itself has the focus
  })
  map.on('popupclose', ({ popup }) => {
    const focus = document.activeElement
    const hadFocus = focus === document.body || popup.getElement()?.contains(focus)
    if (hadFocus) (popup._source?.getElement?.() ?? map.getContainer()).focus({ preventScroll: true })
  })
}

/** On paper the map is what the screen shows, made larger or smaller as a whole until it fits. Of another size or zoom it
 * would want other tiles, which come after the paper is printed: it had no ground. */
function fitToPaper(map, element) {
  globalThis.addEventListener('beforeprint', () => {
    const { x, y } = map.getSize()
    const [wide, high] = ['--paper-width', '--paper-height'].map((side) => parseFloat(getComputedStyle(element).getPropertyValue(side)) * CM)
    const zoom = Math.min(wide / x, high / y)
    Object.assign(element.style, { width: `${x}px`, height: `${y}px`, boxSizing: 'content-box', zoom })
  })
  globalThis.addEventListener('afterprint', () => {
    Object.assign(element.style, { width: '', height: '', boxSizing: '', zoom: '' })
  })
}
