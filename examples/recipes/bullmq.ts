/** Payments that wait in BullMQ, in the shop's own Redis, until a worker handles them. */
import { Queue, Worker } from 'bullmq'
import { coinsPh, createReceiver, type DurableStore, type Handler, type WebhookEvent } from 'express-payment-webhooks'
import { bullmqQueue } from 'express-payment-webhooks/queues/bullmq'
import { startWorkers } from 'express-payment-webhooks/workers'

/** What the web process and the workers have in common: the first mounts `paymentWebhook(receiver)`, and either works. */
export async function paymentsByBullmq<Tx>(shop: {
  readonly redisUrl: string
  readonly store: DurableStore<Tx>
  readonly token: string
  readonly markPaid: Handler<WebhookEvent, Tx>
}) {
  const { redisUrl, store, token, markPaid } = shop
  const queue = bullmqQueue({ Queue, Worker, connection: { url: redisUrl } })
  const receiver = createReceiver(coinsPh({ token }), { store, queue, on: { 'payment.confirmed': markPaid } })
  await Promise.all([queue.init(), store.init()])
  return {
    queue,
    receiver,
    work: () => startWorkers([receiver], { concurrency: 20 }),
    /** After the workers have closed. */
    async close() {
      await receiver.close()
      await queue.close()
    },
  }
}
