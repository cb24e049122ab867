// The entries that a page shows: those of what goes along, as she has left them, and her own.
import { searchKey } from '../core/keys.js'
import { addedByHer } from './sent.js'
import { openingWords, today } from './telling.js'

const EMPTY = { revision: null, place: null, address: '', confirmed_on: null, paused_on: null, resumes_on: null, opening_words: [], search_key: '', kana: '', other_names: [] }

/**
 * The pack's entries with what she wrote on this device; before them her new ones (isDraft), and those of hers that
 * the office has and that do not go along (isOwn: here is no more of them than their name).
 */
export function resourcesOf({ box, account, pack, words }) {
  const mine = box.drafts.filter((d) => d.account === account && d.payload)
  const changes = new Map()
  for (const { resource, kind, payload } of mine) {
    const more = kind === 'edit' ? payload.edits : kind === 'confirm' ? { confirmed_on: payload.on } : null
    if (more) changes.set(resource, { ...changes.get(resource), ...more })
  }
  const known = new Set((pack?.resources ?? []).map(({ id }) => id))
  const fresh = [...changes].filter(([id, values]) => !known.has(id) && values.name && values.kind)
  const added = fresh.map(([id, values]) => overlaid({ ...EMPTY, id, isDraft: true }, values, words))
  for (const { id } of added) known.add(id)
  const own = addedByHer(box.drafts, account).filter(({ id }) => !known.has(id)).map((entry) => ownEntry(entry, changes.get(entry.id) ?? {}, words))
  const kept = (pack?.resources ?? []).map((row) => (changes.has(row.id) ? overlaid(row, changes.get(row.id), words) : row))
  return [...added, ...own, ...kept].filter((row) => !row.closed_on)
}

function ownEntry({ id, name, seen_at }, values, words) {
  const row = { ...EMPTY, id, name, isOwn: true, confirmed_on: today(new Date(seen_at)), search_key: searchKey(name) }
  return overlaid(row, values, words)
}

function overlaid(row, values, words) {
  const openings = values.openings ? { opening_words: values.openings.map((one) => openingWords(one, words)) } : {}
  const key = values.name ? { search_key: `${row.search_key} ${searchKey(values.name)}` } : {}
  return { ...row, ...values, ...openings, ...key }
}
