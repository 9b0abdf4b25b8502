/** A network between a client and its server that can become silent, slow or dead, without touching the server. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

type Direction = 'requests' | 'answers'

/** Bytes are read on arrival and held here, so that they still arrive after their sender has closed the connection. */
class Pipe {
  readonly #to: Socket
  readonly #held: (Buffer | null)[] = []
  #free = true
  #swallows = false

  constructor(to: Socket) {
    this.#to = to
  }

  /** From now on nothing arrives, and no error is reported. */
  swallow(): void {
    this.#swallows = true
  }

  push(chunk: Buffer | null): void {
    if (this.#swallows) return
    this.#held.push(chunk)
    if (this.#free) this.#flush()
  }

  set free(free: boolean) {
    this.#free = free
    if (free) this.#flush()
  }

  #flush(): void {
    for (const chunk of this.#held.splice(0)) {
      if (chunk === null) this.#to.end()
      else if (this.#to.writable) this.#to.write(chunk)
    }
  }
}

export class TcpProxy {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #pipes = { requests: new Set<Pipe>(), answers: new Set<Pipe>() }
  readonly #held = new Set<Direction>()
  #latencyMs = 0

  private constructor(server: Server, upstream: { host: string; port: number }) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (client: Socket) => {
      const target = connect(upstream)
      this.#join(client, target, 'requests')
      this.#join(target, client, 'answers')
    })
  }

  /** In front of the server that a URL names. */
  static async before(url: string, defaultPort: number): Promise<TcpProxy> {
    const { hostname: host, port } = new URL(url)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new TcpProxy(server, { host, port: port === '' ? defaultPort : Number(port) })
  }

  /** The same URL, through this proxy. */
  through(url: string): string {
    const changed = new URL(url)
    changed.hostname = '127.0.0.1'
    changed.port = String(this.port)
    return changed.href
  }

  /** Nothing passes in these directions until `resume`, and nothing is lost. */
  hold(...directions: Direction[]): void {
    for (const direction of directions) {
      this.#held.add(direction)
      for (const pipe of this.#pipes[direction]) pipe.free = false
    }
  }

  resume(): void {
    this.#held.clear()
    for (const pipes of Object.values(this.#pipes)) for (const pipe of pipes) pipe.free = true
  }

  /** Like a router that has forgotten the connections: existing ones stay open but lead nowhere, and new ones work. */
  silence(): void {
    for (const pipes of Object.values(this.#pipes)) {
      for (const pipe of pipes) pipe.swallow()
      pipes.clear()
    }
  }

  /** Each message takes this much longer. */
  slow(latencyMs: number): void {
    this.#latencyMs = latencyMs
  }

  /** As if the server had died: connections are reset and new ones refused, until `open`. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  /** On the same port again. */
  async open(): Promise<void> {
    if (!this.#server.listening) {
      await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve))
    }
  }

  #join(from: Socket, to: Socket, direction: Direction): void {
    const pipe = new Pipe(to)
    pipe.free = !this.#held.has(direction)
    this.#pipes[direction].add(pipe)
    this.#sockets.add(from)
    const push = (chunk: Buffer | null) => {
      if (direction === 'answers' && this.#latencyMs > 0) setTimeout(() => pipe.push(chunk), this.#latencyMs).unref()
      else pipe.push(chunk)
    }
    let ended = false
    const end = () => {
      if (!ended) push(null)
      ended = true
    }
    from.setNoDelay(true)
    from.on('data', push)
    from.once('end', end)
    from.on('error', () => {})
    from.once('close', () => {
      end()
      this.#sockets.delete(from)
    })
  }
}
