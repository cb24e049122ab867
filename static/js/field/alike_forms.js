// What is left of a name when legal forms, venues and words of its kind are taken out; addresses and telephone
// numbers in one form: geo/name_forms.py.
import { CONTRAST, COUNTED, LEGAL, VARIANTS, WORDS } from './alike_words.js'

export const BRANCH = /(?:支店|本店|営業所|支所|出張所|分院|分校|分館|店)$/
const NUMERALS = '[一二三四五六七八九十]+'
const RE = {
  legal: new RegExp(LEGAL, 'g'),
  ordinal: new RegExp(`第(${NUMERALS})`, 'g'),
  counted: new RegExp(`(${NUMERALS})(?=${COUNTED})`, 'g'),
  addressEnd: /丁目|番地の?|番|号|の(?=[0-9])|[‐－―−ーｰ]/g,
  ke: /[がけ](?=[丘谷崎原浜岡島浦池関野台森平沢瀬岳里])/g,
  readings: new RegExp(Object.keys(WORDS).filter((word) => WORDS[word][0] === 'reading').sort((a, b) => b.length - a.length).join('|'), 'g'),
  words: new RegExp(Object.keys(WORDS).sort((a, b) => bare(b).length - bare(a).length || (a < b ? -1 : 1)).join('|'), 'g'),
}

function bare(spelling) {
  return spelling.replace(/\$$/, '')
}

/** The form in which two spellings of one word are equal: geo.words.search_key. */
export function searchKey(text) {
  const kept = text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')
  return [...kept.normalize('NFKC')].map((sign) => {
    const code = sign.codePointAt(0)
    const plain = code >= 0x30a1 && code <= 0x30f6 ? String.fromCodePoint(code - 0x60) : sign
    return VARIANTS[sign] ?? VARIANTS[plain] ?? plain
  }).join('')
}

function digits(numerals) {
  const at = numerals.lastIndexOf('十')
  const known = '〇一二三四五六七八九'
  const tens = at > 0 ? known.indexOf(numerals[at - 1]) : -1
  const ones = numerals[at + 1] ? Math.max(known.indexOf(numerals[at + 1]), 0) : 0
  return String((at >= 0 ? Math.max(tens, 1) * 10 : 0) + ones)
}

export function coreName(text) {
  const key = searchKey(text.normalize('NFKC').replaceAll('ｰ', 'ー').replace(RE.legal, ''))
  return key.replace(RE.ordinal, (_, found) => `第${digits(found)}`).replace(RE.counted, (found) => digits(found))
}

export function addressOf(text) {
  const plain = text.normalize('NFKC').replace(/\s/g, '').replace(RE.counted, (found) => digits(found))
    .replace(/大字|字/g, '').replace(RE.addressEnd, '-').replace(/-+/g, '-')
  const found = /^([^0-9]*)([0-9]+(?:-[0-9]+)*)?/.exec(plain)
  const numbers = (found[2] ?? '').split('-').filter(Boolean).map((part) => part.replace(/^0+/, '') || '0')
  const town = searchKey(found[1])
  return { key: town + numbers.join('-'), town, numbers }
}

export function phonesOf(text) {
  const plain = text.normalize('NFKC').replace(/[‐－―−ー]/g, '-')
  const numbers = (plain.match(/[0-9][0-9()\-\s]{7,}[0-9]/g) ?? []).map((part) => part.replace(/[^0-9]/g, ''))
  return new Set(numbers.filter((number) => number.length >= 9 && number.length <= 12))
}

/** A key without what is written or left out as one likes: の, ー, 丁目 behind a number; が丘 as ケ丘. */
function loose(key) {
  return key.replace(RE.ke, 'け').replace(/[のー]|(?<=[0-9])丁目/g, '')
}

/** An address as names are searched for pieces of it. */
export function placeKey(text) {
  return loose(addressOf(text).key.replace(RE.readings, (found) => WORDS[found][1]))
}

function placeIn(rest, where) {
  for (let length = rest.length; length > 1; length--) {
    for (let start = 0; start <= rest.length - length; start++) {
      if (where.includes(rest.slice(start, start + length))) return rest.slice(start, start + length)
    }
  }
  return ''
}

function formOf(text, where, { isReading = false, isOther = false, isPlace = false } = {}) {
  const key = coreName(text)
  const taken = { activity: new Set(), venue: new Set(), frame: new Set() }
  const rest = loose(key.replace(RE.words, (spelling) => {
    const [kind, code] = WORDS[spelling] ?? WORDS[`${spelling}$`]
    if (kind === 'reading') return code
    taken[kind].add(code)
    return ''
  })).replace(/^(.{2,})\1$/, '$1')
  const isPlain = !rest
  const place = placeIn(rest, where)
  const core = place ? rest.replaceAll(place, '') : rest
  const numbers = (key.match(/[0-9]+|(?<![a-z])[a-z](?![a-z])/g) ?? []).sort()
  return {
    key, rest: rest || key, core, place, ...taken, numbers, isPlain, isReading, isOther,
    isPlace: isPlace || (!isPlain && !core),
    elsewhere: place ? loose(key).replaceAll(place, '') : loose(key),
    isKana: isReading || !/[^ぁ-ゖー0-9]/.test(rest || key),
  }
}

export function formsOf(entry) {
  const where = placeKey(entry.address ?? '')
  const first = formOf(entry.name, where)
  const found = [first]
  if (entry.kana) found.push(formOf(entry.kana, '', { isReading: true, isPlace: first.isPlace }))
  for (const name of entry.other_names ?? []) if (searchKey(name)) found.push(formOf(name, where, { isOther: true }))
  return found
}

const within = (one, other) => [...one].every((code) => other.has(code))
export const equal = (one, other) => one.size === other.size && within(one, other)
export const apart = (one, other) => one.size > 0 && other.size > 0 && !within(one, other) && !within(other, one)
export const clashes = (one, other) => apart(one.activity, other.activity) || apart(one.venue, other.venue)

function edits(one, other) {
  let last = [...Array(other.length + 1).keys()]
  for (let at = 1; at <= one.length; at++) {
    const row = [at]
    for (let beside = 1; beside <= other.length; beside++) {
      row.push(Math.min(last[beside] + 1, row.at(-1) + 1, last[beside - 1] + (one[at - 1] === other[beside - 1] ? 0 : 1)))
    }
    last = row
  }
  return last.at(-1)
}

export function likeness(one, other) {
  if (Math.min(one.length, other.length) < 3) return 0
  const pairs = (key) => new Set([...Array(key.length - 1).keys()].map((at) => key.slice(at, at + 2)))
  const [left, right] = [pairs(one), pairs(other)]
  const dice = (2 * [...left].filter((pair) => right.has(pair)).length) / (left.size + right.size)
  return Math.max(dice, 1 - edits(one, other) / Math.max(one.length, other.length))
}

export function differByContrast(one, other) {
  const [left, right] = [[...one], [...other]]
  for (const sign of one) {
    if (!right.includes(sign)) continue
    right.splice(right.indexOf(sign), 1)
    left.splice(left.indexOf(sign), 1)
  }
  const told = (sign) => CONTRAST.includes(sign)
  return [...left, ...right].every(told) || (left.some(told) && right.some(told))
}
