// Where the field keeps things on the device: drafts, the bytes of pictures, what was taken along (packs).
// One transaction for each change: a browser that is killed leaves the shelf before it or after it. A shelf
// in memory with the same promises is tests/js/memory_shelf.mjs, for node.
//
//   change(step, blobs)   step(box) -> box, see outbox.js; step must be pure. blobs {key: Blob} are kept in
//                         the same transaction, those that no draft needs any more go. Returns the new box
//   read()                the box
//   blob(key)             a picture, or undefined
//   meta(name), setMeta(name, value)   small things: the account that was last signed in …
//   setLease(step)        step(lease or null) -> lease or null, in one transaction: who may send (send.js)
//   packs(), pack(id), putPack(pack), dropPack(id)   what was taken along; a pack has an id
//   wipe({drafts, account})   packs and meta go; drafts and pictures too when asked, but for what others than `account`
//                         wrote here and have not sent: nobody else has that
//
// Every function may throw ShelfProblem: code 'full' (the disk), 'locked' (another tab holds an older
// version open), 'away' (the browser keeps nothing, as in some private windows).
import { openDB } from '../../vendor/idb/index.js'
import { blobsOf, emptyBox, othersUnsent } from './outbox.js'

const NAME = 'engawa-field'
const STORES = ['box', 'blobs', 'packs', 'meta']
const LEASE = 'lease'
const BOX = 'box' // the only key of the store of that name: few drafts, always read together

/** What a shelf could not do; `code` is worded by the page. */
export class ShelfProblem extends Error {
  constructor(code, cause) {
    super(code, { cause })
    this.code = code
  }
}

/** The shelf of this device; `name` only for tests. */
export async function openShelf(name = NAME) {
  let db
  const told = (action) => action.catch((error) => { throw problemOf(error) })
  db = await told(openDB(name, 1, {
    upgrade(fresh) {
      for (const store of STORES) fresh.createObjectStore(store)
    },
    blocking() { db?.close() }, // a newer page of ours waits: it shall have it
  }))
  const writing = (stores, work) => told(inOne(db, stores, work))
  return {
    change: (step, blobs = {}) => writing(['box', 'blobs'], (tx) => changed(tx, step, blobs)),
    read: async () => (await told(db.get('box', BOX))) ?? (await fresh(writing)),
    blob: (key) => told(db.get('blobs', key)),
    meta: (key) => told(db.get('meta', key)),
    setMeta: (key, value) => writing(['meta'], (tx) => tx.objectStore('meta').put(value, key)),
    setLease: (step) => writing(['meta'], async (tx) => {
      const store = tx.objectStore('meta')
      await store.put(step((await store.get(LEASE)) ?? null), LEASE)
    }),
    packs: () => told(db.getAll('packs')),
    pack: (id) => told(db.get('packs', id)),
    putPack: (pack) => writing(['packs'], (tx) => tx.objectStore('packs').put(pack, pack.id)),
    dropPack: (id) => writing(['packs'], (tx) => tx.objectStore('packs').delete(id)),
    wipe: ({ drafts = false, account = null } = {}) => writing(STORES, (tx) => wiped(tx, drafts, account)),
    close: () => db.close(),
  }
}

/** Asks the browser to keep what is here when room grows short; true, false, or null where it cannot say. */
export async function askToPersist(storage = globalThis.navigator?.storage) {
  if (!storage?.persist) return null
  return (await storage.persisted()) || storage.persist()
}

async function inOne(db, stores, work) {
  const tx = db.transaction(stores, 'readwrite', { durability: 'strict' })
  const done = tx.done.catch(() => {}) // told below, by whatever made it fail
  try {
    const value = await work(tx)
    await tx.done
    return value
  } catch (error) {
    try { tx.abort() } catch { /* it has ended by itself */ }
    await done
    throw tx.error ?? error
  }
}

async function changed(tx, step, blobs) {
  const store = tx.objectStore('box')
  const box = step((await store.get(BOX)) ?? emptyBox(crypto.randomUUID()))
  await store.put(box, BOX)
  const pictures = tx.objectStore('blobs')
  for (const [key, blob] of Object.entries(blobs)) await pictures.put(blob, key)
  const needed = blobsOf(box)
  for (const key of await pictures.getAllKeys()) if (!needed.has(key)) await pictures.delete(key)
  return box
}

function fresh(writing) {
  return writing(['box', 'blobs'], (tx) => changed(tx, (box) => box, {}))
}

async function wiped(tx, drafts, account) {
  for (const store of ['packs', 'meta']) await tx.objectStore(store).clear()
  if (!drafts) return
  await changed(tx, (box) => ({ ...box, drafts: othersUnsent(box.drafts, account) }), {})
}

function problemOf(error) {
  if (error instanceof ShelfProblem) return error
  const isFull = error?.name === 'QuotaExceededError' || error?.inner?.name === 'QuotaExceededError'
  if (isFull) return new ShelfProblem('full', error)
  if (['InvalidStateError', 'SecurityError', 'UnknownError'].includes(error?.name)) {
    return new ShelfProblem('away', error)
  }
  return error?.name === 'VersionError' ? new ShelfProblem('locked', error) : error
}
