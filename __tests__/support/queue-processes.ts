/** Receivers and workers of a shop with a queue as processes, and senders that redeliver until an event is acknowledged. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { compiledProgram } from './compiled-program.js'
import { signedDelivery, type QueueShopSetup } from './queue-shop.js'

const PROGRAMS = {
  receiver: path.join(__dirname, 'queue-receiver.ts'),
  worker: path.join(__dirname, 'queue-worker.ts'),
} as const

export class QueueProcess {
  readonly port: number
  readonly #child: ChildProcess
  readonly #told: string[]

  private constructor(child: ChildProcess, told: string[], port: number) {
    this.#child = child
    this.#told = told
    this.port = port
  }

  static async start(role: keyof typeof PROGRAMS, setup: QueueShopSetup): Promise<QueueProcess> {
    const child = fork(compiledProgram(PROGRAMS[role]), [JSON.stringify(setup)], { silent: true })
    // A full pipe would block the process.
    child.stdout!.resume()
    const told: string[] = []
    child.stderr!.on('data', (data: Buffer) => void told.push(data.toString()))
    const [message] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`the ${role} ended: ${told.join('')}`))),
    ])) as [unknown]
    return new QueueProcess(child, told, Number(message))
  }

  /** Null while the process runs; its last output if it ended by itself. */
  get end(): string | null {
    const { exitCode, signalCode } = this.#child
    return exitCode === null && signalCode === null ? null : this.#told.join('').slice(-2000)
  }

  async kill(): Promise<void> {
    if (this.end !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}

interface Answer {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Null if there was no answer: the receiver was killed. */
  readonly status: number | null
}

export interface Senders {
  readonly acknowledged: readonly string[]
  readonly answers: readonly Answer[]
  /** Sends nothing new, and resolves once every delivery in progress is answered. */
  stop(): Promise<void>
}

const PATIENCE_MS = 10_000
const REPEAT_MS = 300

/** A new payment at this interval in milliseconds; each is redelivered until it is acknowledged, or sending stops. */
export function sendTo(receivers: () => readonly QueueProcess[], everyMs: number): Senders {
  const acknowledged: string[] = []
  const answers: Answer[] = []
  const underWay = new Set<Promise<void>>()
  let isSending = true
  let turns = 0

  const post = async (id: string): Promise<number | null> => {
    const open = receivers()
    const { body, headers } = signedDelivery(id)
    try {
      const { port } = open[turns++ % open.length]!
      const request = { method: 'POST', body, headers, signal: AbortSignal.timeout(PATIENCE_MS) }
      const response = await fetch(`http://127.0.0.1:${port}/hook`, request)
      await response.arrayBuffer()
      return response.status
    } catch {
      return null
    }
  }
  const deliver = async (id: string): Promise<void> => {
    while (isSending) {
      const status = await post(id)
      answers.push({ at: Date.now(), status })
      if (status === 200) return void acknowledged.push(id)
      await pause(REPEAT_MS)
    }
  }
  const sending = (async () => {
    for (let number = 0; isSending; number++) {
      const delivering = deliver(`inv_${String(number).padStart(5, '0')}`).finally(() => underWay.delete(delivering))
      underWay.add(delivering)
      await pause(everyMs)
    }
  })()
  return {
    acknowledged,
    answers,
    async stop() {
      isSending = false
      await sending
      await Promise.all(underWay)
    },
  }
}
