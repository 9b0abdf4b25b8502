/** kill -9 at every moment of a delivery, while another process goes on. */
import { beforeAll, expect, test } from '@jest/globals'
import { describeOnStores } from '../support/fault-scene.js'
import type { CrashPoint, ReceiverProcess } from '../support/receiver-processes.js'
import { Sender } from '../support/sender.js'
import { withSeed, type Random } from '../support/with-seed.js'

const LEASE_MS = 1000
const TIMES = { leaseMs: LEASE_MS, timeoutMs: 500 }

/** The sender pauses for 200 ms, give or take half of it. */
const RETRY_MS = 300

/** For a machine with more to do than this: the store, the handler, and a process that has to be woken for both. */
const SLACK_MS = 1000

describeOnStores('kill -9', (scene) => {
  const transactional = scene.backend === 'postgres transactional'
  let survivor: ReceiverProcess

  beforeAll(async () => {
    survivor = await scene.start(TIMES)
  }, 20_000)

  test(
    'F01 after the body was read, before the claim: the retry is the first and only run',
    withSeed(async (random) => {
      const { delivered } = await crash('body', random)
      expect(delivered.answers.at(-1)).toMatchObject({ status: 200 })
      expect(scene.ledger.runs('f_body')).toMatchObject([{ attempt: 1, pid: survivor.pid }])
    }),
    30_000,
  )

  test(
    'F02 after the claim, before the handler: the retry runs the handler, and is no duplicate before it did',
    withSeed(async (random) => {
      const { killedAt } = await crash('claimed', random)
      const [run, ...more] = scene.ledger.runs('f_claimed')
      expect(more).toEqual([])
      // A rolled back claim leaves no trace; any other is counted.
      expect(run).toMatchObject({ attempt: transactional ? 1 : 2, pid: survivor.pid })
      await expectWithinOneLease('f_claimed', killedAt)
    }),
    30_000,
  )

  test(
    'F03 in the middle of a handler: a second run with the same key within one lease, and one effect',
    withSeed(async (random) => {
      const { victim, killedAt } = await crash('handler', random)
      const runs = scene.ledger.runs('f_handler')
      expect(runs.map(({ pid }) => pid)).toEqual([victim.pid, survivor.pid])
      expect(new Set(runs.map(({ key }) => key)).size).toBe(1)
      // What the killed handler had written on its transaction is not there.
      const standing = (await scene.ledger.entries('f_handler')).map(({ pid }) => pid)
      expect(standing).toEqual(transactional ? [survivor.pid, survivor.pid] : [victim.pid, survivor.pid, survivor.pid])
      await expectWithinOneLease('f_handler', killedAt)
    }),
    30_000,
  )

  test(
    transactional
      ? 'F04 after the effect, before it was recorded: the effect is rolled back, and there is one'
      : 'F04 after the effect, before it was recorded: a second effect, with the same key and the next attempt',
    withSeed(async (random) => {
      await crash('effect', random)
      const effects = await scene.ledger.effects('f_effect')
      if (transactional) expect(effects).toMatchObject([{ pid: survivor.pid }])
      else expect(effects).toMatchObject([{ attempt: 1 }, { attempt: 2, key: effects[0]!.key, pid: survivor.pid }])
    }),
    30_000,
  )

  test(
    'after it was recorded, before the answer: the retry is a duplicate, and there is one effect',
    withSeed(async (random) => {
      const { victim } = await crash('recorded', random)
      expect(await scene.ledger.effects('f_recorded')).toMatchObject([{ pid: victim.pid }])
      expect(scene.ledger.runs('f_recorded')).toHaveLength(1)
    }),
    30_000,
  )

  /** Delivers to a process that dies at the given moment, and then as a provider does until it is acknowledged. */
  async function crash(dieAt: CrashPoint, random: Random) {
    const event = { id: `f_${dieAt}`, order_id: dieAt }
    const victim = await scene.start({ ...TIMES, dieAt })
    const killed = victim.exited.then(() => Date.now())
    const sender = new Sender(() => [survivor], random)
    const delivered = await sender.deliver(event, victim)
    // Looked at right after the 200, because that is when it has to be true.
    const effects = await scene.ledger.effects(event.id)
    sender.close()
    expect(delivered.answers[0]).toMatchObject({ status: 0 })
    expect(await victim.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(delivered.acknowledged).toBe(true)
    expect(effects.length).toBeGreaterThan(0)
    return { delivered, victim, killedAt: await killed }
  }

  /** From the crash to the survivor's effect, its lease and the sender's pauses included. */
  async function expectWithinOneLease(event: string, killedAt: number): Promise<void> {
    const [effect] = await scene.ledger.effects(event)
    expect(effect).toMatchObject({ pid: survivor.pid })
    expect(effect!.at - killedAt).toBeLessThan(LEASE_MS + RETRY_MS + SLACK_MS)
  }
})
