/** Explains an answer that is not 2xx. It tells a sender little; the shop's log contains the rest. */
import { accountOf } from '../../testing/sample.js'
import { otherModeOf } from '../accounts.js'
import type { Values } from '../command.js'
import { comparison, type Credentials } from '../credentials.js'
import { mayMeanUnauthorized, saysUnauthorized } from '../doctor/looks-unauthorized.js'

export interface Refused {
  readonly provider: string
  /** The name of the sample. */
  readonly event: string
  readonly url: URL
  readonly status: number
  readonly credentials: Credentials
}

export function notAccepted(refused: Refused, values: Values): string {
  const { provider, event, url } = refused
  const log = "the shop's log says why"
  const isExamined = accountOf(provider, event).examined !== undefined
  const further = isExamined ? `${log}, and \`doctor ${provider} --url ${url.href}\` looks for the usual faults` : log
  const reason = likelyReason(refused, values)
  return reason === undefined ? `not accepted: ${further}` : `not accepted: ${reason}. Otherwise ${further}`
}

/** Undefined if the status does not show the reason. */
function likelyReason({ provider, event, status, credentials }: Refused, values: Values): string | undefined {
  // No shop answers these itself.
  if (status === 502 || status === 504)
    return `${status} is the answer of a proxy whose shop is down or too slow: the log of the proxy has the reason`
  const account = accountOf(provider, event)
  const { otherKind, secret, modeIsProven = false } = account
  if (otherKind !== undefined && isOfOtherKind(secret !== null, status))
    return `${status} is what an address of the other kind of webhook answers. ${otherKind}`
  if (secret === null || !saysUnauthorized({ status })) return undefined
  const compare = comparison(credentials)
  const otherMode = modeIsProven ? otherModeOf(provider, values) : undefined
  return `${status} means not authentic: ${otherMode === undefined ? compare : `${otherMode}, or ${compare}`}`
}

/**
 * An endpoint that checks signatures refuses an unsigned delivery as not authentic. Another endpoint refuses a signed one
 * because of its form.
 */
function isOfOtherKind(isSigned: boolean, status: number): boolean {
  return saysUnauthorized({ status }) ? !isSigned : isSigned && mayMeanUnauthorized(status)
}
