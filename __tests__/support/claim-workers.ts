/** Several processes that start at the same moment and claim the same events. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { compiledProgram } from './compiled-program.js'
import type { StoreAddress } from './open-store.js'

export interface WorkerOrder extends StoreAddress {
  readonly events: readonly string[]
  /** Claims, and then neither completes nor closes. */
  readonly hold?: boolean
  readonly leaseMs?: number
}

export interface WorkerReport {
  readonly claimed: string[]
  readonly states: Record<string, number>
  readonly errors: string[]
}

export class ClaimWorkers {
  readonly #processes: ChildProcess[]
  readonly #ready: Promise<unknown>

  constructor(orders: readonly WorkerOrder[]) {
    this.#processes = orders.map((order) =>
      fork(compiledProgram(path.join(__dirname, 'claim-worker.ts')), [JSON.stringify(order)]),
    )
    this.#ready = Promise.all(this.#processes.map((child) => once(child, 'message')))
  }

  async run(): Promise<WorkerReport[]> {
    await this.#ready
    return Promise.all(
      this.#processes.map(async (child) => {
        const answer = once(child, 'message')
        child.send('go')
        const [report] = (await answer) as [WorkerReport]
        return report
      }),
    )
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await Promise.all(
      this.#processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const exit = once(child, 'exit')
        child.kill(signal)
        await exit
      }),
    )
  }
}

/** Runs the orders to completion. */
export async function claimInProcesses(orders: readonly WorkerOrder[]): Promise<WorkerReport[]> {
  const workers = new ClaimWorkers(orders)
  try {
    return await workers.run()
  } finally {
    await workers.end()
  }
}
