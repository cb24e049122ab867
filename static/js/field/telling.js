// What is known, as a person reads it. Pure: the words themselves come from the page.
import { fill } from '../core/words.js'
import { freshness } from './places.js'

/** 「11月30日」 of a day or an instant; by the device's own calendar for instants. */
export function dayWords(text, words) {
  if (!text) return ''
  const plain = text.length === 10
  const at = plain ? null : new Date(text)
  const [month, day] = plain ? text.slice(5).split('-').map(Number) : [at.getMonth() + 1, at.getDate()]
  return fill(words.month_day, { month, day })
}

/** 「約120m」, 「約1.4km」; '' where nobody knows. */
export function awayWords(metres, words) {
  if (metres === null) return ''
  if (metres < 20) return words.close_by
  if (metres < 1000) return fill(words.metres, { count: Math.round(metres / 10) * 10 })
  return fill(words.kilometres, { count: (metres / 1000).toFixed(1) })
}

/** How fresh an entry is. */
export function freshWords(confirmedOn, today, words) {
  const state = freshness(confirmedOn, today)
  const day = dayWords(confirmedOn, words)
  if (state === 'confirmed') return { state, text: fill(words.confirmed, { day }) }
  if (state === 'stale') return { state, text: fill(words.old, { day: fill(words.year_day, { year: confirmedOn.slice(0, 4), day }) }) }
  return { state, text: words.unconfirmed }
}

/** 「12月1日から休止中（4月1日に再開する予定）」; '' of what runs, or runs again. As geo/openings/pausing.py reads the two days. */
export function pauseWords({ paused_on: since, resumes_on: until }, today, words) {
  const end = until && until > since ? until : null
  if (!since || (end && end <= today)) return ''
  const named = (day) => fill(words.year_day, { year: day.slice(0, 4), day: dayWords(day, words) })
  const begun = fill(since <= today ? words.paused : words.pausing, { day: named(since) })
  return end ? `${begun}${fill(words.resuming, { day: named(end) })}` : begun
}

/** A size as one says it. */
export function sizeWords(bytes, words) {
  if (bytes < 1_000_000) return fill(words.kilobytes, { count: Math.max(1, Math.round(bytes / 1000)) })
  if (bytes >= 1_000_000_000) return fill(words.gigabytes, { count: Math.round(bytes / 1_000_000_000) })
  return fill(words.megabytes, { count: (bytes / 1_000_000).toFixed(1) })
}

/** The states there are something in, in words: 「送信待ち 2件・直してください 1件」. */
export function countWords(count, words) {
  const states = Object.keys(words.counted).filter((state) => count[state])
  return states.map((state) => fill(words.counted[state], { count: count[state] })).join(words.and)
}

/** Today, by the calendar of the device. */
export function today(now = new Date()) {
  const two = (number) => String(number).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

/** A day so many days on. */
export function daysOn(day, days) {
  const [year, month, date] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10)
}

/** A value of a field as a person reads it: codes by their vocabulary, places, openings, consents. */
export function valueWords(field, value, { words, vocabularies, kinds = new Map() }) {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) return words.empty
  if (field === 'kind') return kinds.get(value)?.name ?? value
  if (field === 'place') return fill(words.place_words, { lat: value[1].toFixed(5), lon: value[0].toFixed(5) })
  if (field === 'openings') return value.map((one) => openingWords(one, words)).join(words.and)
  if (field === 'consents') return value.map(({ medium, answer }) => `${vocabularies.medium[medium]}：${words[answer]}`).join(words.and)
  if (vocabularies[field]?.[value]) return vocabularies[field][value]
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (value in words.answers) return words.answers[value]
  if (/_on$/.test(field)) return dayWords(value, words)
  return typeof value === 'object' ? words.kept_value : String(value)
}

/** An opening of the gate in words, as far as its buttons can say it; else its note. */
export function openingWords({ rrule, opens_at: opens, closes_at: closes, note }, words) {
  const hours = opens || closes ? ` ${opens ?? ''}${words.until}${closes ?? ''}` : ''
  const parts = Object.fromEntries((rrule ?? '').split(';').map((part) => part.split('=')))
  const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
  if (parts.FREQ === 'DAILY') return `${words.daily}${hours}`
  if (!parts.BYDAY) return `${note || words.irregular}${hours}`
  const read = parts.BYDAY.split(',').map((text) => /^(-?\d)?(..)$/.exec(text))
  const unique = (list) => [...new Set(list)]
  const named = unique(read.map(([, , day]) => words.weekdays[days.indexOf(day)])).join(words.and)
  const nths = unique(read.map(([, nth]) => nth).filter(Boolean)).map((nth) => words.nths[nth] ?? '').join(words.and)
  return `${nths || words.weekly}${named}${words.weekday}${hours}`
}

/** What a shelf could not do, in words. */
export function problemWords(error, words) {
  const known = { full: words.disk_full, locked: words.shelf_locked, away: words.shelf_away, nobody: words.nobody }
  return known[error?.code] ?? words.shelf_unknown
}
