/** Sends further deliveries to find out why a genuine one was not accepted. */
import { comparison } from '../credentials.js'
import type { Answered } from '../endpoint.js'
import type { Finding } from './check.js'
import { FAULTS, WARNINGS, type Fault } from './faults.js'
import { looksUnauthorized, saysUnauthorized } from './looks-unauthorized.js'
import { modeFirstToFix } from './mode-first.js'
import { isAccepted, isUnanswered, type Reply } from './reply.js'
import type { Target } from './target.js'

/** Some senders time out soon after this. */
const SLOW_MS = 3000

export async function diagnose(target: Target, first: Reply): Promise<Finding> {
  if (isUnanswered(first)) return { fault: await whyUnanswered(target), isLast: true, replies: [first] }
  const evident = evidentFault(first)
  if (evident !== undefined || isAccepted(first)) return { fault: evident, replies: [first] }
  // A shop that has just started may refuse only its first delivery, and accept the later ones.
  const second = await target.post(target.sign(target.event()))
  const replies = [first, second]
  if (isAccepted(second)) return { warning: WARNINGS.coldStart, replies }
  if (isUnanswered(second)) return { fault: await whyUnanswered(target), isLast: true, replies }
  return { fault: await whyNotAccepted(target, second), replies }
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

async function whyUnanswered(target: Target): Promise<Fault> {
  return (await isParsedFirst(target)) ? FAULTS.parsedBody : FAULTS.noAnswer
}

async function whyNotAccepted(target: Target, answer: Answered): Promise<Fault> {
  if (isSlow(answer)) return FAULTS.slowHandler
  if (saysParsed(target, answer) || (await isParsedFirst(target))) return FAULTS.parsedBody
  if (!(await looksUnauthorized(target, answer))) return FAULTS.notHandled
  const { otherKind } = target
  if (otherKind === undefined || saysUnauthorized(answer)) return modeFirstToFix(target, notAuthentic(target))
  return { ...FAULTS.otherKind, fix: `${otherKind}. ${FAULTS.otherKind.fix}` }
}

/**
 * Errors that Node's crypto, Stripe's package and others throw when they get an object instead of bytes. Such a message
 * always means that a parser ran first, even if the handler has a reader of raw bytes: it skips a parsed request.
 */
const WANTS_BYTES =
  /string or (?:an? )?(?:instance of )?[`']?Buffer|parsed JavaScript object|Received an instance of Object/i

function saysParsed({ isBodySigned }: Target, { body }: Answered): boolean {
  return isBodySigned && WANTS_BYTES.test(body)
}

/** The secret is at fault only if nothing else proves a delivery. */
function notAuthentic({ credentials }: Target): Fault {
  const { given, missing } = credentials
  if (given.length + missing.length === 1) return FAULTS.wrongSecret
  return { ...FAULTS.wrongCredentials, fix: `${comparison(credentials)}: ${FAULTS.wrongCredentials.fix}` }
}

/** If only a token is checked, a parser that runs first does no harm. */
async function isParsedFirst(target: Target): Promise<boolean> {
  if (!target.isBodySigned) return false
  return (await failsInParser(target)) || (await acceptsAsText(target)) || (await acceptsParsed(target))
}

/**
 * A parser answers 400 to a body that is not JSON, before any signature is checked. The webhook behind it gets an object,
 * and then fails or waits for bytes that never come. A webhook that gets the bytes refuses both bodies because of the
 * signature.
 */
async function failsInParser({ forge, post }: Target): Promise<boolean> {
  const malformed = await post(forge('{'), SLOW_MS)
  if (malformed.status !== 400) return false
  const { status } = await post(forge('{}'), SLOW_MS)
  return status === null || status >= 500
}

/** JSON parsers leave other content types alone, so the webhook then gets the bytes. */
async function acceptsAsText(target: Target): Promise<boolean> {
  const { headers, body } = target.sign(target.event())
  return isAccepted(await target.post({ headers: { ...headers, 'content-type': 'text/plain' }, body }, SLOW_MS))
}

/** Signs `[object Object]`: a parsed body becomes this text when code converts it to a string. */
async function acceptsParsed(target: Target): Promise<boolean> {
  const { headers } = target.sign('[object Object]')
  const { body } = target.sign(target.event())
  return isAccepted(await target.post({ headers, body }, SLOW_MS))
}
