/** Several operators request a reconciliation at once, and each of them gets an answer. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { createReceiver, type DurableStore } from 'express-payment-webhooks'
import { reconcileEvery, type Reconciliation } from 'express-payment-webhooks/reconcile'
import { postgres, redis, sqlite, useBackend, type Backend } from '../support/command-backends.js'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'
import { describeWith, POSTGRES, REDIS, type Need } from '../support/needs.js'
import { requests } from '../support/reconcile-requests.js'
import { runCommand, runProcess } from '../support/run-command.js'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const PATH = { PATH: process.env['PATH'] ?? '' }
const PROVIDER = 'missing'

/** A running shop that lists one event. */
function shop(store: DurableStore<unknown>) {
  const handled: string[] = []
  const runs: Reconciliation[] = []
  const errors: string[] = []
  const receiver = createReceiver(hmacProvider({ name: PROVIDER }), {
    store,
    onError: ({ code }) => void errors.push(code),
    on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
  })
  const list = async function* () {
    yield { body: bodyOf({ id: 'missed' }) }
  }
  open.push(receiver)
  open.push(reconcileEvery(receiver, { list, graceMs: 0, onResult: (result) => void runs.push(result) }))
  return { handled, runs, errors }
}

function suite(create: () => Backend) {
  const { backend } = useBackend(create)

  /** A store on which a shop has reconciled before. */
  const place = async () => {
    const { store, options, url } = backend.fresh()
    open.push({ close: async () => store.close() })
    await store.init()
    const start = new Date(Date.now() - 3_600_000).toISOString()
    await store.writeNote(`reconcile ${PROVIDER}`, [start, start, new Date().toISOString()].join(' '))
    const args = ['reconcile', PROVIDER, '--store', url, ...options]
    const command = async (...more: string[]) => {
      const { code, stdout, stderr } = await runCommand([...args, '--json', ...more], { env: PATH })
      return { code, stderr, answer: JSON.parse(stdout) as Record<string, unknown> | null }
    }
    return { store, args, command, asked: requests(store, PROVIDER) }
  }

  test('two that ask for the same while none is answered leave one request', async () => {
    const { command, asked } = await place()
    const [one, other] = await Promise.all([command('--wait', '1'), command('--wait', '1')])
    expect([one.code, other.code]).toEqual([1, 1])
    expect(await asked.waiting()).toHaveLength(1)
  })

  test('two that ask for the same at once both get a result of the runs that there were', async () => {
    const { store, command, asked } = await place()
    const both = Promise.all([command(), command()])
    expect(await asked.placed(1)).toHaveLength(1)
    const { handled, runs } = shop(store)
    const found = await both
    // The shop may have answered the first request before the second one was placed.
    const answers = new Map(found.map(({ answer }) => [answer!['id'], answer!]))
    expect(found.map(({ code }) => code)).toEqual([0, 0])
    expect(runs).toHaveLength(answers.size)
    for (const answer of answers.values()) expect(answer).toMatchObject({ state: 'done', listed: 1, failed: 0 })
    expect([...answers.values()].map(({ recovered }) => recovered).sort()).toEqual(answers.size === 1 ? [1] : [0, 1])
    expect(handled).toEqual([`${PROVIDER}:missed`])
  })

  test('of two running shops, one answers each of four that ask for something else', async () => {
    const { store, command, asked } = await place()
    const all = Promise.all([
      command(),
      command('--since', '30m'),
      command('--since', '3h', '--adopt'),
      command('--since', '2h'),
    ])
    const waiting = await asked.placed(4)
    const shops = [shop(store), shop(store)]
    const found = await all
    const ids = found.map(({ answer }) => answer!['id'])
    expect(new Set(ids)).toEqual(new Set(waiting.map(({ id }) => id)))
    expect(found.map(({ answer }) => answer!['listed'])).toEqual(expect.arrayContaining([1, 1, 1]))
    const recovered = found.map(({ answer }) => answer!['recovered'] as number)
    expect(recovered.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(1)
    const refused = found.filter(({ answer }) => answer!['state'] === 'refused').length
    expect(shops.flatMap(({ errors }) => errors)).toHaveLength(refused)
    expect(shops.reduce((sum, { runs }) => sum + runs.length, 0)).toBe(4 - refused)
    expect(await asked.waiting()).toEqual([])
  })

  test('a request whose command was killed is answered, and holds up no other', async () => {
    const { store, args, command, asked } = await place()
    const killed = new AbortController()
    const ended = runProcess([...args, '--since', '30m'], { killed: killed.signal })
    const [left] = await asked.placed(1)
    killed.abort()
    expect((await ended).code).toBeNull()
    const waited = command()
    await asked.placed(2)
    const { handled } = shop(store)
    expect(await asked.answers([left!.id])).toMatchObject([{ state: 'done', listed: 1, recovered: 1 }])
    expect(await waited).toMatchObject({ code: 0, answer: { state: 'done', listed: 1, known: 1 } })
    expect(handled).toEqual([`${PROVIDER}:missed`])
  })

  test('a command that was killed while it wrote its request stops no other', async () => {
    const { store, command } = await place()
    await store.lock(`reconcile-requests ${PROVIDER}`, randomUUID(), 2000)
    shop(store)
    expect(await command()).toMatchObject({ code: 0, answer: { state: 'done', listed: 1, recovered: 1 } })
  })

  test('requests that no shop answers do not pile up', async () => {
    const { command, asked } = await place()
    for (let count = 0; count < 20; count++) await command('--wait', '0')
    expect(await asked.waiting()).toHaveLength(1)
    for (let count = 1; count < 16; count++) {
      const since = new Date(Date.now() - count * 1000).toISOString()
      expect(await command('--wait', '0', '--since', since)).toMatchObject({ code: 0, answer: null })
    }
    const refused = await command('--wait', '0', '--since', '1h')
    expect(refused).toMatchObject({
      code: 1,
      answer: null,
      stderr: expect.stringContaining('16 requests wait already'),
    })
    expect(await asked.waiting()).toHaveLength(16)
  })
}

const BACKENDS: readonly [string, readonly Need[], () => Backend][] = [
  ['redis', [REDIS], redis],
  ['postgres', [POSTGRES], () => postgres(false)],
]

describe('reconcile on sqlite', () => suite(sqlite))
for (const [name, needs, create] of BACKENDS) describeWith(needs, `reconcile on ${name}`, () => suite(create))
