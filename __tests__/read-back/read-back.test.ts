/** The answers of `readBack` to the flow: which identity counts, and the event made of a state. */
import { expect, test } from '@jest/globals'
import { readBack } from 'express-payment-webhooks'

const draft = { type: 'payment.confirmed', identity: ['pay_1', 'paid'], native: {} } as const

test('without anything known, the state says it all, identity included', async () => {
  const { confirm } = readBack({
    key: 'pay_1',
    read: async (context) => ({ status: 'paid', context }),
    toEvent: ({ status }, { readAt }) => ({ ...draft, identity: ['pay_1', status], occurredAt: readAt }),
  })
  expect(confirm).toMatchObject({ key: 'pay_1', known: null })
  const { state, readAt } = await confirm.read({}, 500)
  expect(state).toMatchObject({ status: 'paid', context: { signal: { aborted: false } } })
  expect(confirm.toEvent(state, { readAt })).toEqual({ ...draft, occurredAt: readAt })
})

test('with what the proof covers, the state has no say in the identity', () => {
  const known = { type: 'acme-pay.changed', identity: ['evt_1'], orderId: '1001' }
  const answers: object[] = [
    { type: 'payment.confirmed', native: {} },
    { type: 'payment.confirmed', identity: ['another'], native: {} },
    { unrecognised: 'odd', native: {} },
    { ignored: 'a test' },
  ]
  const { confirm } = readBack({ key: 'pay_1', known, read: async () => 0, toEvent: (at) => answers[at] as never })
  expect(confirm.known).toBe(known)
  expect(answers.map((_, at) => confirm.toEvent(at, { readAt: 'now' }))).toEqual([
    { type: 'payment.confirmed', identity: ['evt_1'], native: {} },
    { type: 'payment.confirmed', identity: ['evt_1'], native: {} },
    { unrecognised: 'odd', native: {} },
    { ignored: 'a test' },
  ])
})
