/** Requirements for every queue, whatever its engine. */
import assert from 'node:assert/strict'
import { sleep } from '../lib/clock.js'
import type { JobResult, Queue, QueueCounts, QueueJob } from '../queue.js'
import { counts, isEmpty, newId, newJob, QueueScene, signal, until } from './queue-scene.js'

const OVER: JobResult = { state: 'over' }
const over = () => Promise.resolve(OVER)
const again = (job: QueueJob, inMs: number) => Promise.resolve<JobResult>({ state: 'again', inMs, job })

/** The pause of jobs that run again later, in milliseconds: an engine that counts in seconds does not run them at once. */
const PAUSE_MS = 2000

/**
 * Registers the tests that every queue has to pass.
 *
 * @param options.test the runner's `test` or `it`
 * @param options.create is called once per test: chooses a new place in the real engine, and returns a function. Each call
 *   of that function makes a queue at this place, as another process would. The queues are closed after the test
 * @example
 * ```ts
 * import { queueConformance } from 'express-payment-webhooks/testing'
 * import type { Queue } from 'express-payment-webhooks/workers'
 *
 * declare function myQueue(name: string): Queue
 * let queues = 0
 *
 * describe('my queue', () => {
 *   queueConformance({
 *     test,
 *     create() {
 *       const name = `queue-${++queues}`
 *       return () => myQueue(name)
 *     },
 *   })
 * })
 * ```
 */
export function queueConformance(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => (() => Queue) | Promise<() => Queue>
}): void {
  const check = (name: string, run: (scene: QueueScene) => Promise<void>) =>
    options.test(name, async () => {
      const scene = new QueueScene(await options.create())
      try {
        await run(scene)
      } finally {
        await scene.close()
      }
    })

  check('a job is there for another process once it is stored, with all that it has', async (scene) => {
    const job = newJob({
      body: Buffer.from([0, 255, 39, 10, 0xed, 0xa0, 0x80, ...Buffer.from('"{}')]),
      headers: { 'x-id': '\u{1f4b6} "1"' },
      event: '{"id":"acme:1"}',
      traceContext: { traceparent: '00-1-2-01', tracestate: null },
      receivedAt: '2026-11-27T20:00:00.000Z',
    })
    await (await scene.open()).enqueue(job)
    const [taken] = await scene.takeAll(await scene.open())
    assert.deepEqual(taken, job)
  })

  check('the same content is one job, also when it is stored several times at once', async (scene) => {
    const queue = await scene.open()
    const job = newJob()
    await Promise.all([1, 2, 3].map(async () => queue.enqueue(job)))
    await (await scene.open()).enqueue(job)
    assert.deepEqual(await queue.counts(), counts({ waiting: 1 }))
    assert.equal((await scene.takeAll(queue)).length, 1)
  })

  check('a second content of an event is a job of its own', async (scene) => {
    const queue = await scene.open()
    const job = newJob()
    await queue.enqueue(job)
    await queue.enqueue({ ...job, id: newId(), body: Buffer.from('{"amount":"2"}') })
    assert.deepEqual((await scene.takeAll(queue)).map(({ body }) => body.toString()).sort(), ['{"amount":"2"}', '{}'])
  })

  check('a job that is over is gone, and comes again when it is stored again', async (scene) => {
    const queue = await scene.open()
    const job = newJob()
    await queue.enqueue(job)
    assert.equal((await scene.takeAll(queue)).length, 1)
    assert.deepEqual(await queue.counts(), counts({}))
    await queue.enqueue(job)
    assert.equal((await scene.takeAll(queue)).length, 1)
  })

  check('a job that is put off waits, and runs again as it was changed', async (scene) => {
    const queue = await scene.open()
    await queue.enqueue(newJob())
    const runs: QueueJob[] = []
    let duringPause: QueueCounts | undefined
    const workers = await scene.work(queue, (job) => {
      runs.push(job)
      const failingSince = `2026-11-27T20:00:0${runs.length}.000Z`
      return runs.length === 3 ? over() : again({ ...job, failingSince }, PAUSE_MS)
    })
    await until(() => runs.length === 1)
    await until(async () => (duringPause = await queue.counts()).active === 0)
    await until(async () => runs.length === 3 && isEmpty(await queue.counts()))
    await workers.close()
    assert.deepEqual(duringPause, counts({ waiting: 1 }))
    assert.deepEqual(
      runs.map(({ failingSince }) => failingSince),
      [null, '2026-11-27T20:00:01.000Z', '2026-11-27T20:00:02.000Z'],
    )
  })

  check('a job that comes again while it is put off is over in the end, and once', async (scene) => {
    const queue = await scene.open()
    const job = newJob()
    await queue.enqueue(job)
    let runs = 0
    let isOver = false
    const workers = await scene.work(queue, (taken) => {
      runs++
      return isOver ? over() : again(taken, PAUSE_MS)
    })
    await until(() => runs >= 1)
    await until(async () => (await queue.counts()).active === 0)
    await queue.enqueue(job)
    isOver = true
    await until(async () => isEmpty(await queue.counts()))
    await workers.close()
  })

  check('only one of several workers gets a job', async (scene) => {
    const [one, other] = [await scene.open(), await scene.open()]
    const jobs = Array.from({ length: 30 }, () => newJob())
    await Promise.all(jobs.map(async (job) => one.enqueue(job)))
    const taken: string[] = []
    const run = ({ id }: QueueJob) => {
      taken.push(id)
      return over()
    }
    const workers = [await scene.work(one, run, 5), await scene.work(other, run, 5)]
    await until(async () => isEmpty(await one.counts()))
    for (const working of workers) await working.close()
    assert.deepEqual(taken.sort(), jobs.map(({ id }) => id).sort())
  })

  check('no more run at a time than they may, and as many as they may', async (scene) => {
    const queue = await scene.open()
    for (let number = 0; number < 5; number++) await queue.enqueue(newJob())
    let running = 0
    let most = 0
    let done = 0
    const bothRun = signal()
    const workers = await scene.work(
      queue,
      async () => {
        most = Math.max(most, ++running)
        if (running === 2) bothRun.give()
        await bothRun.given
        running--
        done++
        return OVER
      },
      2,
    )
    await until(() => done === 5)
    await workers.close()
    assert.equal(most, 2)
  })

  check('closing workers waits for the job that runs, and leaves the others', async (scene) => {
    const queue = await scene.open()
    for (let number = 0; number < 2; number++) await queue.enqueue(newJob())
    const begun = signal()
    const mayEnd = signal()
    let runs = 0
    const workers = await scene.work(
      queue,
      async () => {
        runs++
        begun.give()
        await mayEnd.given
        return OVER
      },
      1,
    )
    await begun.given
    assert.deepEqual(await queue.counts(), counts({ active: 1, waiting: 1 }))
    let isClosed = false
    const closing = workers.close().then(() => (isClosed = true))
    await sleep(300)
    assert.equal(isClosed, false)
    mayEnd.give()
    await closing
    assert.equal(runs, 1)
    assert.deepEqual(await queue.counts(), counts({ waiting: 1 }))
  })

  check('a first run has lost none before it', async (scene) => {
    const queue = await scene.open()
    await queue.enqueue(newJob())
    const lost: number[] = []
    const workers = await scene.work(queue, (job, lostRuns) => {
      lost.push(lostRuns)
      return lost.length === 2 ? over() : again(job, 0)
    })
    await until(async () => isEmpty(await queue.counts()))
    await workers.close()
    assert.deepEqual(lost, [0, 0])
  })
}
