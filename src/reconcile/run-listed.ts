/** Passes one listed callback through the flow as if it had been delivered; no sender waits for the answer. */
import { authenticatedBefore } from '../flow/authenticate.js'
import { deadlineOutcome } from '../flow/refuse.js'
import { replayDeadline } from '../flow/replay.js'
import { report } from '../flow/reporting/report.js'
import { DeliveryContext } from '../flow/state/context.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { isPromise } from '../lib/awaitable.js'
import type { Listed } from '../lister.js'
import type { Outcome } from '../outcome.js'
import type { Interpretation, Provider } from '../provider.js'
import { flow } from '../receive.js'

/** The provider's API returned it over an authenticated connection, so it is as proven as a verified callback. */
export async function runListed(state: ReceiverState, { body, headers, state: known }: Listed): Promise<Outcome> {
  const { provider, inProgress, options } = state
  const context = new DeliveryContext(state, { origin: 'listed' })
  const patience = replayDeadline(options.leaseMs)
  const delivery = authenticatedBefore(bytesOf(provider, body), headers)
  const answering = known === undefined ? state : { ...state, provider: withoutReading(provider, known) }
  inProgress.begin()
  const flowing = flow(answering, context, () => delivery).finally(() => {
    context.deadline.clear()
    inProgress.end()
  })
  const tooLate = new Promise<Outcome>((resolve) =>
    patience.onExpire(() => resolve(deadlineOutcome(patience, context))),
  )
  const outcome = await Promise.race([flowing, tooLate])
  patience.clear()
  // Nearly all listed callbacks had arrived before, so duplicates are not reported.
  if (outcome.kind !== 'duplicate' && outcome.kind !== 'ignored') report(state, context, outcome)
  return outcome
}

export function bytesOf({ format }: Provider, body: Listed['body']): Buffer {
  if (typeof body === 'string') return Buffer.from(body)
  return body instanceof Uint8Array ? Buffer.from(body) : format.write(body).body
}

/** The list contains the payment's state already, so the provider is not asked again. */
function withoutReading(provider: Provider, known: NonNullable<Listed['state']>): Provider {
  const answered = (interpretation: Interpretation): Interpretation =>
    'confirm' in interpretation
      ? { ...interpretation, confirm: { ...interpretation.confirm, read: () => Promise.resolve(known) } }
      : interpretation
  return {
    ...provider,
    interpret(content, context) {
      const interpretation = provider.interpret(content, context)
      return isPromise(interpretation) ? interpretation.then(answered) : answered(interpretation)
    },
  }
}
