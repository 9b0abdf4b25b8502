/** Reports everything to the operator, except headers, secrets, tokens and signatures. */
import diagnosticsChannel from 'node:diagnostics_channel'
import type { PaymentWebhookError } from '../../errors.js'
import type { WebhookEvent } from '../../event.js'
import type { ErrorDetails, OutcomeReport } from '../../options.js'
import type { Outcome } from '../../outcome.js'
import { matchedSecret } from '../../lib/matched-secret.js'
import { messageOf } from '../../lib/thrown.js'
import type { DeliveryContext } from '../state/context.js'
import type { ReceiverState } from '../state/receiver.js'
import { explained, takeExplanation } from './explain.js'
import { logError } from './log-error.js'

/** For metrics that are set up once for all receivers. Subscribers get an `OutcomeReport`. */
const channel = diagnosticsChannel.channel('express-payment-webhooks:outcome')

/** The parts of an outcome that are reported. */
interface Told {
  readonly kind: Outcome['kind']
  readonly event: WebhookEvent | null
  readonly body?: Buffer | null | undefined
  readonly explanation?: string | null
}

/** Calls `onOutcome`, and `onError` if there is an error. */
export function report(
  state: ReceiverState,
  context: DeliveryContext,
  outcome: Outcome,
  durationMs = context.elapsedMs,
): void {
  const { error, event } = outcome
  if (error !== undefined) {
    const explain = 'explain' in outcome ? outcome.explain : undefined
    if (explain === undefined || !takeExplanation(state)) reportError(state, context, error, outcome)
    // After the answer is written, so that the time for the explanation does not show in the answer.
    else setImmediate(() => reportError(state, context, error, { ...outcome, explanation: explained(explain) }))
  }
  if (context.origin === 'sender') state.tally.count(outcome.kind, context.authenticated !== null)
  const { onOutcome } = state.options
  if (onOutcome === undefined && !channel.hasSubscribers) return
  const line: OutcomeReport = {
    provider: state.provider.name,
    account: state.provider.account,
    requestId: context.requestId,
    outcome: outcome.kind,
    code: error?.code ?? null,
    eventId: event?.id ?? null,
    eventType: event?.type ?? null,
    orderId: event?.orderId ?? null,
    attempt: 'attempt' in outcome ? (outcome.attempt ?? null) : null,
    secretIndex: matchedSecret(context.delivery),
    durationMs,
  }
  if (onOutcome !== undefined) guard('onOutcome', () => onOutcome(line))
  if (channel.hasSubscribers) channel.publish(line)
}

/** Calls `onError`, or writes to standard error. */
export function reportError(
  { provider: { name: provider, account }, options }: ReceiverState,
  { requestId }: DeliveryContext,
  error: PaymentWebhookError,
  { kind, event, body = null, explanation = null }: Told,
): void {
  const details: ErrorDetails = { provider, account, requestId, outcome: kind, event, body, explanation }
  const { onError = logError } = options
  guard('onError', () => onError(error, details))
}

/** Failures of the shop's reporting end here, because they must not affect payments. */
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
