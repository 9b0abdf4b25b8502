/**
 * Time for a client and real servers in one process. It stands still while anything moves between them; otherwise it jumps to the
 * next moment that somebody waits for. A test therefore takes as long as its work, and a busy machine changes nothing.
 */
import type { Server, Socket } from 'node:net'
import { setTimeout as realTimeout } from 'node:timers/promises'
import type { Clock } from '../../src/cli/clock.js'

interface Timer {
  readonly at: number
  readonly fire: () => void
  /** True for the end of a time-out, which is handled last. */
  readonly isLimit: boolean
}

/** Turns of the event loop in which everything that is ready happens. */
const TURNS = 5

/** Real milliseconds without a byte: before time passes during a request, and before a request is given up. */
const QUIET_MS = 10
const STUCK_MS = 200

export class VirtualClock implements Clock {
  #now = 0
  #underWay = 0
  #held = 0
  readonly #timers = new Set<Timer>()
  readonly #sockets = new Set<Socket>()
  #bytesBefore = 0

  now = (): number => this.#now

  sleep = (ms: number): Promise<void> =>
    new Promise((fire) => void this.#timers.add({ at: this.#now + ms, fire, isLimit: false }))

  within = async <T>(ms: number, task: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController()
    const fire = () => controller.abort(new DOMException('The time is up.', 'TimeoutError'))
    const timer = { at: this.#now + ms, fire, isLimit: true }
    this.#timers.add(timer)
    this.#underWay++
    try {
      return await task(controller.signal)
    } finally {
      this.#underWay--
      this.#timers.delete(timer)
    }
  }

  /** Stops time until work in real time is done. */
  hold = async <T>(work: Promise<T>): Promise<T> => {
    this.#held++
    try {
      return await work
    } finally {
      this.#held--
    }
  }

  /** Counts the traffic of a server whose clients use this clock. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => {
        this.#sockets.delete(socket)
        this.#bytesBefore += bytesOf(socket) + 1
      })
    })
  }

  /** Lets time pass until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const end = () => void (isDone = true)
    work.then(end, end)
    while (!isDone) {
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0]
      if (!(await this.#isQuiet(next)) || next === undefined || !this.#timers.delete(next)) continue
      this.#now = next.at
      next.fire()
    }
    return work
  }

  /** True if nothing has moved, and no wait has begun or ended, for the duration of this timer. */
  async #isQuiet(next: Timer | undefined): Promise<boolean> {
    const before = this.#state()
    if (this.#held > 0) await realTimeout(1)
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
    const quietMs = next?.isLimit === true ? STUCK_MS : QUIET_MS
    for (let ms = 0; ms < quietMs && this.#underWay > 0 && this.#state() === before; ms++) await realTimeout(1)
    return this.#held === 0 && this.#state() === before
  }

  #state(): string {
    const traffic = [...this.#sockets].reduce((sum, socket) => sum + bytesOf(socket), this.#bytesBefore)
    return [traffic, this.#sockets.size, this.#timers.size, this.#underWay].join()
  }
}

function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten
}
