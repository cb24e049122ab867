// Somebody with a device: the real outbox and the real sender over a shelf in memory, which is what survives when
// the browser is killed. Whatever they write is remembered here, to be looked for afterwards.
import { readFileSync } from 'node:fs'
import * as outbox from '../../static/js/field/outbox.js'
import { sender } from '../../static/js/field/send.js'
import { emptyDisk, memoryShelf } from '../js/memory_shelf.mjs'

export const FIELDS = ['booking', 'contact', 'phone'] // few, so that two often mean the same
const PICTURE = readFileSync(new URL('./picture.jpg', import.meta.url))
const PATIENCE_MS = 2_500

/** Numbers by luck, the same for the same seed (mulberry32). */
export function luckOf(seed) {
  let a = seed >>> 0
  const next = () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next, upTo: (n) => Math.floor(next() * n), one: (list) => list[Math.floor(next() * list.length)],
    id: () => {
      const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
    },
  }
}

export class Device {
  constructor({ luck, address, account, ip, log, name }) {
    Object.assign(this, { luck, address, account, ip, log, name })
    this.disk = emptyDisk()
    this.id = luck.id()
    this.faults = [] // of the next requests, one after the other
    this.cookie = account.good
    this.clock_ms = 0 // how wrong it goes
    this.view = new Map() // resource -> field -> value as the person has it before her
    this.kills = 0
    this.start()
  }

  /** The browser opens, on what is on the disk. */
  start() {
    this.shelf = memoryShelf(this.disk, this.id)
    const shelf = this.shelf
    let held = false
    const locks = { // of this browser: gone with it
      request: async (_name, _options, work) => {
        if (held) return work(null)
        held = true
        try { return await work({}) } finally { held = false }
      },
    }
    const addresses = Object.fromEntries(['token', 'drafts', 'photos', 'conflicts']
      .map((name) => [name, `${this.address}/field/${name}`]))
    const changed = () => { if (this.dieAfter-- === 0) this.kill() }
    const options = { shelf, addresses, fetch: (...a) => this.fetch(...a), patience: PATIENCE_MS, picturePatience: PATIENCE_MS }
    this.dieAfter = -1
    this.sender = sender({ ...options, locks, changed })
    this.otherTab = sender({ ...options, locks: { request: (_n, _o, work) => work({}) } }) // a lock that failed
  }

  kill() {
    this.kills += 1
    this.shelf.kill()
    this.start()
  }

  async fetch(address, options) {
    const headers = { ...options.headers, Cookie: `engawa=${this.cookie}`, 'X-Forwarded-For': this.ip }
    headers['x-fault'] = this.faults.shift() ?? 'ok'
    const answer = await fetch(address, { ...options, headers })
    const told = answer.headers.getSetCookie?.()[0]?.match(/^engawa=([^;]*)/)
    if (told && this.cookie === this.account.good) this.account.good = this.cookie = told[1] || this.cookie
    return answer
  }

  /** One round; a killed browser ends it somewhere. */
  async round(which = this.sender) {
    try {
      return await which.round()
    } catch (error) {
      if (error.message !== 'killed') throw error
      return { state: 'killed' }
    }
  }

  now() {
    return new Date(Date.now() + this.clock_ms).toISOString()
  }

  shown(resource) {
    if (!this.view.has(resource)) this.view.set(resource, Object.fromEntries(FIELDS.map((f) => [f, ''])))
    return this.view.get(resource)
  }

  async write(fields, blobs) {
    const draft = { id: this.luck.id(), account: this.account.id, written_at: this.now(), ...fields }
    await this.shelf.change((box) => outbox.written(box, draft), blobs)
    return draft
  }

  async edit(resource, base, edits) {
    const shown = this.shown(resource)
    const saw = Object.fromEntries(Object.keys(edits).map((f) => [f, shown[f] ?? '']))
    const draft = await this.write({ kind: 'edit', resource, base, payload: { edits } })
    for (const [field, value] of Object.entries(edits)) {
      if (!['kind', 'place'].includes(field)) this.log.push({ what: 'field', draft: draft.id, resource, field, value, saw: saw[field], by: this.name }) // each value is written once in the whole run
      shown[field] = value
    }
  }

  async visit(resource, note) {
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    const payload = { visited_on: day, activity: 'visit', note }
    const draft = await this.write({ kind: 'visit', resource, payload })
    this.log.push({ what: 'visit', draft: draft.id, resource, value: note, by: this.name })
  }

  async photo(resource, caption) {
    const blob = this.luck.id()
    const payload = { blob, has_faces: 'unknown', caption, taken_at: this.now() }
    const draft = await this.write({ kind: 'photo', resource, payload }, { [blob]: new Blob([PICTURE]) })
    this.log.push({ what: 'photo', draft: draft.id, resource, value: caption, by: this.name })
  }

  /** She looks at what asks for her and answers all of it, by luck. */
  async answerAll() {
    const { drafts } = await this.shelf.read()
    for (const draft of drafts.filter((d) => d.account === this.account.id)) {
      if (draft.state === 'conflict') await this.choose(draft)
      if (draft.state === 'refused') await this.correct(draft)
    }
  }

  async choose(draft) {
    const { theirs } = draft.problem
    const shown = this.shown(draft.resource)
    const taken = Object.fromEntries(Object.keys(theirs).map((f) => [f, this.luck.one(['ours', 'theirs'])]))
    const id = this.luck.id()
    await this.shelf.change((box) => outbox.settled(box, draft.id, id, taken))
    for (const [field, how] of Object.entries(taken)) {
      const entry = this.log.find((e) => e.resource === draft.resource && e.field === field && e.value === draft.payload.edits[field])
      if (how === 'theirs') entry.ended = 'given up'
      entry.saw = theirs[field]
      if (how === 'theirs' && shown[field] === entry.value) shown[field] = theirs[field]
    }
  }

  /** The only refusal here is of a web address that is none: she takes that out. */
  async correct(draft) {
    const { url: _wrong, ...edits } = draft.payload?.edits ?? {}
    if (!draft.problem.fields?.url) return
    const id = this.luck.id()
    await this.shelf.change((box) => outbox.corrected(box, draft.id, id, { edits }))
  }

  /** How things stand on the device at the end, as its page would show them. */
  async standing() {
    const { drafts } = await this.shelf.read()
    const count = outbox.counted(drafts, this.account.id)
    const silent = []
    const shown = outbox.unsent(drafts, this.account.id)
    const open = drafts.filter((d) => d.state !== 'gone')
    const sum = outbox.STATES.reduce((all, state) => all + count[state], 0)
    if (sum !== drafts.length || count.unsent !== open.length || shown.length !== open.length) silent.push('miscounted')
    for (const d of open) {
      const needs = ['conflict', 'refused', 'too_large', 'sign_in'].includes(d.state)
      if (needs && !d.problem?.code) silent.push(`${d.state} without a reason`)
      if (d.kind === 'photo' && !this.disk.blobs.has(d.payload.blob)) silent.push('a picture without its bytes')
    }
    const left = open.map(({ id, kind, state, resource, payload, tries, problem }) => ({ id, kind, state, resource, payload, tries, problem }))
    return { name: this.name, account: this.account.id, count, silent, drafts: left }
  }
}
