/** The parts of a queue's conformance tests: the queues and workers of one test, and jobs for them. */
import { randomUUID } from 'node:crypto'
import { sleep } from '../lib/clock.js'
import type { JobResult, Queue, QueueCounts, QueueJob, QueueWorkers } from '../queue.js'

type Run = Parameters<Queue['work']>[0]

/** The queues and workers that one test opens, each queue as another process sees it. All are closed after the test. */
export class QueueScene {
  readonly #make: () => Queue
  readonly #queues: Queue[] = []
  readonly #workers: QueueWorkers[] = []

  constructor(make: () => Queue) {
    this.#make = make
  }

  async open(): Promise<Queue> {
    const queue = this.#make()
    this.#queues.push(queue)
    await queue.init()
    return queue
  }

  async work(queue: Queue, run: Run, concurrency = 10): Promise<QueueWorkers> {
    const workers = await queue.work(run, { concurrency })
    this.#workers.push(workers)
    return workers
  }

  /** Works until the queue is empty, and returns its jobs. */
  async takeAll(queue: Queue): Promise<QueueJob[]> {
    const taken: QueueJob[] = []
    const workers = await this.work(queue, (job) => {
      taken.push(job)
      return Promise.resolve<JobResult>({ state: 'over' })
    })
    await until(async () => isEmpty(await queue.counts()))
    await workers.close()
    return taken
  }

  async close(): Promise<void> {
    for (const workers of this.#workers) await workers.close()
    for (const queue of this.#queues) await queue.close()
  }
}

export function newJob(overrides: Partial<QueueJob> = {}): QueueJob {
  return {
    id: newId(),
    provider: 'acme',
    account: '',
    eventId: 'acme:1',
    eventType: 'payment.confirmed',
    orderId: null,
    requestId: 'request-1',
    body: Buffer.from('{}'),
    headers: {},
    event: null,
    traceContext: null,
    receivedAt: null,
    enqueuedAt: '2026-11-27T20:00:00.000Z',
    failingSince: null,
    ...overrides,
  }
}

export function newId(): string {
  return `job-${randomUUID()}`
}

export function counts(of: Partial<QueueCounts>): QueueCounts {
  return { waiting: 0, active: 0, failed: 0, ...of }
}

export function isEmpty({ waiting, active, failed }: QueueCounts): boolean {
  return waiting + active + failed === 0
}

export function signal() {
  let give = () => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  return { given, give: () => give() }
}

/** If the condition never comes true, the runner's own time limit ends the test. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50)
}
