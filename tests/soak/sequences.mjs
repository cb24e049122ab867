// Random sequences of a coordinator's day, many at a time, against the real server. What was written, and how things
// stand on the devices at the end, goes to a file; test_sequences.py looks for it in the database.
//
//   node sequences.mjs CONFIG    {seed, count, together, address_file, out, accounts, entries}
import { readFileSync, writeFileSync } from 'node:fs'
import { Network } from './faulty.mjs'
import { Device, FIELDS, luckOf } from './people.mjs'

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const network = new Network(config.address_file)
const address = await network.open()
const FAULTS = ['never', 'half', 'lost', 'cut', 'twice', 'again', 'ok', 'ok', 'ok']
const RARE = ['late']
const STEPS = [
  'edit', 'edit', 'edit', 'new', 'visit', 'photo', 'round', 'round', 'round', 'faulty', 'faulty', 'faulty',
  'killed', 'killed', 'tabs', 'clock', 'expired', 'renewed', 'full', 'wrong', 'answer', 'replay',
]
const ROUNDS = 400 // at most, until everything is gone; the server may be away for a while
const counts = {}
const stories = []

async function story(number) {
  const luck = luckOf(config.seed * 100_003 + number)
  const log = []
  const device = (name, account) => new Device({
    luck, address, log, name, account: { ...account }, ip: `10.${number >> 14 & 255}.${number >> 7 & 127}.${number % 128 + 1}`,
  })
  const first = luck.one(config.accounts)
  const devices = [device('A', first)]
  if (luck.next() < 0.6) devices.push(device('B', luck.one(config.accounts)))
  const entry = config.entries[number]
  const at = devices.map(() => [{ id: entry, base: 1 }])
  let told = 0
  for (let left = 3 + luck.upTo(6); left > 0; left -= 1) {
    const who = luck.upTo(devices.length)
    const step = luck.one(STEPS)
    counts[step] = (counts[step] ?? 0) + 1
    await act(step, devices[who], at[who], luck, () => `${number}/${(told += 1)}`)
  }
  const isLeft = luck.next() < 0.15 // some never come back to a network: all of it must be there, on the device
  if (isLeft) for (const one of devices) one.kill()
  else await finish(devices, luck)
  const standing = await Promise.all(devices.map((one) => one.standing()))
  return { number, isLeft, log, standing, kills: devices.reduce((sum, one) => sum + one.kills, 0) }
}

async function act(step, her, places, luck, fresh) {
  const place = luck.next() < 0.6 ? places[0] : luck.one(places) // the one that both have
  if (step === 'edit') {
    const edits = {}
    for (let k = 1 + luck.upTo(2); k > 0; k -= 1) edits[luck.one(FIELDS)] = fresh()
    await her.edit(place.id, place.base, edits)
  } else if (step === 'new') {
    const id = luck.id()
    await her.edit(id, null, { kind: 'salon', name: fresh(), place: [136.01, 32.51] })
    places.push({ id, base: null })
  } else if (step === 'wrong') {
    await her.edit(place.id, place.base, { [luck.one(FIELDS)]: fresh(), url: 'nowhere' })
    her.log.splice(her.log.findIndex((e) => e.field === 'url'), 1)
  } else if (step === 'visit') {
    await her.visit(place.id, fresh().replace(/\d/g, (d) => 'あいうえおかきくけこ'[d]))
  } else if (step === 'photo') {
    await her.photo(place.id, fresh())
  } else if (step === 'full') {
    her.disk.full = true
    const before = her.log.length
    const kept = await her.edit(place.id, place.base, { phone: fresh() }).then(() => true, (e) => e.code !== 'full')
    if (kept || her.log.length !== before) throw new Error('a full disk was not told')
    her.disk.full = false
  } else {
    await live(step, her, luck)
  }
}

async function live(step, her, luck) {
  if (step === 'round') await her.round()
  if (step === 'faulty') {
    her.faults = Array.from({ length: 6 }, () => luck.one(luck.next() < 0.02 ? RARE : FAULTS))
    await her.round()
    her.faults = []
  }
  if (step === 'killed') {
    her.dieAfter = luck.upTo(8)
    her.faults = luck.next() < 0.5 ? ['ok', luck.one(FAULTS), luck.one(FAULTS)] : []
    const going = her.round()
    const isSudden = luck.next() < 0.5
    if (isSudden) setTimeout(() => her.kill(), luck.upTo(40))
    await going
    her.faults = []
    her.dieAfter = -1
  }
  if (step === 'tabs') await Promise.all([her.round(), her.round(her.otherTab)])
  if (step === 'clock') her.clock_ms = (luck.next() - 0.5) * 2 * 48 * 3_600_000
  if (step === 'expired') her.cookie = her.account.expired
  if (step === 'renewed') her.cookie = her.account.good
  if (step === 'answer') await her.answerAll()
  if (step === 'replay') await network.replay()
}

async function finish(devices, luck) {
  for (let round = 0; round < ROUNDS; round += 1) {
    let open = 0
    for (const her of devices) {
      her.cookie = her.account.good
      her.faults = []
      const answer = await her.round()
      if (answer.state === 'later') await new Promise((go) => setTimeout(go, Math.min(1_000, 30 * 2 ** Math.min(round, 6)) + luck.upTo(100)))
      await her.answerAll()
      open += (await her.standing()).count.unsent
    }
    if (!open) return
  }
}

let next = 0
async function work() {
  while (next < config.count) {
    const number = next++
    stories.push(await story(number))
    if (stories.length % 25 === 0) console.log(JSON.stringify({ done: stories.length }))
  }
}
await Promise.all(Array.from({ length: config.together }, work))
await network.replay()
network.close()
writeFileSync(config.out, JSON.stringify({ stories, steps: counts, faults: network.counts }))
console.log(JSON.stringify({ done: stories.length, end: true }))
