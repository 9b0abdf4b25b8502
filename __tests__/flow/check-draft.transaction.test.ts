/** A provider's data about an event is made canonical, or refused with the name of its field. */
import { describe, expect, test } from '@jest/globals'
import type { EventTransaction } from '../../src/index.js'
import { checkedDraft } from '../../src/flow/check-draft.js'
import { hmacProvider } from '../support/hmac-provider.js'

const provider = hmacProvider({ name: 'acme' })

describe('when a transfer was first seen', () => {
  const transfer = { id: 'tx_1', hash: null, network: null, confirmations: null }
  const checked = (transaction: EventTransaction) =>
    checkedDraft(provider, { type: 'payment.confirmed', identity: ['1'], native: {}, transaction }).transaction

  test.each([
    ['2026-11-25T10:30:00+01:00', '2026-11-25T09:30:00.000Z'],
    ['1795766310', '2026-11-27T07:58:30.000Z'],
  ])('may be told: %s', (seenAt, canonical) => {
    expect(checked({ ...transfer, seenAt })).toEqual({ ...transfer, seenAt: canonical })
  })

  test.each([undefined, null])('need not be told: %j', (seenAt) => {
    expect(checked({ ...transfer, ...(seenAt === null && { seenAt }) })).toEqual(transfer)
  })

  test('is a time', () => {
    expect(() => checked({ ...transfer, seenAt: 'yesterday' })).toThrow(
      expect.objectContaining({ code: 'EVENT_INVALID', message: expect.stringContaining('transaction.seenAt') }),
    )
  })
})
