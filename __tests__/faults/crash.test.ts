/** kill -9 at every moment of a delivery, while another process continues. */
import { beforeAll, expect, test } from '@jest/globals'
import { describeOnStores } from '../support/fault-scene.js'
import type { CrashPoint, ReceiverProcess } from '../support/receiver-processes.js'
import { Sender } from '../support/sender.js'
import { withSeed, type Random } from '../support/with-seed.js'

const TIMES = { leaseMs: 1000, timeoutMs: 500 }

describeOnStores('kill -9', (scene) => {
  const transactional = scene.backend === 'postgres transactional'
  let survivor: ReceiverProcess

  beforeAll(async () => {
    survivor = await scene.start(TIMES)
  })

  test(
    'F01 after the body was read, before the claim: the retry is the first and only run',
    withSeed(async (random) => {
      const { delivered } = await crash('body', random)
      expect(delivered.answers.at(-1)).toMatchObject({ status: 200 })
      expect(scene.ledger.runs('f_body')).toMatchObject([{ attempt: 1, pid: survivor.pid }])
    }),
  )

  test(
    'F02 after the claim, before the handler: the retry runs the handler, and is no duplicate before it did',
    withSeed(async (random) => {
      await crash('claimed', random)
      const [run, ...more] = scene.ledger.runs('f_claimed')
      expect(more).toEqual([])
      // A claim that was rolled back leaves no trace; any other claim is counted.
      expect(run).toMatchObject({ attempt: transactional ? 1 : 2, pid: survivor.pid })
      expect(await scene.ledger.effects('f_claimed')).toMatchObject([{ pid: survivor.pid }])
    }),
  )

  test(
    'F03 in the middle of a handler: a second run with the same key, by the process that lives, and one effect',
    withSeed(async (random) => {
      const { victim } = await crash('handler', random)
      const runs = scene.ledger.runs('f_handler')
      expect(runs.map(({ pid }) => pid)).toEqual([victim.pid, survivor.pid])
      expect(new Set(runs.map(({ key }) => key)).size).toBe(1)
      // Rows that the killed handler wrote in its transaction are gone.
      const standing = (await scene.ledger.entries('f_handler')).map(({ pid }) => pid)
      expect(standing).toEqual(transactional ? [survivor.pid, survivor.pid] : [victim.pid, survivor.pid, survivor.pid])
      expect(await scene.ledger.effects('f_handler')).toMatchObject([{ pid: survivor.pid }])
    }),
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
  )

  test(
    'after it was recorded, before the answer: the retry is a duplicate, and there is one effect',
    withSeed(async (random) => {
      const { victim } = await crash('recorded', random)
      expect(await scene.ledger.effects('f_recorded')).toMatchObject([{ pid: victim.pid }])
      expect(scene.ledger.runs('f_recorded')).toHaveLength(1)
    }),
  )

  /**
   * Delivers to a process that dies at the given moment, and then redelivers as a provider does until the event is acknowledged.
   */
  async function crash(dieAt: CrashPoint, random: Random) {
    const event = { id: `f_${dieAt}`, order_id: dieAt }
    const victim = await scene.start({ ...TIMES, dieAt })
    const sender = new Sender(() => [survivor], random)
    const delivered = await sender.deliver(event, victim)
    // Checked right after the 200, because it must hold by then.
    const effects = await scene.ledger.effects(event.id)
    sender.close()
    expect(delivered.answers[0]).toMatchObject({ status: 0 })
    expect(await victim.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(delivered.acknowledged).toBe(true)
    expect(effects.length).toBeGreaterThan(0)
    return { delivered, victim }
  }
})
