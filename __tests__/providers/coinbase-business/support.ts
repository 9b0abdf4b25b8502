/** Events of Coinbase Business about one checkout, and the vectors. */
import { coinbaseBusiness, type CoinbaseBusinessOptions } from 'express-payment-webhooks/providers/coinbase-business'
import { payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'

export interface CoinbaseVector extends Vector {
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  /** Our clock, in seconds. */
  readonly now: number
}

export const { cases } = vectorsOf<{ 'coinbase-business': { cases: CoinbaseVector[] } }>('coinbase-business')[
  'coinbase-business'
]

export const [genuine] = cases as [CoinbaseVector]

export const vector = (name: string): CoinbaseVector => cases.find((one) => one.name === name)!

/** A shop at the time of the vectors. */
export const shop = (rest: Partial<CoinbaseBusinessOptions> = {}) =>
  coinbaseBusiness({ secret: genuine.secrets, now: () => genuine.now * 1000, ...rest })

type Json = Record<string, unknown>

export const fixture = (name: string): Json =>
  JSON.parse(payloadOf('coinbase-business', `${name}.json`).toString()) as Json

export const checkout = (eventType: string, fields: Json = {}): Json => ({
  id: 'K-1',
  eventType,
  amount: '129.00',
  currency: 'USDC',
  network: 'base',
  metadata: { orderId: 'A-1' },
  updatedAt: '2026-11-27T08:03:21.455Z',
  ...fields,
})

export const refunds = (...outcomes: string[]) => outcomes.map((status, index) => ({ id: `R-${index + 1}`, status }))
