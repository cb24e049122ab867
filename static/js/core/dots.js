// Small marks for places that stand on other pages of the list: hundreds of them, so they are paths of
// one drawing that Leaflet moves as a whole, not elements of their own. (700 elements: a zoom took
// 0.3 s a frame on a slow machine.)
import * as L from '../../vendor/leaflet/leaflet-src.esm.js'
import { nearest } from './places.js'

const SCALE = 11 / 40 // pixels for the 40 units of a shape in templates/_mark.html
const REACH = 14 // pixels from the middle that count as a hit: 28 across, for a finger

const Dot = L.CircleMarker.extend({
  _updatePath() {
    const { x, y } = this._point
    this._path.setAttribute('d', this.options.shape)
    this._path.setAttribute('transform', `translate(${x} ${y}) scale(${SCALE}) translate(-20 -20)`)
  },
})

/**
 * @param {L.Map} map
 * @param {object[]} places as core/places.js gathers them
 * @param {function(object): HTMLElement} popupOf what a place's popup holds
 * @param {object} popupOptions
 * @returns {function(L.Point): boolean} whether a dot is near a point of the layer
 */
export function addDots(map, places, popupOf, popupOptions) {
  const dots = places.map((place) => {
    const [lon, lat] = place.lonlat
    const { element, blurred } = place.resources[0]
    const shape = document.querySelector(`#shape-${element} path`).getAttribute('d')
    const className = `dot element-${element}${blurred ? ' is-blurred' : ''}`
    return new Dot([lat, lon], { shape, className }).addTo(map).bindPopup(() => popupOf(place), popupOptions)
  })
  const near = (point) => nearest(dots.map(({ _point }) => _point), point, REACH)
  map.on('click', ({ layerPoint }) => dots[near(layerPoint)]?.openPopup())
  return (point) => near(point) >= 0
}
