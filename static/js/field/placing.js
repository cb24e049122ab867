// 「どこですか」: where one stands, a mark on the map, or the words of an address; kept as it was captured.
import { fill } from '../core/words.js'
import { fillIn, onPress, pressable, slot } from './dom.js'
import { fixWords, openFieldMap } from './field_map.js'
import { outsideWords } from './home.js'
import { nearest, standing, townOf } from './places.js'
import { here } from './position.js'
import { awayWords } from './telling.js'

const NAMED = 3
const NAMED_WITHIN_M = 500 // our choice: what one knows from a walk
const WELL_KNOWN_M = 30 // our choice: within it one stands at the house; beyond, somewhere in its block

/** How well a place is known that a device says. */
export function levelOf(accuracy) {
  return accuracy <= WELL_KNOWN_M ? 'surveyed' : 'block'
}

/** What is known near a place, in words: it helps to tell where one is, and what is there already. */
function knownWords({ words }, resources, lonlat) {
  const near = nearest(resources, lonlat, NAMED, NAMED_WITHIN_M)
  const named = near.map(({ resource, away }) => fill(words.known_one, { name: resource.name, away: awayWords(away, words) }))
  return named.length ? fill(words.known_near, { names: named.join(words.and) }) : ''
}

/**
 * @param {{place: object|null, address: string, resource: string|null}} start where it was until now, if anybody said, and its id
 * @returns {{open: function, read: function, problem: function, leave: function}} read() is {place, address};
 *   place {lonlat, level, how, accuracy, at} or null
 */
export function placing(root, app, start = { place: null, address: '', resource: null }) {
  const { words } = app
  const address = root.querySelector('[name="address"]')
  let place = start.place
  address.value = start.address
  const others = () => app.resources().filter(({ id }) => id !== start.resource)
  let map = null
  const say = (where, lonlat) => {
    fillIn(root, { problem: '', where, outside: lonlat ? outsideWords(lonlat, app) : '', known: lonlat ? knownWords(app, others(), lonlat) : '' })
    if (lonlat) map?.around(lonlat, others())
  }
  const put = (found) => {
    place = found
    map?.clearRing()
  }
  const pressed = (lonlat) => {
    put({ lonlat, level: 'surveyed', how: 'pin', accuracy: null, at: new Date().toISOString() })
    say(words.put, lonlat)
  }
  const locate = async (age_ms) => {
    say(words.asking)
    const at = await here(app, age_ms)
    if (!at) return say(words.no_fix)
    place = { lonlat: at.lonlat, level: levelOf(at.accuracy), how: 'gps', accuracy: Math.ceil(at.accuracy), at: at.at }
    map?.put(at.lonlat, at.accuracy)
    say(fixWords(at, words), at.lonlat)
  }
  const byAddress = () => {
    if (place && place.how !== 'address') return // a mark that was put says more than a town's middle
    const town = townOf(address.value, app.pack?.towns ?? [])
    place = town ? { lonlat: [town[1], town[2]], level: 'district', how: 'address', accuracy: null, at: new Date().toISOString() } : null
    if (town) map?.put(place.lonlat)
    say(town ? fill(words.at_town, { town: town[0] }) : address.value ? words.address_only : words.no_place, place?.lonlat)
  }
  address.addEventListener('change', byAddress)
  onPress(pressable(root.querySelector('[data-step="where"]'), 'here'), () => locate(0)) // who presses has walked on
  onPress(pressable(root, 'middle'), () => map?.middle())
  return {
    async open() {
      if (map) return
      const opening = openFieldMap(slot(root, 'map'), app, { show: pressed, settle: pressed })
      const [opened] = await Promise.all([opening.catch(() => null), place ? null : locate()])
      map = opened
      fillIn(root, { map_note: map?.note ?? words.no_map })
      if (!place) return
      map?.put(place.lonlat, place.accuracy)
      map?.around(place.lonlat, others())
      if (place === start.place) say(words.until_now, place.lonlat)
    },
    read: () => ({ place, address: address.value.trim() }),
    problem() {
      if (!place && !address.value.trim()) return words.place_needed
      const limited = app.pack?.areas.length > 0
      if (!place) return limited ? words.place_needed_here : ''
      return limited && ['outside_areas', 'outside_municipality'].includes(standing(place.lonlat, app.pack)) ? words.outside_areas : ''
    },
    leave: () => map?.leave(),
  }
}
