/** Why a genuine delivery was not accepted: asked of the endpoint with further deliveries. */
import type { Answered } from '../endpoint.js'
import { FAULTS, type Fault } from './faults.js'
import type { Patient } from './patient.js'

/** Beyond this an answer comes late for some senders. */
const SLOW_MS = 3000

export function isAccepted({ status }: Answered): boolean {
  return status >= 200 && status < 300
}

/** @returns undefined when there is nothing wrong with the answer */
export async function diagnose(patient: Patient, answer: Answered): Promise<Fault | undefined> {
  const { status, milliseconds } = answer
  if (status >= 300 && status < 400) return FAULTS.redirect
  if (status === 404 || status === 405) return FAULTS.notFound
  if (status === 413) return FAULTS.limitTooSmall
  if (milliseconds > SLOW_MS) return FAULTS.slowHandler
  if (isAccepted(answer)) return undefined
  if ((await acceptsAsText(patient)) || (await acceptsParsed(patient))) return FAULTS.parsedBody
  return isRefusal(answer) ? FAULTS.wrongSecret : FAULTS.notHandled
}

export function isRefusal({ status }: Answered): boolean {
  return status === 401 || status === 403
}

/** JSON parsers leave other content types alone, so the bytes then reach the webhook. */
async function acceptsAsText(patient: Patient): Promise<boolean> {
  const { headers, body } = patient.sign(patient.event())
  return isAccepted(await patient.post({ headers: { ...headers, 'content-type': 'text/plain' }, body }))
}

/** What a parsed body becomes where a text is wanted. */
async function acceptsParsed(patient: Patient): Promise<boolean> {
  const { headers } = patient.sign('[object Object]')
  const { body } = patient.sign(patient.event())
  return isAccepted(await patient.post({ headers, body }))
}
