/** A queue in memory, for tests of the code before and behind it; it passes the suite of every queue. */
import { clock } from '../../src/lib/clock.js'
import type { Queue, QueueJob, RunJob } from '../../src/queue.js'

interface Entry {
  job: QueueJob
  state: 'waiting' | 'active'
  dueAt: number
}

/** Jobs that several queues share. */
export type Jobs = Map<string, Entry>

/** The workers of all queues that share the jobs. */
const lookers = new WeakMap<Jobs, Set<() => void>>()

export interface MemoryQueue extends Queue {
  /** The stored jobs. */
  readonly jobs: Jobs
  /** From now on every call fails with this error; without an error, calls succeed again. */
  fail(error?: Error): void
}

export function memoryQueue(jobs: Jobs = new Map()): MemoryQueue {
  let failure: Error | undefined
  const workers = lookers.get(jobs) ?? new Set<() => void>()
  lookers.set(jobs, workers)
  const works = () => {
    if (failure !== undefined) throw failure
  }
  return {
    name: 'memory',
    jobs,
    fail: (error) => void (failure = error),

    init() {
      works()
    },

    async enqueue(job) {
      works()
      if (!jobs.has(job.id)) jobs.set(job.id, { job, state: 'waiting', dueAt: 0 })
      for (const look of workers) look()
    },

    async work(run: RunJob, { concurrency }) {
      const running = new Set<Promise<void>>()
      const take = async (entry: Entry) => {
        entry.state = 'active'
        const result = await run(entry.job, 0)
        if (result.state === 'over') jobs.delete(entry.job.id)
        else Object.assign(entry, { job: result.job, state: 'waiting', dueAt: clock.monotonic() + result.inMs })
      }
      let isClosed = false
      const look = () => {
        if (isClosed) return
        for (const entry of jobs.values()) {
          if (running.size >= concurrency) return
          const inMs = entry.dueAt - clock.monotonic()
          if (entry.state === 'active') continue
          if (inMs > 0) clock.setTimeout(look, Math.ceil(inMs))
          else {
            const taking = take(entry).finally(() => {
              running.delete(taking)
              look()
            })
            running.add(taking)
          }
        }
      }
      workers.add(look)
      look()
      return {
        async close() {
          isClosed = true
          workers.delete(look)
          await Promise.all(running)
        },
      }
    },

    async counts() {
      works()
      const active = [...jobs.values()].filter(({ state }) => state === 'active').length
      return { waiting: jobs.size - active, active, failed: 0 }
    },

    close() {},
  }
}
