/** A shop behind one webhook that keeps its handler's events, and the reasons of refusals. */
import express from 'express'
import { memoryStore, paymentWebhook, type Provider, type Store, type WebhookEvent } from 'express-payment-webhooks'

export const PATH = '/webhooks/pay'

/** Safe enough to make a provider with it. */
export const SECRET = 'b0a7d8d47f1f4c3e9a52'

interface Options {
  readonly handle?: (event: WebhookEvent) => unknown
  readonly store?: Store<unknown>
  readonly timeoutMs?: number
}

export function smallShop(provider: Provider, { handle = () => {}, store = memoryStore(), ...rest }: Options = {}) {
  const events: string[] = []
  const codes: string[] = []
  const webhook = paymentWebhook(provider, {
    ...rest,
    store,
    on: {},
    async onUnhandled(event) {
      events.push(event.type)
      await handle(event)
    },
    onError: ({ code }) => void codes.push(code),
  })
  return { app: express().use(PATH, webhook), webhook, events, codes }
}

export function statuses(answers: readonly { readonly status: number }[]): number[] {
  return answers.map(({ status }) => status)
}
