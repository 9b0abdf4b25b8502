/** `--forged`: a sample whose proof is spoiled, and the judgement of its answer. */
import { forge } from '../../testing/forge.js'
import { accountOf } from '../../testing/sample.js'
import type { Signer } from '../../testing/samples/account.js'
import { requestOf, type SignedRequest } from '../../testing/signed-request.js'
import { EXIT, usageError } from '../command.js'
import { mayMeanUnauthorized } from '../doctor/looks-unauthorized.js'
import type { Answered } from '../endpoint.js'

/** @throws CommandError when callbacks of this kind carry no proof that could be spoiled */
export function checkForgeable(provider: string, event: string): void {
  const { secret, testKeys } = accountOf(provider, event)
  if (secret !== null || testKeys !== undefined) return
  throw usageError(
    `--forged needs a proof to spoil, and a callback of ${provider} ${event} carries none: anybody can send one, so the shop believes only what it reads back from the provider. Leave --forged out`,
  )
}

export function forgedRequest(signer: Signer, payload: object | string): SignedRequest {
  return requestOf(forge(signer, signer.sign(payload)))
}

export interface Verdict {
  readonly note: string
  readonly exitCode: number
}

/**
 * A forgery is refused if every delivery of it is.
 *
 * @param notAuthentic the status with which this package refuses a forgery of the provider
 */
export function judged(answers: readonly Answered[], notAuthentic: number): Verdict {
  const accepted = answers.find(({ status }) => status >= 200 && status < 300)
  if (accepted !== undefined) {
    const note = `FORGED AND ACCEPTED with ${accepted.status}: the shop does not check the proof, so anybody can tell it that an order is paid`
    return { note, exitCode: EXIT.attention }
  }
  const unclear = answers.find(({ status }) => status !== notAuthentic && !mayMeanUnauthorized(status))
  if (unclear !== undefined) {
    const note = `not accepted, but ${unclear.status} does not mean "not authentic": the shop may not have checked the proof. Try the same without --forged`
    return { note, exitCode: EXIT.attention }
  }
  const note = `refused with ${answers[0]!.status}, the right answer to a forgery. It proves that the shop checks the proof if the same without --forged is accepted`
  return { note, exitCode: EXIT.ok }
}
