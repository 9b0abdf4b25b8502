/** Callbacks of CoinGate, and orders as its API answers them. */
import { coinGate } from 'express-payment-webhooks/providers/coingate'
import { receiverOf } from '../../support/deliver.js'
import { payloadOf } from '../../support/provider-suite.js'

export const TOKEN = 'Q4wLc9ZtHv-6xKbMj2Ny-8RpFd3Gs'
export const API_TOKEN = 'b5f0c1d2e3a4968778695a4b3c2d1e0f'

type Json = Record<string, unknown>

const json = (file: string): Json => JSON.parse(payloadOf('coingate', file).toString()) as Json

export const callback = (rest: object = {}): Json => ({ ...json('order_paid.json'), ...rest })
export const order = (rest: object = {}): Json => ({ ...json('api_order_paid.json'), ...rest })

/** A receiver that reads the order that the test has set. */
export function coinGateReceiver(orderToken: Parameters<typeof coinGate>[0]['orderToken'] = () => TOKEN) {
  let state: unknown
  const asked: string[] = []
  const provider = coinGate({
    orderToken,
    readOrder: async (id) => {
      asked.push(id)
      return state
    },
  })
  const receiver = receiverOf(provider)
  return {
    ...receiver,
    provider,
    asked,
    async callback(read: unknown, sent: object | string = callback()) {
      state = read
      return receiver.deliver(typeof sent === 'string' ? sent : JSON.stringify(sent))
    },
    /** The event of a callback about this order; fails if there is none. */
    async becomes(read: Json, sent: object | string = callback({ status: read['status'] })) {
      const { kind, error } = await this.callback(read, sent)
      if (kind !== 'unhandled') throw new Error(`no event: ${kind} ${error?.code ?? ''}`)
      return receiver.events.at(-1)!
    },
  }
}
