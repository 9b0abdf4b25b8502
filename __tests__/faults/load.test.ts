/** High load: duplicates, a backlog, and a flood from unknown senders. */
import { beforeAll, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { describeOnStores } from '../support/fault-scene.js'
import type { LedgerEntry } from '../support/ledger.js'
import type { ReceiverProcess } from '../support/receiver-processes.js'
import { bodyOf, signatureOf } from '../support/hmac-provider.js'
import { Sender, type Answer, type TestEvent } from '../support/sender.js'
import { withSeed, type Random } from '../support/with-seed.js'

const TIMES = { leaseMs: 4000, timeoutMs: 2000 }

describeOnStores('much at once', (scene) => {
  const transactional = scene.backend === 'postgres transactional'
  const receivers: ReceiverProcess[] = []

  beforeAll(async () => {
    receivers.push(...(await Promise.all([scene.start(TIMES), scene.start(TIMES)])))
  })

  test(
    'F19 300 duplicates of one slow event over two processes: one effect, 200 for all, and other orders are not held up',
    withSeed(async (random) => {
      const sender = new Sender(() => receivers, random)
      const event = { id: 'f19', order_id: '19' }
      await Promise.all(receivers.map((receiver) => receiver.ask({ slow: { f19: 'until told' } })))
      const duplicates = Array.from({ length: 300 }, () => sender.deliver(event))
      const others = await Promise.all(
        Array.from({ length: 280 }, (_, number) =>
          sender.deliver({ id: `f19_other_${number}`, order_id: `other ${number}` }),
        ),
      )
      expect(others.filter(({ acknowledged }) => !acknowledged)).toEqual([])
      // All of them were handled while the only handler of the slow event was still waiting.
      expect(scene.ledger.runs('f19')).toHaveLength(1)
      expect(await scene.ledger.effects('f19')).toEqual([])
      await Promise.all(receivers.map((receiver) => receiver.ask({ settle: true })))
      const delivered = await Promise.all(duplicates)
      sender.close()
      expect(delivered.filter(({ acknowledged }) => !acknowledged)).toEqual([])
      expect(await scene.ledger.effects('f19')).toHaveLength(1)
      expect(scene.ledger.runs('f19')).toHaveLength(1)
    }),
  )

  test(
    'F23 an hour of backlog, shuffled and tripled: the orders end as they do in order',
    withSeed(async (random) => {
      const events = backlog('f23', random)
      await deliverAll(events, random)
      expect(ordersOf(await effectsOf('f23'))).toEqual(ordersOf(events))
    }),
  )

  test(
    transactional
      ? 'F23 the same, while a process is killed and replaced: the orders end as they do in order'
      : 'F23 the same, while a process is killed and replaced: the orders end as they do in order, by idempotency key',
    withSeed(async (random) => {
      const events = backlog('f23_killed', random)
      const killed = pause(200 + random.below(300)).then(async () => {
        const [victim] = receivers.splice(random.below(2), 1)
        await victim!.end()
        receivers.push(await scene.start(TIMES))
      })
      await deliverAll(events, random)
      await killed
      const effects = await effectsOf('f23_killed')
      const byKey = new Map(effects.map((effect) => [effect.key, effect]))
      expect(ordersOf(transactional ? effects : [...byKey.values()])).toEqual(ordersOf(events))
    }),
  )

  test(
    'F24 a flood from nobody with valid deliveries inside: all of those are acknowledged, and the store sees no other',
    withSeed(async (random) => {
      const sender = new Sender(() => receivers, random)
      const before = await scene.known()
      await Promise.all(receivers.map((receiver) => receiver.ask()))
      const valid = Array.from({ length: 60 }, (_, number) => ({ id: `f24-${number}`, order_id: String(number) }))
      const sendings = random.shuffle([
        ...valid.map((event) => () => sender.deliver(event)),
        ...Array.from(
          { length: 1500 },
          (_, number) => () => fromNobody(sender, random.pick(receivers), number, random),
        ),
      ])
      const next = async (): Promise<void> => {
        for (let send = sendings.pop(); send !== undefined; send = sendings.pop()) results.push(await send())
      }
      const results: Awaited<ReturnType<(typeof sendings)[number]>>[] = []
      await Promise.all(Array.from({ length: 64 }, next))
      sender.close()
      const refused = results.filter((result): result is Answer => 'status' in result)
      expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401]))
      expect(results.filter((result) => 'acknowledged' in result && result.acknowledged)).toHaveLength(valid.length)
      const ids = valid.map(({ id }) => `hmac:${id}`).sort()
      const reports = await Promise.all(receivers.map((receiver) => receiver.ask()))
      expect([...new Set(reports.flatMap(({ claimed }) => claimed))].sort()).toEqual(ids)
      const seenBefore = new Set(before)
      expect((await scene.known()).filter((id) => !seenBefore.has(id)).sort()).toEqual(ids)
      expect((await effectsOf('f24')).map(({ event }) => `hmac:${event}`).sort()).toEqual(ids)
    }),
  )

  async function deliverAll(events: readonly TestEvent[], random: Random): Promise<void> {
    const sender = new Sender(() => receivers, random)
    const queue = random.shuffle([...events, ...events, ...events])
    const results: boolean[] = []
    const next = async (): Promise<void> => {
      for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
        results.push((await sender.deliver(event)).acknowledged)
      }
    }
    await Promise.all(Array.from({ length: 32 }, next))
    sender.close()
    expect(results).toEqual(Array.from({ length: 3 * events.length }, () => true))
  }

  async function effectsOf(name: string): Promise<LedgerEntry[]> {
    return (await scene.ledger.effects()).filter(({ event }) => event.startsWith(`${name}-`))
  }
})

/** Fifty orders: each is paid in parts, and some have a failed part. */
function backlog(name: string, random: Random): Required<TestEvent>[] {
  return Array.from({ length: 50 }, (_, order) =>
    Array.from({ length: 3 + random.below(5) }, (_part, part) => ({
      id: `${name}-${order}-${part}`,
      order_id: `${name}-${order}`,
      type: random.below(5) === 0 ? ('payment.failed' as const) : ('payment.confirmed' as const),
      amount: `${1 + random.below(500)}.${10 + random.below(90)}`,
    })),
  ).flat()
}

/** The amount received for each order, in cents, and the number of failed parts. */
function ordersOf(
  events: readonly { type: string; amount: string; order?: string; order_id?: string }[],
): Record<string, { cents: number; failed: number }> {
  const orders: Record<string, { cents: number; failed: number }> = {}
  for (const { type, amount, order, order_id } of events) {
    const state = (orders[order ?? order_id!] ??= { cents: 0, failed: 0 })
    if (type === 'payment.failed') state.failed++
    else state.cents += Math.round(Number(amount) * 100)
  }
  return orders
}

/** Unsigned, signed with another key, signed for another body, or no payload at all. */
function fromNobody(sender: Sender, target: ReceiverProcess, number: number, random: Random): Promise<Answer> {
  const body = bodyOf({ id: `f24-nobody-${number}` })
  const attempts: [string | Buffer, Record<string, string>][] = [
    [body, {}],
    [body, { 'x-signature': signatureOf(body, 'another-key-of-somebody-else') }],
    [body, { 'x-signature': signatureOf(`${body} `) }],
    [body, { 'x-signature': 'not a signature' }],
    [Buffer.from('{{{{'), { 'x-signature': signatureOf(body) }],
  ]
  const [sent, headers] = random.pick(attempts)
  return sender.post(sent, headers, target)
}
