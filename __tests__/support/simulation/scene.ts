/** The scene of one history: the world, the shared store, the faults to come, and the record of events. */
import { isWaiting, Ledger } from './ledger.js'
import { Faults, type FaultKind, type Step } from './faults.js'
import { ModelStore } from './model-store.js'
import { Random } from './random.js'
import { SimulatedProcess, World } from './world.js'

export interface Settings {
  readonly timeoutMs: number
  readonly leaseMs: number
  readonly processes: number
  readonly events: number
  /** If true, one failed event would block all events of its sender. */
  readonly blocksQueue: boolean
}

export class Scene {
  readonly world = new World()
  readonly random: Random
  readonly faults: Faults
  readonly settings: Settings
  readonly ledger = new Ledger()
  readonly model: ModelStore
  /** The trace, line by line, if somebody wants to read it. */
  readonly trace: string[] | null
  /** Called when a process should end gracefully. */
  onClose: (process: SimulatedProcess) => void = () => {}
  onDeath: (process: SimulatedProcess) => void = () => {}
  #storeOffset = 0
  #storeJumps: number[] = []
  #awayUntil = 0

  constructor(seed: number, counts: Map<string, number>, isTraced: boolean) {
    this.trace = isTraced ? [] : null
    this.random = new Random(seed)
    this.faults = new Faults(this.random, counts)
    this.settings = settingsFrom(seed, this.random)
    this.model = new ModelStore(() => this.world.time + this.#storeOffset)
  }

  isStoreAway(): boolean {
    return this.world.time < this.#awayUntil
  }

  storeAwayFor(): number {
    return Math.max(0, this.#awayUntil - this.world.time)
  }

  /** The times at which the store's clock was set: leases then end early. */
  get storeJumps(): readonly number[] {
    return this.#storeJumps
  }

  /** Notes are read; otherwise their text need not be made. */
  get isTraced(): boolean {
    return this.trace !== null
  }

  note(process: SimulatedProcess | null, text: string): void {
    this.trace?.push(`${this.world.time.toFixed(0).padStart(7)} ${(process?.name ?? '').padEnd(4)} ${text}`)
  }

  /** Applies the fault that was drawn for this step. Answers the fault that the step itself must apply. */
  meet(step: Step, process: SimulatedProcess): FaultKind | null {
    const fault = this.faults.at(step)
    if (fault !== null) this.note(process, `${fault} at ${step}`)
    const { random, world } = this
    switch (fault) {
      case 'die':
        // Before the call leaves, or while its answer is in transit.
        if (random.chance(0.5)) this.kill(process)
        else world.after(random.between(0, 15), () => this.kill(process))
        break
      case 'pause':
        this.#pause(process, random.duration(200, 20_000))
        break
      case 'close':
        world.after(0, () => this.onClose(process))
        break
      case 'outage':
        this.#awayUntil = world.time + random.duration(100, 6 * this.settings.leaseMs)
        this.ledger.outages.push({ from: world.time, until: this.#awayUntil })
        break
      case 'date':
        process.clockOffset += random.pick([-1, 1]) * random.duration(1000, 1e9)
        break
      case 'store-date':
        this.#setStoreClock(random.pick([-1, 1]) * random.duration(1000, 1e8))
        break
    }
    return fault
  }

  /** Everything was acknowledged, and nothing in the store is in progress. */
  isSettled(): boolean {
    for (const sent of this.ledger.sent.values()) if (isWaiting(sent)) return false
    if (this.ledger.runs.some(({ isRunning, process }) => isRunning && process.isAlive)) return false
    for (const { state, acceptedAt } of this.model.rows.values()) {
      if (state === 'processing' || acceptedAt !== null) return false
    }
    return true
  }

  /**
   * Kept events whose run died with its process, and that no other process has taken over. If the store's clock was set, its
   * times are not reliable.
   */
  stranded(): string[] {
    if (this.storeJumps.length > 0) return []
    const running = new Set(
      this.ledger.runs.filter(({ isRunning, process }) => isRunning && process.isAlive).map(({ key }) => key),
    )
    return [...this.model.rows.values()]
      .filter(({ key, state, acceptedAt }) => state === 'processing' && acceptedAt !== null && !running.has(key))
      .map(({ key }) => `stranded: nobody has taken over what died with its process: ${key}`)
  }

  /** A kept event is due within the hour. */
  isDueLater(): boolean {
    return [...this.model.rows.values()].some(
      ({ acceptedAt, dueAt }) => acceptedAt !== null && dueAt !== null && dueAt <= this.model.now() + 60 * 60_000,
    )
  }

  kill(process: SimulatedProcess): void {
    if (!process.isAlive) return
    this.note(process, 'ends')
    process.isAlive = false
    process.endedAt = this.world.time
    this.onDeath(process)
  }

  /** No fault happens any more. */
  get isHealed(): boolean {
    return this.faults.areOver
  }

  /** No fault from now on, and faults in progress end. */
  heal(): void {
    this.faults.areOver = true
    this.#awayUntil = Math.min(this.#awayUntil, this.world.time)
  }

  #pause(process: SimulatedProcess, ms: number): void {
    process.pausedUntil = this.world.time + ms
    process.pauses.push({ from: this.world.time, until: process.pausedUntil })
  }

  #setStoreClock(ms: number): void {
    this.#storeOffset += ms
    this.#storeJumps.push(this.world.time)
  }
}

function settingsFrom(seed: number, random: Random): Settings {
  const timeoutMs = random.duration(200, 4000)
  return {
    timeoutMs,
    leaseMs: random.duration(2 * timeoutMs, 12_000),
    processes: random.pick([1, 2, 2, 2, 2, 3, 4]),
    events: random.pick([1, 3, 5, 7, 8, 8, 8, 9, 10, 12, 16]),
    blocksQueue: seed % 5 === 0,
  }
}
