// What has gone from this device: what is still known of it here, for how long, and what became of it. Pure.

const LISTED = 10 // our choice: what one has just done, not a diary
export const KEPT_DAYS = 30 // our choice: as long as what goes along (geo/field_pack.KEPT_FOR)

const hers = (account) => (draft) => draft.account === account && draft.state === 'gone' && draft.label

/** The last that have gone, the newest first. */
export function lately(drafts, account) {
  return drafts.filter(hers(account)).sort((a, b) => b.seq - a.seq).slice(0, LISTED)
}

/**
 * Entries that she has added on this device and that the office has: all that is left of them here is their name and
 * the day, so that she can say 「変わりなし」 of one that residents do not see and that therefore does not go along.
 * @returns {{id: string, name: string, seen_at: string}[]}
 */
export function addedByHer(drafts, account) {
  const own = drafts.filter(hers(account))
  const added = new Map(own.filter((d) => d.kind === 'edit' && d.base === null).map((d) => [d.resource, { id: d.resource, name: d.label, seen_at: d.written_at }]))
  for (const draft of own) {
    const entry = added.get(draft.resource)
    if (!entry) continue
    if (draft.kind === 'edit') entry.name = draft.label
    if (draft.kind === 'confirm' && draft.written_at > entry.seen_at) entry.seen_at = draft.written_at
  }
  return [...added.values()]
}

/** A box that has forgotten the names of what went before an instant (the device's clock, as it was claimed). */
export function forgotten(box, before) {
  const is = (d) => d.state === 'gone' && d.label && !(d.written_at >= before)
  return box.drafts.some(is) ? { ...box, drafts: box.drafts.map((d) => (is(d) ? { ...d, label: '' } : d)) } : box
}
