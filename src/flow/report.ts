/** What the operator is told: everything, except headers, secrets, tokens and signatures. */
import diagnosticsChannel from 'node:diagnostics_channel'
import type { PaymentWebhookError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { ErrorDetails, OutcomeReport } from '../options.js'
import type { Outcome } from '../outcome.js'
import type { Receiver } from '../receiver.js'
import { messageOf } from './describe.js'
import { explained, mayExplain } from './explain.js'
import { logError } from './log-error.js'

/** For metrics that are wired up once, whatever is mounted: subscribers get an `OutcomeReport`. */
const channel = diagnosticsChannel.channel('express-payment-webhooks:outcome')

interface Failure {
  readonly error: PaymentWebhookError
  readonly kind: Outcome['kind']
  readonly event: WebhookEvent | null
  readonly body: Buffer | null
  readonly explanation?: string | null
}

/** Tells `onOutcome`, and `onError` when something went wrong. */
export function report(receiver: Receiver, outcome: Outcome, durationMs: number): void {
  if (outcome.error !== undefined) {
    const { error, kind, event, body = null } = outcome
    const failure = { error, kind, event, body }
    const explain = 'explain' in outcome ? outcome.explain : undefined
    if (explain === undefined || !mayExplain(receiver)) reportError(receiver, failure)
    // Once the answer is on its way: how long it takes must not show in it.
    else setImmediate(() => reportError(receiver, { ...failure, explanation: explained(explain) }))
  }
  const { onOutcome } = receiver.options
  if (onOutcome === undefined && !channel.hasSubscribers) return
  const line: OutcomeReport = {
    provider: receiver.provider.name,
    outcome: outcome.kind,
    code: outcome.error?.code ?? null,
    eventId: outcome.event?.id ?? null,
    eventType: outcome.event?.type ?? null,
    orderId: outcome.event?.orderId ?? null,
    attempt: 'attempt' in outcome ? (outcome.attempt ?? null) : null,
    durationMs,
  }
  if (onOutcome !== undefined) guard('onOutcome', () => onOutcome(line))
  if (channel.hasSubscribers) channel.publish(line)
}

/** Tells `onError`, or standard error. */
export function reportError(receiver: Receiver, { error, kind, event, body, explanation = null }: Failure): void {
  const details: ErrorDetails = { provider: receiver.provider.name, outcome: kind, event, body, explanation }
  const { onError = logError } = receiver.options
  guard('onError', () => onError(error, details))
}

/** The shop's reporting must not decide over the shop's payments, so its own failures end here. */
function guard(name: string, call: () => unknown): void {
  try {
    const result = call()
    if (result instanceof Promise) result.catch((error: unknown) => warn(name, error))
  } catch (error) {
    warn(name, error)
  }
}

function warn(name: string, error: unknown): void {
  process.emitWarning(`${name} threw: ${messageOf(error)}`, 'PaymentWebhookWarning')
}
