// static/js/field/shelf.js in memory, with the same promises: a change is there as a whole or not at all, and
// what was kept outlives whoever kept it. `disk` is what survives a killed browser; each browser opens its own
// shelf over it, and `kill()` is its end: whatever it still tries is not done.
import { blobsOf, emptyBox, othersUnsent } from '../../static/js/field/outbox.js'

export function emptyDisk() {
  return { box: null, blobs: new Map(), packs: new Map(), meta: new Map(), full: false }
}

export function memoryShelf(disk, device = crypto.randomUUID()) {
  let alive = true
  const turn = async () => {
    await null
    if (!alive) throw new Error('killed')
  }
  const writing = async (work) => {
    await turn()
    if (disk.full) throw Object.assign(new Error('full'), { code: 'full' })
    return work()
  }
  const change = (step, blobs = {}) => writing(() => {
    const box = structuredClone(step(structuredClone(disk.box ?? emptyBox(device))))
    disk.box = box
    for (const [key, blob] of Object.entries(blobs)) disk.blobs.set(key, blob)
    const needed = blobsOf(box)
    for (const key of disk.blobs.keys()) if (!needed.has(key)) disk.blobs.delete(key)
    return structuredClone(box)
  })
  return {
    kill() { alive = false },
    change,
    read: async () => (disk.box ? (await turn(), structuredClone(disk.box)) : change((box) => box)),
    blob: async (key) => (await turn(), disk.blobs.get(key)),
    meta: async (key) => (await turn(), disk.meta.get(key)),
    setMeta: (key, value) => writing(() => void disk.meta.set(key, value)),
    setLease: (step) => writing(() => void disk.meta.set('lease', step(disk.meta.get('lease') ?? null))),
    packs: async () => (await turn(), [...disk.packs.values()]),
    pack: async (id) => (await turn(), disk.packs.get(id)),
    putPack: (pack) => writing(() => void disk.packs.set(pack.id, pack)),
    dropPack: (id) => writing(() => void disk.packs.delete(id)),
    wipe: ({ drafts = false, account = null } = {}) => writing(() => {
      disk.packs.clear()
      disk.meta.clear()
      if (!drafts || !disk.box) return
      disk.box = { ...disk.box, drafts: othersUnsent(disk.box.drafts, account) }
      const needed = blobsOf(disk.box)
      for (const key of disk.blobs.keys()) if (!needed.has(key)) disk.blobs.delete(key)
    }),
    close() {},
  }
}
