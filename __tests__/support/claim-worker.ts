/** A separate process that makes a store and claims the events that it is told to. Started by `claim-workers.ts`. */
import { claimRequest, keyOf } from './claim-request.js'
import type { WorkerOrder, WorkerReport } from './claim-workers.js'
import { openStore } from './open-store.js'

const order = JSON.parse(process.argv[2]!) as WorkerOrder

const { store, close } = openStore(order)

process.once('message', () => void work().then((report) => process.send!(report)))
process.send!('ready')

async function work(): Promise<WorkerReport> {
  const report: WorkerReport = { claimed: [], states: {}, errors: [] }
  try {
    await untilUnlocked(() => store.init())
    const names = [...order.events]
    const next = async (): Promise<void> => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) await claim(name, report)
    }
    await Promise.all(Array.from({ length: 16 }, next))
  } catch (error) {
    report.errors.push(String(error))
  }
  if (order.hold !== true) {
    await store.close()
    await close()
  }
  return report
}

async function claim(name: string, report: WorkerReport): Promise<void> {
  const request = claimRequest({
    key: keyOf(name),
    eventId: `acme:${name}`,
    ...(order.leaseMs !== undefined && { leaseMs: order.leaseMs }),
  })
  try {
    const { state } = await untilUnlocked(() => store.claim(request))
    report.states[state] = (report.states[state] ?? 0) + 1
    if (state !== 'claimed') return
    report.claimed.push(name)
    if (order.hold !== true && !(await untilUnlocked(() => store.complete(request.key, request.token))))
      report.errors.push(`${name}: not completed`)
  } catch (error) {
    report.errors.push(`${name}: ${String(error)}`)
  }
}

/** If others keep a file locked for longer than the store waits, that is no error: a sender would retry, too. */
async function untilUnlocked<Result>(call: () => Result | Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!String(error).includes('SQLITE_BUSY')) throw error
    }
  }
}
