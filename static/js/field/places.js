// Places as the device reckons them, without a network: how far, inside what, in which order. Pure.
// Points are [lon, lat] in degrees, outlines GeoJSON Polygon or MultiPolygon.

import { searchKey } from '../core/keys.js'

const METRES_PER_DEGREE = 111_320

/** Metres between two points as the crow flies; over a municipality the earth is flat. */
export function metres([lon, lat], [otherLon, otherLat]) {
  const middle = (((lat + otherLat) / 2) * Math.PI) / 180
  return Math.hypot((otherLon - lon) * Math.cos(middle), otherLat - lat) * METRES_PER_DEGREE
}

/** Whether an outline holds a point. */
export function inside([lon, lat], outline) {
  if (!outline) return false
  const polygons = outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates
  return polygons.some((rings) => rings.reduce((odd, ring) => odd !== crosses(ring, lon, lat), false))
}

function crosses(ring, lon, lat) {
  let odd = false
  for (let i = 0, before = ring.length - 1; i < ring.length; before = i++) {
    const [x, y] = ring[i]
    const [px, py] = ring[before]
    if (y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x) odd = !odd
  }
  return odd
}

/**
 * Where a point lies for who may write in the pack's areas.
 * @returns {'inside'|'outside_areas'|'outside_municipality'|'unknown'} unknown: no outline on the device
 */
export function standing(point, pack) {
  if (!pack) return 'unknown'
  const { municipality, areas } = pack
  if (municipality.outline && !inside(point, municipality.outline)) return 'outside_municipality'
  if (areas.length) return areas.some(({ outline }) => inside(point, outline)) ? 'inside' : 'outside_areas'
  return municipality.outline ? 'inside' : 'unknown'
}

/** Resources that have every word, the nearest first where one knows where one stands. */
export function found(resources, words, here = null) {
  const keys = words.split(/\s+/).filter(Boolean).map(searchKey)
  const matching = resources.filter(({ search_key: name, address }) =>
    keys.every((key) => name.includes(key) || searchKey(address ?? '').includes(key)),
  )
  if (!here) return matching.map((resource) => ({ resource, away: null }))
  return matching
    .map((resource) => ({ resource, away: resource.place ? metres(here, resource.place) : null }))
    .sort((a, b) => (a.away ?? Infinity) - (b.away ?? Infinity))
}

/** Resources around a point, the nearest first: at most so many, no farther than so many metres. */
export function nearest(resources, point, most, within_m) {
  return resources
    .filter(({ place }) => place)
    .map((resource) => ({ resource, away: metres(point, resource.place) }))
    .filter(({ away }) => away <= within_m)
    .sort((a, b) => a.away - b.away)
    .slice(0, most)
}

/** The town whose name an address holds, the longest name first: [name, lon, lat], or null. */
export function townOf(address, towns) {
  const typed = searchKey(address)
  if (!typed) return null
  const named = towns.filter(([name]) => typed.includes(searchKey(name)))
  return named.sort(([a], [b]) => b.length - a.length)[0] ?? null
}

/** The 年度 of a day (yyyy-mm-dd): it begins in April. */
export function fiscalYear(day) {
  const [year, month] = day.split('-').map(Number)
  return month >= 4 ? year : year - 1
}

/**
 * How far a confirmation still holds, as geo/days.freshness says it.
 * @returns {'never'|'stale'|'confirmed'|'unconfirmed_this_year'}
 */
export function freshness(confirmedOn, today) {
  if (!confirmedOn) return 'never'
  if (today > monthsLater(confirmedOn, 13)) return 'stale'
  const asking = ['04', '05', '06'].includes(today.slice(5, 7)) ? 1 : 0
  return fiscalYear(confirmedOn) >= fiscalYear(today) - asking ? 'confirmed' : 'unconfirmed_this_year'
}

/** The same day so many months on, or the month's last where it has no such day. */
export function monthsLater(day, months) {
  const [year, month, date] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return `${first.toISOString().slice(0, 8)}${String(Math.min(date, last)).padStart(2, '0')}`
}
