/** A separate Redis for tests that stop, kill and restart it. It persists every write. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { holdPort, letGoOf } from './held-port.js'
import { CERTIFICATE, KEY } from './self-signed.js'

export class RedisServer {
  readonly port = holdPort()
  readonly #folder = path.join(os.tmpdir(), `faults_redis_${randomUUID()}`)
  readonly #isNode: boolean
  readonly #hasTls: boolean
  #process: ChildProcess | undefined

  /**
   * @param options.cluster makes it a node of one; see `join`
   * @param options.tls has it listen at `secureUrl` as well
   */
  constructor({ cluster = false, tls = false }: { readonly cluster?: boolean; readonly tls?: boolean } = {}) {
    this.#isNode = cluster
    this.#hasTls = tls
  }

  /** Makes one cluster of them, and divides the slots in their order. Resolves once the cluster answers. */
  static async join(nodes: readonly RedisServer[]): Promise<void> {
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
    const [first] = addresses
    const share = 16_384 / nodes.length
    for (const [number, address] of addresses.entries()) {
      const range = [Math.round(number * share), Math.round((number + 1) * share) - 1].map(String)
      redisCli(address, 'CLUSTER', 'ADDSLOTSRANGE', ...range)
      redisCli(address, 'CLUSTER', 'SET-CONFIG-EPOCH', String(number + 1))
      if (address !== first) redisCli(address, 'CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]!.port))
    }
    for (const address of addresses) {
      while (!redisCli(address, 'CLUSTER', 'INFO').includes('cluster_state:ok')) await pause(100)
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  get secureUrl(): string {
    return `rediss://127.0.0.1:${this.#tlsPort}`
  }

  async start(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true })
    const settings = { port: this.port, bind: '127.0.0.1', dir: this.#folder, appendonly: 'yes', appendfsync: 'always' }
    const cluster = this.#isNode ? { 'cluster-enabled': 'yes', 'cluster-config-file': 'nodes.conf' } : {}
    const flags = Object.entries({ ...settings, ...cluster, ...(this.#hasTls ? this.#tls() : {}) }).flatMap(
      ([name, value]) => [`--${name}`, String(value)],
    )
    const running = spawn('redis-server', [...flags, '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = running
    let output = ''
    running.stdout.on('data', (data: Buffer) => (output += data.toString()))
    for (let attempt = 0; attempt < 200 && running.exitCode === null; attempt++) {
      // The answer must come from this server, not from another one that occupies the port.
      if (output.includes('Ready to accept connections') && (await this.#answers())) return
      await pause(100)
    }
    throw new Error(`redis-server did not start on port ${this.port}: ${output.slice(-500)}`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  async kill(): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const exit = once(running, 'exit')
    running.kill('SIGKILL')
    await exit
  }

  async remove(): Promise<void> {
    await this.kill()
    letGoOf(this.port)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #tlsPort(): number {
    return this.port + 2000
  }

  #tls(): Readonly<Record<string, string | number>> {
    const [cert, key] = [path.join(this.#folder, 'server.crt'), path.join(this.#folder, 'server.key')]
    writeFileSync(cert, CERTIFICATE)
    writeFileSync(key, KEY, { mode: 0o600 })
    const files = { 'tls-cert-file': cert, 'tls-key-file': key, 'tls-ca-cert-file': cert }
    return { 'tls-port': this.#tlsPort, 'tls-auth-clients': 'no', ...files }
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write('PING\r\n'))
      const answer = (pong: boolean) => {
        socket.destroy()
        resolve(pong)
      }
      socket.once('data', (data) => answer(data.toString().startsWith('+PONG')))
      socket.once('error', () => answer(false))
    })
  }
}

function redisCli(address: string, ...args: string[]): string {
  const [host, port] = address.split(':') as [string, string]
  return execFileSync('redis-cli', ['-h', host, '-p', port, ...args], { encoding: 'utf8' })
}
