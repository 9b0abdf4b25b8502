/**
 * The cost of a platform for a process: 10,000 tenants of which 20 are active, and then as many unknown names as there are
 * tenants. Counts look-ups, loaded tenants, timers and heap.
 *
 * npm run build && node --expose-gc bench/tenants.mjs
 */
import { defineProvider, hmacSignature, memoryStore } from '../dist/esm/index.js'
import { tenantWebhook } from '../dist/esm/tenants/index.js'
import { SECRET } from './payloads.mjs'

const TENANTS = 10_000
const ACTIVE = 20
const DELIVERIES = 50

const bench = (secret) =>
  defineProvider({
    name: 'bench-pay',
    types: ['payment.confirmed'],
    authentication: hmacSignature({ header: 'x-signature', secret }),
    schema: { safeParse: (data) => ({ success: true, data }) },
    toEvent: ({ id }) => ({ type: 'payment.confirmed', identity: [id], native: null }),
  })

function heap() {
  for (let pass = 0; pass < 5; pass++) globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

if (globalThis.gc === undefined) throw new Error('run it with node --expose-gc')

const secrets = new Map(Array.from({ length: TENANTS }, (_, at) => [`m${at}`, `${SECRET}-${at}`]))
let lookUps = 0
const store = memoryStore()
const webhook = tenantWebhook({
  tenant: () => undefined,
  provider: async (id) => {
    lookUps++
    const secret = secrets.get(id)
    return secret === undefined ? null : bench(secret)
  },
  store,
  on: { 'payment.confirmed': () => {} },
  onError: () => {},
})

async function report(what) {
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const { loaded } = await webhook.health()
  const mib = (heap() - before).toFixed(1)
  console.log(
    `${what.padEnd(34)} ${lookUps} look-ups, ${loaded} loaded, ${timers} timers that hold the process, ${mib} MiB more heap`,
  )
}

globalThis.gc()
const before = heap()
for (let at = 0; at < ACTIVE; at++) {
  const provider = bench(secrets.get(`m${at}`))
  await webhook.withReceiver(`m${at}`, async (receiver) => {
    for (let sent = 0; sent < DELIVERIES; sent++) {
      const { kind } = await receiver.receive(provider.sign({ id: `evt_${sent}` }))
      if (kind !== 'handled') throw new Error(kind)
    }
  })
}
await report(`${ACTIVE} of ${TENANTS} tenants active`)
const stranger = (at) => webhook.withReceiver(`stranger${at}`, () => {}).catch(() => {})
await Promise.all(Array.from({ length: TENANTS }, (_, at) => stranger(at)))
await report(`and ${TENANTS} strangers`)
