/** Receiver processes from the view of the test: started, asked, killed, and never left behind. */
import { afterAll } from '@jest/globals'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { OutcomeReport } from '../../src/index.js'
import { compiledProgram } from './compiled-program.js'
import type { StoreAddress } from './open-store.js'

/** The moment of a `kill -9`: before the claim, after it, within the handler, after the effect, or after it was recorded. */
export type CrashPoint = 'body' | 'claimed' | 'handler' | 'effect' | 'recorded'

export interface ReceiverSetup extends Omit<StoreAddress, 'asDocumented'> {
  /** Uses the default settings of the store's client instead of those that this project's pages recommend. */
  readonly driverDefaults?: boolean
  /** The ledger's file, and its table for a transactional store. */
  readonly ledger: string
  readonly table?: string | undefined
  readonly timeoutMs?: number
  readonly leaseMs?: number
  readonly dieAt?: CrashPoint
  readonly slow?: SlowEvents
}

/** The duration of handlers, in milliseconds, by the event's id. */
export type SlowEvents = Readonly<Record<string, number | 'until told'>>

export interface Order {
  readonly slow?: SlowEvents
  /** Lets every waiting handler continue. */
  readonly settle?: boolean
  /** The maximum number of pages of SQLite's file. */
  readonly maxPages?: number
  readonly watchLoop?: boolean
}

/** Everything that happened since the last report. */
export interface Report {
  readonly outcomes: readonly OutcomeReport[]
  /** Ids of the events that the store was asked to claim. */
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
    const child = fork(compiledProgram(path.join(__dirname, 'receiver-process.ts')), [JSON.stringify(setup)], {
      execArgv: ['--expose-gc'],
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

  /** Sends the process a command, and answers its report since the last question. One at a time. */
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

/** Answers a function that starts processes; all of them have ended when the surrounding `describe` is over. */
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
