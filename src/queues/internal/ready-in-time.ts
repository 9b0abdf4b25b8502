/** Bounds the `init` of a queue, because clients wait for ever by default if the engine is unreachable. */
import { DeliveryError } from '../../errors.js'
import { isPaymentWebhookError, messageOf } from '../../lib/thrown.js'
import { withinTime } from '../../lib/within-time.js'

/** In milliseconds: long enough for an engine that starts together with the shop. */
const READY_MS = 5000

export interface Engine {
  readonly where: 'bullmqQueue' | 'pgBossQueue'
  readonly server: 'Redis' | 'Postgres'
  /** The setting to correct if the address is wrong. */
  readonly address: string
  /** The last error that the engine's own client reported. */
  readonly lastError?: () => unknown
}

/**
 * Resolves when `prepare` does.
 *
 * @throws DeliveryError `QUEUE_UNAVAILABLE`, and errors of this package that `prepare` throws
 */
export async function readyInTime(
  { where, server, address, lastError }: Engine,
  prepare: () => Promise<unknown>,
): Promise<void> {
  const unavailable = (how: string, cause: unknown) => {
    const why = cause === undefined ? '' : `: ${messageOf(cause)}`
    const message = `${where}: ${server} ${how}${why}. Start it, or correct ${address}`
    return new DeliveryError('QUEUE_UNAVAILABLE', message, cause === undefined ? undefined : { cause })
  }
  try {
    await withinTime(prepare(), READY_MS, () => unavailable(`was not ready within ${READY_MS} ms`, lastError?.()))
  } catch (error) {
    throw isPaymentWebhookError(error) ? error : unavailable('could not be used', error)
  }
}
