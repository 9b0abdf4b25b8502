/** Signed deliveries about orders, and their way to a shop. */
import type { Express } from 'express'
import { coinsPh, cryptoGateway } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import request from 'supertest'
import { minute } from './order-events.js'
import type { Random } from './with-seed.js'

export const gateway = cryptoGateway({ secret: 'whsec_3f7a91c05be2d846' })
export const invoices = coinsPh({ token: 'mtk_test_4f1d9a7c2b6e8035' })

type TransferState = 'detected' | 'confirmed' | 'failed'

export function transfer(
  orderId: string,
  id: string,
  amount: string,
  state: TransferState = 'confirmed',
  fields: Record<string, string> = {},
) {
  return signedRequest(
    gateway,
    sample('crypto-gateway', `transaction.${state}`, {
      data: { id, hash: `0x${id}`, amount, address_id: 'addr_1', metadata: { order_id: orderId }, ...fields },
    }),
  )
}

export interface Told {
  readonly part: number
  readonly state: TransferState
  readonly amount: string
  readonly fields: Record<string, string>
}

/** The gateway's events about one order of 100 USDT: parts that arrive, fail, arrive late, or arrive on another chain. */
export function history(random: Random): Told[] {
  return Array.from({ length: 1 + random.below(4) }, (_, part): Told[] => {
    const amount = random.pick(['25', '40', '50', '60.5', '100'])
    const [created_at, ended] = random.pick([
      [minute(10), minute(20)],
      [minute(30), minute(31)],
      [minute(70), minute(80)],
    ] as const)
    const state = random.pick(['confirmed', 'confirmed', 'confirmed', 'failed'] as const)
    const network = random.pick(['ethereum', 'ethereum', 'ethereum', 'ethereum', 'tron'])
    const detected: Told = { part, state: 'detected', amount, fields: { created_at, network } }
    return [detected, { part, state, amount, fields: { created_at, network, [`${state}_at`]: ended } }]
  }).flat()
}

export async function send(
  app: Express,
  path: string,
  { headers, body }: ReturnType<typeof signedRequest>,
): Promise<number> {
  const { status } = await request(app).post(path).set(headers).send(body.toString())
  return status
}

/** Sends as a provider does: again, until the event is acknowledged. */
export async function deliver(app: Express, signed: ReturnType<typeof signedRequest>): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    if ((await send(app, '/webhooks/gateway', signed)) === 200) return
  }
  throw new Error('never acknowledged')
}
