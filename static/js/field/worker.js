/* global KEPT */
// The service worker of /field/. The server writes one line before this file: KEPT {version, page, files}.
// It keeps the page and what the page is made of, whole and of one version, and nothing else: answers about
// drafts, what goes along and the map never pass through here.

const NAME = `engawa-field-${KEPT.version}`

self.addEventListener('install', (event) => event.waitUntil(keep()))

async function keep() {
  const store = await caches.open(NAME)
  await store.addAll(KEPT.files.map((address) => new Request(address, { cache: 'no-cache' })))
  const page = await fetch(new Request(KEPT.page, { cache: 'no-store', credentials: 'same-origin' }))
  if (!page.ok || page.redirected) throw new Error('the page is not ours to keep yet') // sent to sign in
  await store.put(KEPT.page, page)
}

self.addEventListener('activate', (event) => event.waitUntil(begin()))

async function begin() {
  const names = await caches.keys()
  const older = names.filter((name) => name.startsWith('engawa-field-') && name !== NAME)
  await Promise.all(older.map((name) => caches.delete(name)))
  await self.clients.claim()
}

self.addEventListener('message', ({ data }) => {
  if (data === 'take over') self.skipWaiting() // the person pressed 「新しくする」
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  const { origin, pathname } = new URL(request.url)
  if (origin !== self.location.origin) return
  const wanted = pathname === KEPT.page || KEPT.files.includes(pathname)
  if (wanted) event.respondWith(kept(request, pathname))
})

async function kept(request, pathname) {
  const store = await caches.open(NAME)
  return (await store.match(pathname, { ignoreVary: true })) ?? fetch(request)
}
