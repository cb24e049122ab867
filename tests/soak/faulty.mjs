// A network that fails, in front of the real server: an HTTP proxy on 127.0.0.1 that does with each request what
// its header x-fault asks for.
//
//   never   the connection breaks before anything was sent on
//   half    the server gets the beginning of it, then the connection breaks
//   lost    the server gets it and answers; the answer is lost
//   cut     half of the answer arrives
//   late    the answer comes when nobody waits for it any more
//   twice   the server gets it twice at the same moment
//   again   answered as usual; the same request comes once more later, behind younger ones
import http from 'node:http'
import { readFileSync } from 'node:fs'

export class Network {
  /** addressFile says where the server is; it moves when it is killed and started again. */
  constructor(addressFile) {
    this.addressFile = addressFile
    this.counts = {}
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 40 })
    this.server = http.createServer((request, response) => this.pass(request, response))
    this.server.keepAliveTimeout = 60_000
    this.later = []
    this.moved()
  }

  async open() {
    await new Promise((go) => this.server.listen(0, '127.0.0.1', go))
    return `http://127.0.0.1:${this.server.address().port}`
  }

  moved() {
    const [host, port] = readFileSync(this.addressFile, 'utf8').trim().split(':')
    Object.assign(this, { host, port: Number(port) })
  }

  /** What was to come once more comes now. */
  async replay() {
    const waiting = this.later.splice(0)
    await Promise.all(waiting.map((request) => this.ask(request).catch(() => {})))
  }

  async pass(incoming, response) {
    const fault = incoming.headers['x-fault'] ?? 'ok'
    this.counts[fault] = (this.counts[fault] ?? 0) + 1
    if (fault === 'never') return incoming.socket.destroy()
    const body = []
    for await (const part of incoming) body.push(part)
    const headers = { ...incoming.headers, host: `${this.host}:${this.port}` }
    for (const name of ['x-fault', 'connection', 'keep-alive', 'transfer-encoding']) delete headers[name]
    const request = { method: incoming.method, path: incoming.url, headers, body: Buffer.concat(body) }
    if (request.method === 'POST') headers['content-length'] = request.body.length
    try {
      await this.answer(fault, request, incoming, response)
    } catch {
      this.counts.away = (this.counts.away ?? 0) + 1
      this.moved()
      incoming.socket.destroy()
    }
  }

  async answer(fault, request, incoming, response) {
    if (fault === 'half') {
      await this.half(request)
      return incoming.socket.destroy()
    }
    const asked = [this.ask(request)]
    if (fault === 'twice') asked.push(this.ask(request))
    if (fault === 'again' && request.method === 'POST') this.later.push(request)
    const [answer] = await Promise.all(asked)
    if (fault === 'lost') return incoming.socket.destroy()
    if (fault === 'late') return void setTimeout(() => incoming.socket.destroy(), 3_000)
    response.writeHead(answer.status, answer.headers)
    if (fault === 'cut') {
      response.write(answer.body.subarray(0, answer.body.length >> 1))
      return void setTimeout(() => incoming.socket.destroy(), 5)
    }
    return response.end(answer.body)
  }

  ask({ method, path, headers, body }) {
    return new Promise((go, fail) => {
      const asked = http.request({ host: this.host, port: this.port, method, path, headers, agent: this.agent },
        (answer) => {
          const parts = []
          answer.on('data', (part) => parts.push(part))
          answer.on('end', () => go({ status: answer.statusCode, headers: kept(answer), body: Buffer.concat(parts) }))
          answer.on('error', fail)
        })
      asked.setTimeout(60_000, () => asked.destroy(new Error('no answer')))
      asked.on('error', fail)
      asked.end(body)
    })
  }

  half({ method, path, headers, body }) {
    return new Promise((go) => {
      const asked = http.request({ host: this.host, port: this.port, method, path, headers, agent: false })
      asked.on('error', go)
      asked.write(body.subarray(0, body.length >> 1))
      setTimeout(() => { asked.destroy(); go() }, 5)
    })
  }

  close() {
    this.agent.destroy()
    this.server.closeAllConnections()
    this.server.close()
  }
}

function kept({ headers }) {
  const { connection: _c, 'transfer-encoding': _t, ...rest } = headers
  return rest
}
