/** Why a genuine delivery was not accepted: asked of the endpoint with further deliveries. */
import type { Answered } from '../endpoint.js'
import { FAULTS, WARNINGS, type Fault } from './faults.js'
import type { Finding } from './finding.js'
import type { Patient } from './patient.js'
import { isRefusal } from './refusal-status.js'
import { isAccepted, isUnanswered, type Reply } from './reply.js'

/** Beyond this an answer comes late for some senders. */
const SLOW_MS = 3000

export async function diagnose(patient: Patient, first: Reply): Promise<Finding> {
  if (isUnanswered(first)) return { fault: await whyUnanswered(patient), isLast: true, replies: [first] }
  const evident = evidentFault(first)
  if (evident !== undefined || isAccepted(first)) return { fault: evident, replies: [first] }
  // A shop that has just started may refuse its first delivery alone; what is sent to find out more would be accepted.
  const second = await patient.post(patient.sign(patient.event()))
  const replies = [first, second]
  if (isAccepted(second)) return { warning: WARNINGS.coldStart, replies }
  if (isUnanswered(second)) return { fault: await whyUnanswered(patient), isLast: true, replies }
  return { fault: await whyNotAccepted(patient, second), replies }
}

function evidentFault(answer: Answered): Fault | undefined {
  const { status } = answer
  if (status >= 300 && status < 400) return FAULTS.redirect
  if (status === 404 || status === 405) return FAULTS.notFound
  if (status === 413) return FAULTS.limitTooSmall
  return isAccepted(answer) && isSlow(answer) ? FAULTS.slowHandler : undefined
}

function isSlow({ milliseconds }: Answered): boolean {
  return milliseconds > SLOW_MS
}

async function whyUnanswered(patient: Patient): Promise<Fault> {
  return (await isParsedFirst(patient)) ? FAULTS.parsedBody : FAULTS.noAnswer
}

async function whyNotAccepted(patient: Patient, answer: Answered): Promise<Fault> {
  if (isSlow(answer)) return FAULTS.slowHandler
  if (await isParsedFirst(patient)) return FAULTS.parsedBody
  return (await isRefusal(patient, answer)) ? FAULTS.wrongSecret : FAULTS.notHandled
}

/** Where a token is all that is checked, nothing is lost with the exact bytes. */
async function isParsedFirst(patient: Patient): Promise<boolean> {
  if (!patient.isBodySigned) return false
  return (await failsInParser(patient)) || (await acceptsAsText(patient)) || (await acceptsParsed(patient))
}

/**
 * A parser answers 400 to what is no JSON, before any signature is looked at. Behind it, a webhook that gets an object
 * fails or waits for bytes that never come. One that has the bytes refuses both for their signature.
 */
async function failsInParser({ forge, post }: Patient): Promise<boolean> {
  const malformed = await post(forge('{'), SLOW_MS)
  if (malformed.status !== 400) return false
  const { status } = await post(forge('{}'), SLOW_MS)
  return status === null || status >= 500
}

/** JSON parsers leave other content types alone, so the bytes then reach the webhook. */
async function acceptsAsText(patient: Patient): Promise<boolean> {
  const { headers, body } = patient.sign(patient.event())
  return isAccepted(await patient.post({ headers: { ...headers, 'content-type': 'text/plain' }, body }, SLOW_MS))
}

/** What a parsed body becomes where a text is wanted. */
async function acceptsParsed(patient: Patient): Promise<boolean> {
  const { headers } = patient.sign('[object Object]')
  const { body } = patient.sign(patient.event())
  return isAccepted(await patient.post({ headers, body }, SLOW_MS))
}
