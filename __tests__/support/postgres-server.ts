/** A separate Postgres for tests that kill and restart it. Its files are on the machine's disk. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findProgram } from './find-program.js'
import { holdPort, letGoOf } from './held-port.js'
import type { Need } from './needs.js'
import { CERTIFICATE, KEY } from './self-signed.js'

const PACKAGES = '/usr/lib/postgresql'

export const POSTGRES_SERVER: Need = {
  what: 'initdb and pg_ctl',
  broughtBy: 'apt-get install postgresql',
  isHere: () => programs() !== null,
}

/** The folder of the programs: from PATH, or of the newest version installed by Debian's packages. */
function programs(): string | null {
  const inPath = findProgram('initdb')
  if (inPath !== null) return path.dirname(inPath)
  const versions = existsSync(PACKAGES) ? readdirSync(PACKAGES).sort((a, b) => Number(b) - Number(a)) : []
  return (
    versions
      .map((version) => path.join(PACKAGES, version, 'bin'))
      .find((one) => existsSync(path.join(one, 'initdb'))) ?? null
  )
}

export class PostgresServer {
  readonly port = holdPort()
  readonly #folder = path.join(os.tmpdir(), `faults_postgres_${randomUUID()}`)
  #settings: Readonly<Record<string, string>>

  constructor(settings: Readonly<Record<string, string>> = {}) {
    this.#settings = settings
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`
  }

  create(): void {
    mkdirSync(this.#folder)
    // Postgres does not run as root; in that case its own user owns the files.
    if (isRoot()) {
      execFileSync('chown', ['postgres', this.#folder])
      chmodSync(this.#folder, 0o700)
    }
    this.#run(
      'initdb',
      '-D',
      this.#data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '--no-sync',
      '--locale',
      'C.UTF-8',
      '-E',
      'UTF8',
    )
  }

  /** Before the start: connections may then require TLS, with the certificate of `self-signed.ts`. */
  offerTls(): void {
    for (const [name, text] of [
      ['server.crt', CERTIFICATE],
      ['server.key', KEY],
    ] as const) {
      const file = path.join(this.#data, name)
      writeFileSync(file, text, { mode: 0o600 })
      if (isRoot()) execFileSync('chown', ['postgres', file])
    }
    this.#settings = { ...this.#settings, ssl: 'on' }
  }

  start(): void {
    const settings = {
      ...this.#settings,
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    }
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`)
    this.#run(
      'pg_ctl',
      '-D',
      this.#data,
      '-w',
      '-t',
      '60',
      '-l',
      path.join(this.#folder, 'log'),
      '-o',
      options.join(' '),
      'start',
    )
  }

  /** Like a crash: nothing else is written to disk. */
  crash(): void {
    this.#run('pg_ctl', '-D', this.#data, '-m', 'immediate', '-w', 'stop')
  }

  remove(): void {
    try {
      this.crash()
    } catch {
      // It was not running.
    }
    letGoOf(this.port)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #data(): string {
    return path.join(this.#folder, 'data')
  }

  #run(program: string, ...args: string[]): void {
    const command = [path.join(programs()!, program), ...args]
    const [first, ...rest] = isRoot() ? ['runuser', '-u', 'postgres', '--', ...command] : command
    execFileSync(first!, rest, { stdio: 'ignore', cwd: os.tmpdir() })
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
