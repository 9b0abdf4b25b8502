/** Receivers for tests of the flow: one handler for `transaction.confirmed`, and everything that is reported. */
import {
  createReceiver,
  cryptoGateway,
  memoryStore,
  type ErrorDetails,
  type HandlerContext,
  type OutcomeReport,
  type PaymentWebhookError,
  type Store,
  type WebhookEvent,
} from '../../src/index.js'
import { sample } from '../../src/testing/index.js'

const provider = cryptoGateway({ secret: 'whsec_test_2b7d9e4f60a1c835' })
export const confirmed = JSON.stringify(sample('crypto-gateway', 'transaction.confirmed'))

export type Handler = (event: WebhookEvent, context: HandlerContext<unknown>) => void | Promise<void>

/** A receiver with one handler for `transaction.confirmed`, and everything it reports. */
export function setUp(
  handler: Handler,
  overrides: { store?: Store; timeoutMs?: number; leaseMs?: number; onError?: null | (() => void) } = {},
) {
  const errors: [PaymentWebhookError, ErrorDetails][] = []
  const reports: OutcomeReport[] = []
  const { onError, ...rest } = overrides
  const options = {
    store: memoryStore(),
    on: { 'transaction.confirmed': handler },
    onError: onError ?? ((error: PaymentWebhookError, details: ErrorDetails) => void errors.push([error, details])),
    onOutcome: (report: OutcomeReport) => void reports.push(report),
    ...rest,
  }
  const receiver = createReceiver(provider, options)
  return {
    errors,
    reports,
    codes: () => errors.map(([{ code }]) => code),
    deliver: (body: string | Buffer = confirmed) => {
      const bytes = Buffer.from(body)
      return receiver.receive({ body: bytes, headers: provider.sign(bytes).headers })
    },
  }
}

export const settled = () => new Promise((resolve) => setTimeout(resolve, 20))
