/** Whether an endpoint outlived a delivery. */
import type { Patient } from './patient.js'
import { isUnanswered, type Reply } from './reply.js'

/** What a proxy answers when nobody is behind it. */
const NOBODY_BEHIND: readonly number[] = [502, 503, 504]

/** True for a connection that broke off or could not be made, and for what a proxy makes of that. */
export function isSuspicious(reply: Reply): boolean {
  return isUnanswered(reply) ? reply.silence !== 'timeout' : NOBODY_BEHIND.includes(reply.status)
}

/** Asks with a genuine delivery; twice, as a connection that was kept open may turn out to be closed. */
export async function isDown(patient: Patient): Promise<boolean> {
  const ask = () => patient.post(patient.sign(patient.event()))
  if (isThere(await ask())) return false
  const second = await ask()
  // Whoever hangs up is there.
  return !isThere(second) && !(isUnanswered(second) && second.silence === 'hung up')
}

function isThere(reply: Reply): boolean {
  return !isUnanswered(reply) && !NOBODY_BEHIND.includes(reply.status)
}
