// What is wrong with a draft that was refused, and the ways on: whatever the server says, there is one, and nothing is
// typed twice. Pure; the forms are mending_view.js.

const PLACE = ['place', 'place_level', 'place_source', 'address']
// codes and numbers that nobody writes in words: pressed anew in the entry, once the rest has gone
const PRESSED = [
  'eligibility', 'accepting', 'seating', 'entrance', 'western_toilet', 'parking', 'pick_up', 'may_visit', 'activity', 'lon', 'lat', 'accuracy_m', 'claimed_at',
]
const DAYS = ['visited_on', 'next_on', 'closed_on', 'confirmed_on', 'paused_on', 'resumes_on']
// what the draft as a whole was refused for, rather than one of its fields
const WHOLE = ['draft', 'edits', 'resource', 'photo']

/**
 * Ways on, the nearest first: [{way, fields?}]. Giving it up and a file for somebody else there are always.
 *   place    the place is put anew on the map      kind    another kind of entry
 *   opens    days and hours are pressed anew       words   fields of words and numbers, written anew
 *   day      a day is chosen anew                  without sent again without these fields
 *   picture  another picture                       change  a change of the entry that is there already
 *   again    sent once more, as it is: what stood in the way may have been put right at the office
 */
export function waysOf({ kind, payload, base, state, problem }) {
  const { code = '', fields = {} } = problem ?? {}
  if (kind === 'drop') return []
  if (kind === 'photo') return photoWays(state, code, fields)
  const said = payload?.edits ?? payload ?? {}
  const ways = [...new Set(Object.keys(fields).map((field) => wayOf(field, said[field])))]
    .map((way) => ({ way, fields: Object.keys(fields).filter((field) => wayOf(field, said[field]) === way) }))
    .filter(({ way }) => way !== 'again')
  if (code === 'outside_areas' && kind === 'edit' && (base === null || 'place' in said)) ways.push({ way: 'place' })
  if (fields.resource === 'exists') ways.push({ way: 'change' })
  const stops = code === 'outside_areas' || fields.resource === 'has_ended'
  if (kind === 'visit' && said.confirmed && stops) ways.push({ way: 'without', fields: ['confirmed'] })
  return ways.some(({ way }) => ['words', 'place', 'day', 'opens', 'kind'].includes(way)) ? ways : [...ways, { way: 'again' }]
}

function photoWays(state, code, fields) {
  if (fields.has_faces) return [{ way: 'without', fields: ['has_faces'] }]
  if (state === 'too_large' || fields.photo || code === 'picture_lost') return [{ way: 'picture' }]
  const wrong = Object.keys(fields).filter((field) => !WHOLE.includes(field))
  return [...(wrong.length ? [{ way: 'without', fields: wrong }] : []), { way: 'again' }]
}

function wayOf(field, value) {
  if (PLACE.includes(field)) return 'place'
  if (field === 'kind') return 'kind'
  if (field === 'openings') return 'opens'
  if (DAYS.includes(field)) return 'day'
  if (WHOLE.includes(field)) return 'again'
  return !PRESSED.includes(field) && ['string', 'number'].includes(typeof value) ? 'words' : 'without'
}

/** A payload without some fields; null where nothing would be left of it. */
export function without(payload, fields) {
  const drop = (all) => Object.fromEntries(Object.entries(all).filter(([field]) => !fields.includes(field)))
  if (!payload.edits) return drop(payload)
  const edits = drop(payload.edits)
  return Object.keys(edits).length ? { ...payload, edits } : null
}

/** A payload with other values. */
export function withValues(payload, values) {
  return payload.edits ? { ...payload, edits: { ...payload.edits, ...values } } : { ...payload, ...values }
}

/** A payload with another place: what was said of the old one goes, or words of an address would lie about the mark. */
export function moved(payload, { place, address }, values) {
  const rest = without(payload, PLACE) ?? { ...payload, edits: {} }
  return withValues(rest, { ...('address' in payload.edits || address ? { address } : {}), ...(place ? values : {}) })
}

/** How a place and its address go into the gate's fields. */
export function placeValues(place) {
  if (!place) return {}
  const { lonlat, level, how, accuracy, at } = place
  return { place: lonlat.map((degrees) => Number(degrees.toFixed(6))), place_level: level, place_source: { how, accuracy_m: accuracy, at } }
}

/** A place as the form has it, from what a draft says. */
export function placeOf({ place, place_level: level = 'unknown', place_source: source }) {
  return place ? { lonlat: place, level, how: source?.how ?? 'pin', accuracy: source?.accuracy_m ?? null, at: source?.at ?? null } : null
}
