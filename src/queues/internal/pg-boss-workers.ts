/** Takes jobs from pg-boss, as many at a time as handlers may run, and reports the result of each job. */
import { clock, sleep, type Timer } from '../../lib/clock.js'
import type { JobResult } from '../../queue.js'
import { warnings } from './warnings.js'

interface Taken {
  readonly id: string
}

export interface PgBossWork<Job extends Taken> {
  readonly concurrency: number
  readonly pollMs: number
  /**
   * For how long the result of a job is reported again while pg-boss does not accept it. Then pg-boss gives the job to
   * another worker. Once the workers are closed, a result is not reported again: pg-boss may be stopped.
   */
  readonly patienceMs: number
  readonly fetch: (atMost: number) => Promise<readonly Job[]>
  readonly run: (job: Job) => Promise<JobResult>
  readonly finish: (id: string, result: JobResult) => Promise<void>
}

const RETRY_MS = 1000

const warn = warnings('pgBossQueue')

export class PgBossWorkers<Job extends Taken> {
  readonly #work: PgBossWork<Job>
  readonly #running = new Map<string, Promise<void>>()
  readonly #looking: Promise<void>
  #isClosed = false
  #mayHaveMore = false
  #wake: (() => void) | undefined

  constructor(work: PgBossWork<Job>) {
    this.#work = work
    this.#looking = this.#lookAgainAndAgain()
  }

  /** Looks for jobs now instead of at the next poll. */
  look(): void {
    this.#mayHaveMore = true
    this.#wake?.()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake?.()
    await this.#looking
    await Promise.all(this.#running.values())
  }

  async #lookAgainAndAgain(): Promise<void> {
    while (!this.#isClosed) {
      const free = this.#work.concurrency - this.#running.size
      if (free > 0) {
        this.#mayHaveMore = false
        const jobs = await this.#fetch(free)
        for (const job of jobs) this.#begin(job)
        if (jobs.length >= free) this.#mayHaveMore = true
      }
      if (this.#running.size >= this.#work.concurrency || !this.#mayHaveMore) await this.#pause()
    }
  }

  async #fetch(free: number): Promise<readonly Job[]> {
    try {
      return await this.#work.fetch(free)
    } catch (error) {
      warn(error)
      return []
    }
  }

  #begin(job: Job): void {
    // The job expired while it runs here: fetching it has renewed this worker's hold.
    if (this.#running.has(job.id)) return
    const running = this.#take(job).finally(() => {
      this.#running.delete(job.id)
      // Jobs may wait for which there was no room.
      if (this.#mayHaveMore) this.#wake?.()
    })
    this.#running.set(job.id, running)
  }

  async #take(job: Job): Promise<void> {
    const result = await this.#work.run(job)
    const giveUpAt = clock.monotonic() + this.#work.patienceMs
    for (;;) {
      try {
        return await this.#work.finish(job.id, result)
      } catch (error) {
        warn(error)
        if (this.#isClosed || clock.monotonic() >= giveUpAt) return
        await sleep(RETRY_MS)
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer: Timer = clock.setTimeout(() => this.#wake?.(), this.#work.pollMs)
      this.#wake = () => {
        clock.clear(timer)
        this.#wake = undefined
        resolve()
      }
      if (this.#isClosed) this.#wake()
    })
  }
}
