/** A Redis of its own for tests that stop it, kill it and start it again. It writes everything down. */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export class RedisServer {
  /** Below the ports that systems give to outgoing connections, any of which may be taken at any moment. */
  readonly port = randomInt(20_000, 30_000)
  readonly #folder = path.join(os.tmpdir(), `faults_redis_${randomUUID()}`)
  #process: ChildProcess | undefined

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true })
    const settings = { port: this.port, bind: '127.0.0.1', dir: this.#folder, appendonly: 'yes', appendfsync: 'always' }
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    const running = spawn('redis-server', [...flags, '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = running
    let output = ''
    running.stdout.on('data', (data: Buffer) => (output += data.toString()))
    for (let attempt = 0; attempt < 200 && running.exitCode === null; attempt++) {
      // The answer has to be this server's own, not that of one which holds the port.
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
    rmSync(this.#folder, { recursive: true, force: true })
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
