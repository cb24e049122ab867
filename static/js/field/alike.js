// What an entry may be the same as, reckoned without a network: the points of geo/twins.py, held to the same
// answers by tests/js/alike_cases.json.
import { BRANCH, addressOf, apart, clashes, coreName, differByContrast, equal, formsOf, likeness, phonesOf, placeKey } from './alike_forms.js'
import { POINTS } from './alike_words.js'

function sameRest(one, other) {
  const all = ['activity', 'venue', 'frame']
  if (all.every((kind) => equal(one[kind], other[kind]))) return [POINTS.MOVED, 'words_moved']
  if (apart(one.frame, other.frame)) return [POINTS.OTHER_FRAME, 'other_words']
  if (!one.isPlace && !other.isPlace && !one.isPlain) return [POINTS.SAME_CORE, 'same_core']
  if (one.activity.size && equal(one.activity, other.activity)) return [POINTS.PLACE_AND_WORD, 'same_core']
  return [POINTS.PLACE_ONLY, 'same_place_name']
}

function partly(one, other, places) {
  const [shorter, longer] = [one, other].sort((a, b) => a.rest.length - b.rest.length || (a.rest < b.rest ? -1 : 1))
  const least = shorter.isKana || longer.isKana ? 3 : 2
  if (shorter.rest.length >= least && longer.rest.includes(shorter.rest) && !shorter.isPlace) {
    const left = longer.rest.replace(shorter.rest, '').replace(BRANCH, '')
    return left && places.includes(left) ? [POINTS.SAME_CORE, 'same_core'] : [POINTS.PART, 'part_of_name']
  }
  let share = one.isPlace || other.isPlace ? 0 : likeness(one.core || one.rest, other.core || other.rest)
  if (one.place && one.place === other.place) {
    const whole = likeness(one.elsewhere, other.elsewhere)
    if (whole >= POINTS.SLIP_FROM) share = Math.max(share, whole)
  }
  if (share < POINTS.LIKE_FROM) return [0, 'names_differ']
  const points = Math.trunc((POINTS.LIKE_MOST * (share - 0.25)) / 0.75)
  return [Math.max(points - (equal(one.activity, other.activity) ? 0 : 6), 0), 'similar_name']
}

function inTwoPlaces(one, other) {
  return Boolean(one && other) && !one.includes(other) && !other.includes(one)
}

function formPoints(one, other, places) {
  const none = [0, 'names_differ']
  if (one.key === other.key) return [one.isPlain ? POINTS.PLAIN_NAME : POINTS.SAME_NAME, 'same_name']
  if (clashes(one, other)) return none
  if (one.rest === other.rest) return sameRest(one, other)
  const branches = BRANCH.test(one.rest) && BRANCH.test(other.rest) && !(one.place && one.place === other.place)
  if (inTwoPlaces(one.place, other.place)) return none
  if (one.core && one.core === other.core && !branches) return [POINTS.SAME_CORE, 'same_core']
  if (branches || differByContrast(one.rest, other.rest) || (one.isPlain && other.isPlain)) return none
  if (differByContrast(one.core || one.rest, other.core || other.rest)) return none
  return partly(one, other, places)
}

const better = (one, other) => (one[0] - other[0] || (one[1] > other[1] ? 1 : -1)) >= 0 ? one : other

function names(one, other) {
  const [forms, others] = [formsOf(one), formsOf(other)]
  const called = forms.slice(1).some((form) => form.key === others[0].key)
    || others.slice(1).some((form) => form.key === forms[0].key)
  if (String(forms[0].numbers) !== String(others[0].numbers) && !called) return [0, 'numbers_differ']
  const places = `${placeKey(one.address ?? '')} ${placeKey(other.address ?? '')}`
  let best = [0, 'names_differ']
  for (const form of forms) {
    for (const beside of others) {
      let found = formPoints(form, beside, places)
      if (found[1] === 'same_name' && (form.isOther || beside.isOther)) found = [found[0], 'known_as']
      else if (found[1] === 'same_name' && (form.isReading || beside.isReading)) found = [found[0] - POINTS.AS_READ, 'same_kana']
      best = better(best, found)
    }
  }
  return clashes(forms[0], others[0]) && best[1] !== 'known_as' ? [0, 'other_activity'] : best
}

/** Metres between two places of one town. */
export function apartM(one, other) {
  const squeeze = Math.cos(((one.lat + other.lat) / 2) * (Math.PI / 180))
  return Math.hypot((one.lon - other.lon) * squeeze, one.lat - other.lat) * POINTS.M_PER_DEGREE
}

function pins(one, other) {
  if ([one.lon, one.lat, other.lon, other.lat].some((degrees) => degrees == null)) return [0, '']
  const metres = apartM(one, other)
  const rough = (entry) => ['district', 'unknown'].includes(entry.place_level ?? 'unknown')
  if (rough(one) || rough(other)) {
    if (metres <= POINTS.ROUGH_NEAR_M) return [8, 'same_town']
    return metres <= POINTS.ROUGH_FAR_M ? [0, ''] : [-20, 'far']
  }
  for (const [most, points] of POINTS.BY_METRES) {
    if (metres <= most) return [points, most <= 60 ? 'same_place' : points > 0 ? 'near' : 'apart']
  }
  return [POINTS.FAR, 'far']
}

function addresses(one, other) {
  const [first, second] = [addressOf(one), addressOf(other)]
  if (!first.town || !second.town) return [0, '']
  if (!first.town.endsWith(second.town) && !second.town.endsWith(first.town)) return [POINTS.OTHER_TOWN, 'other_town']
  const fewest = Math.min(first.numbers.length, second.numbers.length)
  const start = (address) => address.numbers.slice(0, fewest).join('-')
  if (first.numbers.length > 1 && first.numbers.join('-') === second.numbers.join('-')) return [POINTS.SAME_ADDRESS, 'same_address']
  return fewest && start(first) === start(second) ? [POINTS.SAME_BLOCK, 'same_block'] : [POINTS.SAME_TOWN, '']
}

function where(one, other) {
  let [points, reason] = pins(one, other)
  const address = addresses(one.address ?? '', other.address ?? '')
  if (reason === 'far' && address[1] === 'same_address') [points, reason] = [0, 'pins_apart']
  return [[Math.min(points, POINTS.WHERE_MOST - Math.max(address[0], 0)), reason], address]
}

function phones(one, other, common) {
  const [first, second] = [phonesOf(one), phonesOf(other)]
  if (!first.size || !second.size) return [0, '']
  const both = [...first].filter((number) => second.has(number))
  if (!both.length) return [POINTS.OTHER_PHONE, 'other_phone']
  return both.every((number) => common.has(number)) ? [POINTS.COMMON_PHONE, ''] : [POINTS.SAME_PHONE, 'same_phone']
}

function providers(one, other) {
  const [first, second] = [coreName(one), coreName(other)]
  return first && first === second ? [POINTS.SAME_PROVIDER, 'same_provider'] : [0, '']
}

function kinds(one, other) {
  if (!one.kind || !other.kind) return [0, '']
  if (one.kind === other.kind) return [POINTS.SAME_KIND, 'same_kind']
  const like = (one.family ?? []).some((field) => (other.family ?? []).includes(field))
  if (!like) return [POINTS.OTHER_KIND, 'other_kind']
  const [form, beside] = [formsOf(one)[0], formsOf(other)[0]]
  const same = equal(form.activity, beside.activity) && equal(form.venue, beside.venue)
  return [same ? POINTS.LIKE_KIND : POINTS.LIKE_KIND_OTHER_WORDS, 'like_kind']
}

/** Points (0–100) and codes of reasons of a pair; `common`: telephone numbers that many entries give. */
export function compare(one, other, common = new Set()) {
  const name = names(one, other)
  if (name[1] === 'numbers_differ') return { score: 0, reasons: ['numbers_differ'] }
  const parts = [
    name, ...where(one, other), phones(one.phone ?? '', other.phone ?? '', common),
    providers(one.provider ?? '', other.provider ?? ''), kinds(one, other),
  ]
  let score = parts.reduce((sum, part) => sum + part[0], 0)
  if (name[0] === 0) score = Math.min(score, POINTS.WITHOUT_NAME)
  const told = parts.filter((part) => part[1]).sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1))
  return { score: Math.max(0, Math.min(100, score)), reasons: told.map((part) => part[1]) }
}

/**
 * What an entry may be the same as, the likeliest first.
 * @param {object} entry {id, name, kana, other_names, kind, family, address, phone, provider, lon, lat, place_level}; all but name may be missing
 * @param {object[]} candidates the same
 * @returns {{id: string, score: number, reasons: string[]}[]}
 */
export function alike(entry, candidates, limit = POINTS.CLOSEST) {
  const rows = candidates.filter((row) => row.id !== entry.id)
  const counts = new Map()
  for (const row of [entry, ...rows]) for (const number of phonesOf(row.phone ?? '')) counts.set(number, (counts.get(number) ?? 0) + 1)
  const common = new Set([...counts].filter(([, count]) => count >= 3).map(([number]) => number))
  return rows.map((row) => ({ id: row.id, ...compare(entry, row, common) }))
    .filter((row) => row.score >= POINTS.TOLD)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
}
