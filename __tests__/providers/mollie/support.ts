/** Payments of Mollie, and providers that read them. */
import { type Provider } from 'express-payment-webhooks'
import { mollie, type MollieReadBack } from 'express-payment-webhooks/providers/mollie'
import { receiverOf } from '../../support/deliver.js'
import { payloadOf } from '../../support/provider-suite.js'

export const ID = 'tr_5B8cwPMGnU6qLbRvo7qEZo'

export const answer = (name: string): Record<string, unknown> =>
  JSON.parse(payloadOf('mollie', `api_payment_${name}.json`).toString()) as Record<string, unknown>

export const eur = (value: string) => ({ value, currency: 'EUR' })

/** A payment of the live mode, paid in full. */
export const paid = (rest: object = {}): Record<string, unknown> => ({ ...answer('paid'), mode: 'live', ...rest })

export const refund = (id: string, status: string, createdAt = '2026-11-26T09:00:00+00:00') => ({
  id,
  status,
  createdAt,
})

export const chargeback = (id: string, value: string, dates: { createdAt?: string; reversedAt?: string } = {}) => ({
  id,
  amount: eur(value),
  createdAt: '2026-11-27T09:00:00+00:00',
  ...dates,
})

/** The same payment, read with its refunds and chargebacks. */
export const returned = (parts: { refunds?: object[]; chargebacks?: object[] }, totals: object = {}) =>
  paid({ ...totals, _embedded: parts })

/** A classic receiver that reads the payment that the test has set: every delivery is one callback about it. */
export function classicReceiver(rest: object = {}) {
  let state: unknown
  const asked: string[] = []
  const readBack: MollieReadBack = async (id) => {
    asked.push(id)
    return state
  }
  const receiver = receiverOf(mollie({ readBack, ...rest }) as Provider)
  return {
    ...receiver,
    asked,
    async callback(read: unknown, body = `id=${ID}`) {
      state = read
      return receiver.deliver(body)
    },
    /** The event of a callback about this payment; fails if there is none. */
    async becomes(read: unknown) {
      const { kind, error } = await this.callback(read)
      if (kind !== 'unhandled') throw new Error(`no event: ${kind} ${error?.code ?? ''}`)
      return receiver.events.at(-1)!
    },
  }
}
