/**
 * Time, and the processes that live in it. Nothing waits: the clock jumps from one task to the next, and everything that a task
 * starts has ended before the next begins.
 */
import type { Clock, Timer } from '../../../src/lib/clock.js'

/** The time at which every history begins, in milliseconds since 1970. */
const EPOCH = Date.UTC(2026, 0, 1)

/** One run of the shop's program, from its start until it ends or is killed. */
export class SimulatedProcess {
  isAlive = true
  /** The time at which it was killed or had ended, in milliseconds of the history. */
  endedAt = Infinity
  /** The time at which it stopped waiting for its handlers and released their claims. */
  closingAt = Infinity
  /** It does nothing before this moment: its machine is stopped, or swaps. */
  pausedUntil = 0
  /** Every period in which it was stopped. */
  readonly pauses: { readonly from: number; readonly until: number }[] = []
  /** The error of its wall clock, in milliseconds. */
  clockOffset = 0

  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

interface Task {
  at: number
  order: number
  /** Null for tasks outside of every process: a store at work, a message in transit. */
  readonly process: SimulatedProcess | null
  /** Null after it was canceled. */
  run: (() => void) | null
}

class TaskTimer implements Timer {
  #task: Task

  constructor(task: Task) {
    this.#task = task
  }

  unref(): this {
    return this
  }

  /** Waits for another task from now on. */
  next(task: Task): void {
    this.#task = task
  }

  clear(): void {
    this.#task.run = null
  }
}

export class World {
  /** Milliseconds since the history began. */
  time = 0
  /** The process whose code runs now. It owns the timers and calls that its code starts. */
  current: SimulatedProcess | null = null
  readonly clock: Clock
  readonly #tasks: Task[] = []
  #order = 0
  /** A task from outside ran code of a process, which may continue when promises resolve. */
  #wasEntered = false

  constructor() {
    this.clock = {
      now: () => EPOCH + Math.floor(this.time) + (this.current?.clockOffset ?? 0),
      monotonic: () => this.time,
      setTimeout: (callback, ms) => new TaskTimer(this.after(ms, callback, this.current)),
      setInterval: (callback, ms) => {
        const process = this.current
        const again = () => {
          timer.next(this.after(ms, again, process))
          callback()
        }
        const timer = new TaskTimer(this.after(ms, again, process))
        return timer
      },
      clear: (timer) => (timer as TaskTimer | undefined)?.clear(),
    }
  }

  /** Schedules a task, in a process or outside of all. */
  after(ms: number, run: () => void, process: SimulatedProcess | null = null): Task {
    const task = { at: this.time + Math.max(ms, 0), order: this.#order++, process, run }
    this.#push(task)
    return task
  }

  /** A promise that resolves later, in the process that runs now; never if that process is dead. */
  async sleep(ms: number): Promise<void> {
    const process = this.current
    await new Promise<void>((resolve) => this.after(ms, resolve, process))
  }

  /** Runs code of a process at once, from outside of it. */
  enter(process: SimulatedProcess, run: () => void): void {
    if (!process.isAlive) return
    this.#wasEntered = true
    const before = this.current
    this.current = process
    run()
    this.current = before
  }

  /** Lets time pass until no task is left, a moment is reached, or `isEnough` is true. */
  async run(until: number, isEnough: () => boolean = () => false): Promise<void> {
    await new Promise(setImmediate)
    for (;;) {
      const task = this.#tasks[0]
      if (task === undefined || task.at > until) break
      this.#pop()
      if (task.run === null || task.process?.isAlive === false) continue
      if (task.process !== null && task.process.pausedUntil > task.at) {
        task.at = task.process.pausedUntil
        task.order = this.#order++
        this.#push(task)
        continue
      }
      this.time = task.at
      this.current = task.process
      this.#wasEntered = false
      task.run()
      // The store and the network use no promises themselves, and make up two of five tasks.
      if (task.process !== null || this.#wasEntered) await settled()
      this.current = null
      if (isEnough()) return
    }
    if (until !== Infinity) this.time = Math.max(this.time, until)
  }

  #push(task: Task): void {
    const heap = this.#tasks
    let at = heap.push(task) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (isBefore(heap[parent]!, task)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = task
  }

  #pop(): void {
    const heap = this.#tasks
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(last, heap[child]!)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

/**
 * Resolves when all effects of promises have happened. Callbacks deferred to the next tick from a promise run once no promise can
 * continue, which takes no turn of the event loop.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

function isBefore(a: Task, b: Task): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at
}
