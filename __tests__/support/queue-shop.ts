/** A shop that puts what it receives into a queue. */
import { afterEach } from '@jest/globals'
import express from 'express'
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import {
  coinsPh,
  paymentWebhook,
  type Handler,
  type PaymentWebhook,
  type Store,
  type WebhookEvent,
} from '../../src/index.js'
import { deliver, sample } from '../../src/testing/index.js'

const provider = coinsPh({ token: randomBytes(32).toString('hex') })

const open: PaymentWebhook[] = []
afterEach(async () => void (await Promise.all(open.splice(0).map((webhook) => webhook.close()))))

/** Opens one until the end of the test, and answers the delivery of one event to it. */
export function queueShop<Tx>(store: Store<Tx>, handler: Handler<WebhookEvent, Tx>, id = 'inv_1') {
  const payload = sample('coins-ph', 'payment.confirmed', { event: { data: { id } } })
  const webhook = paymentWebhook(provider, { store, on: { 'payment.confirmed': handler }, onError: () => {} })
  open.push(webhook)
  return () => deliver(express().use('/hook', webhook), provider, payload).to('/hook')
}

/** Until something is so; the test's own limit ends it otherwise. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(100)
}
