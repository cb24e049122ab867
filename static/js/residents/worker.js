/* global KEPT */
// The service worker of /near/. The server writes one line before this file: KEPT {files, answer, days}.
// It keeps the last answer that somebody without an account looked at, so that it can be read without a network,
// and what the page is made of. A page of somebody who signed in says "no-store" and is never kept.

const NAME = 'engawa-near'
const DAY_MS = 86_400_000

self.addEventListener('install', (event) => event.waitUntil(keepFiles()))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

async function keepFiles() {
  const store = await caches.open(NAME)
  await store.addAll(KEPT.files.map((address) => new Request(address, { cache: 'no-cache' })))
  await self.skipWaiting()
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  const { origin, pathname } = new URL(request.url)
  if (origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request, pathname))
  else if (KEPT.files.includes(pathname)) event.respondWith(file(request, pathname))
})

async function page(request, pathname) {
  let answer
  try {
    answer = await fetch(request)
  } catch (lost) {
    const last = await lastAnswer()
    if (last) return last
    throw lost
  }
  if (new RegExp(KEPT.answer).test(pathname) && isForEverybody(answer)) await keep(request.url, answer.clone())
  return answer
}

function isForEverybody(answer) {
  return answer.status === 200 && !answer.redirected && !(answer.headers.get('Cache-Control') ?? '').includes('no-store')
}

/** The new answer takes the place of the one before. */
async function keep(address, answer) {
  const store = await caches.open(NAME)
  for (const { url } of await answers(store)) await store.delete(url)
  const headers = new Headers(answer.headers)
  headers.set('X-Kept-At', String(Date.now()))
  await store.put(address, new Response(await answer.blob(), { status: 200, headers }))
}

async function answers(store) {
  return (await store.keys()).filter(({ url }) => new RegExp(KEPT.answer).test(new URL(url).pathname))
}

/** The last answer with the line that says of when it is; none once it is too old. */
async function lastAnswer() {
  const store = await caches.open(NAME)
  for (const request of await answers(store)) {
    const answer = await store.match(request, { ignoreVary: true })
    const at = Number(answer.headers.get('X-Kept-At'))
    if (Date.now() - at > KEPT.days * DAY_MS) {
      await store.delete(request)
      continue
    }
    const day = new Date(at).toLocaleString('ja-JP', { month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' })
    const said = (await answer.text()).replace('id="near-kept" hidden', 'id="near-kept"').replace('data-kept-at></time>', `data-kept-at>${day}</time>`)
    return new Response(said, { status: 200, headers: answer.headers })
  }
  return null
}

async function file(request, pathname) {
  try {
    return await fetch(request)
  } catch (lost) {
    const store = await caches.open(NAME)
    const kept = await store.match(pathname, { ignoreVary: true })
    if (kept) return kept
    throw lost
  }
}
