/** Receiver processes seen from the test: started, asked, killed, and never left behind. */
import { afterAll } from '@jest/globals'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { OutcomeReport } from '../../src/index.js'
import type { StoreAddress } from './open-store.js'

/** Where `kill -9` meets a delivery: before its claim, after it, within the handler, after the effect, after it was recorded. */
export type CrashPoint = 'body' | 'claimed' | 'handler' | 'effect' | 'recorded'

export interface ReceiverSetup extends Omit<StoreAddress, 'asDocumented'> {
  /** Leaves the store's client as it comes, instead of with the settings that this project's pages name. */
  readonly driverDefaults?: boolean
  /** The ledger's file, and its table for a transactional store. */
  readonly ledger: string
  readonly table?: string | undefined
  readonly timeoutMs?: number
  readonly leaseMs?: number
  readonly dieAt?: CrashPoint
  readonly slow?: SlowEvents
}

/** How long handlers take, in milliseconds, by the event's id. */
export type SlowEvents = Readonly<Record<string, number | 'until told'>>

export interface Order {
  readonly slow?: SlowEvents
  /** Lets every handler go on that waits to be told. */
  readonly settle?: boolean
  /** How far SQLite's file may grow. */
  readonly maxPages?: number
  readonly watchLoop?: boolean
}

/** What happened since the last one. */
export interface Report {
  readonly outcomes: readonly OutcomeReport[]
  /** Ids of the events the store was asked for. */
  readonly claimed: readonly string[]
  readonly inProgress: number
  readonly loopDelayMs: number
  readonly heapBytes: number
  readonly pages: number
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export class ReceiverProcess {
  readonly port: number
  readonly exited: Promise<Exit>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number, exited: Promise<Exit>) {
    this.#child = child
    this.port = port
    this.exited = exited
  }

  static async start(setup: ReceiverSetup): Promise<ReceiverProcess> {
    const child = fork(path.join(__dirname, 'receiver-process.ts'), [JSON.stringify(setup)], {
      execArgv: ['--expose-gc', '--import', 'tsx'],
    })
    const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
    const started = once(child, 'message') as Promise<[number]>
    const [port] = await Promise.race([
      started,
      exited.then(({ code }) => Promise.reject(new Error(`the receiver ended with ${code} before it listened`))),
    ])
    return new ReceiverProcess(child, port, exited)
  }

  get pid(): number {
    return this.#child.pid!
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Tells the process something, and answers what it did since it was last asked. One at a time. */
  async ask(order: Order = {}): Promise<Report> {
    const answer = once(this.#child, 'message') as Promise<[Report]>
    this.#child.send(order)
    return (await answer)[0]
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    if (this.alive) this.signal(signal)
    return this.exited
  }
}

/** Answers a function that starts processes; all of them are gone when the surrounding `describe` is over. */
export function receiverProcesses(): (setup: ReceiverSetup) => Promise<ReceiverProcess> {
  const started: Promise<ReceiverProcess>[] = []
  afterAll(async () => {
    for (const start of await Promise.allSettled(started)) {
      if (start.status === 'fulfilled') await start.value.end()
    }
  })
  return (setup) => {
    const start = ReceiverProcess.start(setup)
    started.push(start)
    return start
  }
}
