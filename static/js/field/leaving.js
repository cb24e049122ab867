// Leaving a device clean: what lies on it, her own as a file, and taking it away. Used by the field's page and by the
// button 「ログアウト」 of all other pages (static/js/pages/leaving.js).
import { counted, unsent } from './outbox.js'
import { lately } from './sent.js'
import { today } from './telling.js'

const NAME = 'engawa-field'

/** Whether there is anything of the field on this device, without making anything. */
export async function isUsed() {
  if (!indexedDB.databases) return true // a browser that cannot say
  return (await indexedDB.databases()).some(({ name }) => name === NAME)
}

/**
 * What lies here, for who is signed in: {shelf, unsent, others, drafts}; null where nothing does.
 * unsent: how many of hers are not sent; others: of anybody else, of which she sees no more than this
 */
export async function held(account) {
  if (!(await isUsed())) return null
  const { openShelf } = await import('./shelf.js')
  const shelf = await openShelf()
  const [{ drafts }, packs] = [await shelf.read(), await shelf.packs()]
  const { unsent: mine, others } = counted(drafts, account)
  if (!mine && !others && !packs.length && !lately(drafts, account).length) return null
  return { shelf, unsent: mine, others, drafts: unsent(drafts, account), isHers: mine > 0 || packs.length > 0 }
}

/** Takes away what is hers: drafts, what goes along, the kept page. What others have not sent stays. */
export async function wipeDevice(shelf, account, scope) {
  await shelf.wipe({ drafts: true, account }).catch(async (error) => {
    if (error?.code !== 'full') throw error
    await shelf.wipe() // what goes along first: to take away only needs no room
    await shelf.wipe({ drafts: true, account })
  })
  for (const name of await caches.keys()) if (name.startsWith('engawa-field-')) await caches.delete(name)
  const registration = await navigator.serviceWorker?.getRegistration(scope)
  await registration?.unregister()
}

/** Drafts as a file; pictures as numbers only. */
export function saveFile(drafts, name) {
  const said = drafts.map(({ kind, label, written_at, payload, resource, problem }) => ({ kind, label, written_at, resource, payload, problem }))
  const file = new Blob([JSON.stringify({ taken_on: today(), drafts: said }, null, 2)], { type: 'application/json' })
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: `${name}_${today()}.json` })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
