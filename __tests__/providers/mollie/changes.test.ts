/** A payment that changes: every state is one event, however often and in whatever parts it is reported. */
import { describe, expect, test } from '@jest/globals'
import { chargeback, classicReceiver, eur, paid, refund, returned } from './support.js'

describe('a payment that changes', () => {
  /** Each step is one callback; null means that it reads the same state as before. */
  async function story(...steps: (Record<string, unknown> | null)[]) {
    const receiver = classicReceiver()
    let state: Record<string, unknown> = {}
    const kinds: string[] = []
    for (const step of steps) kinds.push((await receiver.callback((state = step ?? state))).kind)
    const told = receiver.events.map(({ type, received, refund: back, dispute }) => [
      type,
      received?.amount,
      back?.amount,
      dispute && (dispute.withdrawn ? dispute.amount : `${dispute.amount} given back`),
    ])
    expect(kinds).toEqual(steps.map((step) => (step === null ? 'duplicate' : 'unhandled')))
    return told
  }

  test('a refund runs the path of refunds, and never that of payments again', async () => {
    expect(
      await story(
        paid(),
        null,
        returned({ refunds: [refund('re_1', 'processing')] }, { amountRefunded: eur('15.00') }),
        null,
        returned({ refunds: [refund('re_1', 'refunded')] }, { amountRefunded: eur('15.00') }),
        null,
      ),
    ).toEqual([
      ['payment.confirmed', '49.9', '0', null],
      ['refund.pending', '49.9', '15', null],
      ['refund.confirmed', '49.9', '15', null],
    ])
  })

  test('a refund that fails makes the total smaller, also to what it was before', async () => {
    expect(
      await story(
        paid(),
        returned({ refunds: [refund('re_1', 'processing')] }, { amountRefunded: eur('15.00') }),
        returned({ refunds: [refund('re_1', 'failed')] }, { amountRefunded: eur('0.00') }),
        returned({ refunds: [refund('re_1', 'failed'), refund('re_2', 'refunded')] }, { amountRefunded: eur('49.90') }),
      ),
    ).toEqual([
      ['payment.confirmed', '49.9', '0', null],
      ['refund.pending', '49.9', '15', null],
      ['refund.failed', '49.9', '0', null],
      ['payment.refunded', '49.9', '49.9', null],
    ])
  })

  test('a refund that is canceled while another goes on makes the total smaller', async () => {
    const refunds = [refund('re_1', 'queued'), refund('re_2', 'processing')]
    expect(
      await story(
        returned({ refunds }, { amountRefunded: eur('25.00') }),
        // A canceled refund is no longer in the list (docs: get-payment-refund).
        returned({ refunds: [refund('re_2', 'refunded')] }, { amountRefunded: eur('5.00') }),
      ),
    ).toEqual([
      ['refund.pending', '49.9', '25', null],
      ['refund.confirmed', '49.9', '5', null],
    ])
  })

  test('a chargeback takes the money, and gives it back when it is reversed, whatever becomes of the total', async () => {
    const totals = { amountChargedBack: eur('49.90') }
    const reversed = chargeback('chb_1', '49.90', { reversedAt: '2026-12-01T09:00:00+00:00' })
    expect(
      await story(
        paid(),
        returned({ chargebacks: [chargeback('chb_1', '49.90')] }, totals),
        returned({ chargebacks: [reversed] }, totals),
        returned(
          { chargebacks: [reversed, chargeback('chb_2', '10.00', { createdAt: '2026-12-02T09:00:00+00:00' })] },
          totals,
        ),
      ),
    ).toEqual([
      ['payment.confirmed', '49.9', '0', null],
      ['dispute.opened', '49.9', '0', '49.9'],
      ['dispute.won', '49.9', '0', '49.9 given back'],
      ['dispute.opened', '49.9', '0', '10'],
    ])
  })

  test('several changes between two readings are one event, named after the newest, with every total', async () => {
    const totals = { amountRefunded: eur('15.00'), amountChargedBack: eur('34.90') }
    const early = refund('re_1', 'refunded')
    const late = refund('re_1', 'refunded', '2026-11-28T09:00:00+00:00')
    const chargebacks = [chargeback('chb_1', '34.90')]
    expect(await story(returned({ refunds: [early], chargebacks }, totals))).toEqual([
      ['dispute.opened', '49.9', '15', '34.9'],
    ])
    expect(await story(returned({ refunds: [late], chargebacks }, totals))).toEqual([
      ['payment.refunded', '49.9', '15', '34.9'],
    ])
  })

  test('disputes are dated, so that the newer report counts', async () => {
    const receiver = classicReceiver()
    const opened = await receiver.becomes(returned({ chargebacks: [chargeback('chb_1', '49.90')] }))
    const won = await receiver.becomes(
      returned({ chargebacks: [chargeback('chb_1', '49.90', { reversedAt: '2026-12-01T10:00:00+01:00' })] }),
    )
    expect([opened.occurredAt, won.occurredAt]).toEqual(['2026-11-27T09:00:00.000Z', '2026-12-01T09:00:00.000Z'])
    const undated = await receiver.becomes(paid({ amountChargedBack: eur('1.00') }))
    expect(undated.occurredAt).toBe(undated.received?.asOf)
  })

  test('the order of the lists says nothing', async () => {
    const refunds = [refund('re_1', 'refunded'), refund('re_2', 'refunded')]
    const totals = { amountRefunded: eur('10.00') }
    const receiver = classicReceiver()
    await receiver.becomes(returned({ refunds }, totals))
    expect(await receiver.callback(returned({ refunds: refunds.toReversed() }, totals))).toMatchObject({
      kind: 'duplicate',
    })
  })
})
