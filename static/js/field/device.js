// この端末: what goes along, whether the device keeps it, and leaving it clean.
import { fill } from '../core/words.js'
import { fillIn, onPress, pressable, show, slot } from './dom.js'
import { packLine } from './home.js'
import { saveFile } from './leaving.js'
import { problemWords, sizeWords } from './telling.js'

const ASK_AGAIN_MS = 2_500
const TRIES = 120

export function device(root, app) {
  const { words, data } = app
  let left = false
  let offered = null // the map that the server has
  slot(root, 'work').href = data.urls.work
  const mapWords = () => {
    const kept = app.map && fill(words.map_kept, { size: sizeWords(app.map.blob.size, words) })
    if (offered?.state === 'none' && !kept) return words.map_none
    if (offered?.state === 'making') return [kept, words.map_making].filter(Boolean).join('')
    if (offered?.state === 'ready' && offered.name !== app.map?.name) return fill(kept ? words.map_newer : words.map_ready, { size: sizeWords(offered.bytes, words) })
    return kept ?? ''
  }
  const changed = () => {
    const { unsent, others } = app.count()
    const staying = others ? fill(words.leave_others, { count: others }) : ''
    fillIn(root, {
      pack: app.pack ? packLine(app) : app.packGone ? words.pack_gone : words.pack_none, map: mapWords(),
      leave: (unsent ? fill(words.leave_unsent, { count: unsent }) : words.leave_none) + staying,
      sure_words: (unsent ? fill(words.leave_unsent, { count: unsent }) : words.leave_sure) + staying,
    })
    pressable(root, 'file').hidden = !unsent
  }
  const ask = async () => { offered = await askForMap(data); if (!left) changed() }
  ask()
  kept(root, app)
  onPress(pressable(root, 'take'), () => take(root, app, () => offered, ask, () => left, changed))
  onPress(pressable(root, 'persist'), async () => { await app.persist(); kept(root, app) })
  leaving(root, app)
  changed()
  return { changed, leave: () => { left = true } }
}

async function askForMap({ urls }) {
  try {
    const answer = await fetch(urls.map, { redirect: 'error', credentials: 'same-origin', cache: 'no-store' })
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}

/** The pack, then the map when it is ready; both are whole on the device or not there. */
async function take(root, app, offered, ask, hasLeft, changed) {
  const { words } = app
  const say = (text) => fillIn(root, { progress: text })
  if (!navigator.onLine) return say(words.offline_take)
  say(words.taking)
  await app.persist()
  await app.refresh(true)
  for (let tries = 0; tries < TRIES && !hasLeft(); tries++) {
    await ask()
    if (offered()?.state !== 'making') break
    say(words.map_making)
    await new Promise((go) => { setTimeout(go, ASK_AGAIN_MS) })
  }
  try {
    if (offered()?.state === 'ready' && offered().name !== app.map?.name) await fetchMap(app, offered())
    say(app.pack ? words.taken : words.map_lost)
  } catch (error) {
    say(error?.code ? problemWords(error, words) : words.map_lost)
  }
  kept(root, app)
  changed()
}

async function fetchMap(app, { url, name, basemap }) {
  const answer = await fetch(url, { redirect: 'error', credentials: 'same-origin', cache: 'no-store' })
  if (!answer.ok) throw new Error('not there')
  const map = { id: 'map', account: app.account, name, basemap, blob: await answer.blob() }
  await app.shelf.putPack(map)
  app.map = map
}

/** Whether the browser promised to keep what is here, and how much room there is. */
async function kept(root, app) {
  const { words } = app
  const storage = navigator.storage
  const promised = storage?.persisted ? await storage.persisted() : null
  const room = storage?.estimate ? await storage.estimate() : {}
  const text = promised === null ? words.kept_unknown : promised ? words.kept_yes : words.kept_no
  fillIn(root, { kept: text, room: room.quota ? fill(words.room, { size: sizeWords(room.quota - room.usage, words) }) : '' })
  pressable(root, 'persist').hidden = promised !== false
}

/** Signing out: what is unsent is counted, offered as a file, and everything goes only after a second press. */
function leaving(root, app) {
  const { words, data } = app
  onPress(pressable(root, 'file'), () => { saveFile(app.unsent(), words.file_name); app.say(words.file_saved) })
  onPress(pressable(root, 'leave'), () => {
    app.say('')
    show(root, { sure: true })
    slot(root, 'sure').focus()
  })
  onPress(pressable(root, 'stay'), () => { show(root, { sure: false }); pressable(root, 'leave').focus() })
  onPress(pressable(root, 'wipe'), async () => {
    const csrf = await fetch(data.urls.token, { headers: { Accept: 'application/json' }, cache: 'no-store' }).then((answer) => answer.json()).then((body) => body.csrf ?? '').catch(() => '')
    await app.wipe()
    if (!csrf) {
      document.getElementById('main').replaceChildren(Object.assign(document.createElement('p'), { className: 'notice', textContent: words.wiped_offline }))
      return
    }
    const form = Object.assign(document.createElement('form'), { method: 'post', action: data.urls.sign_out })
    for (const [name, value] of [['csrf_token', csrf], ['device', 'wiped']]) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
    document.body.append(form)
    form.submit()
  })
}
