/** Tells whether an endpoint survived a delivery. */
import { isUnanswered, type Reply } from './reply.js'
import type { Target } from './target.js'

/** Answers of a proxy that has no server behind it. */
const NO_SERVER: readonly number[] = [502, 503, 504]

/** True for a connection that broke off or could not be made, and for a proxy's answer that means the same. */
export function isSuspicious(reply: Reply): boolean {
  return isUnanswered(reply) ? reply.silence !== 'timeout' : NO_SERVER.includes(reply.status)
}

/** Sends a genuine delivery, and a second one, because a kept-alive connection may turn out to be closed. */
export async function isDown(target: Target): Promise<boolean> {
  const ask = () => target.post(target.sign(target.event()))
  if (isThere(await ask())) return false
  const second = await ask()
  // A server that hangs up is still running.
  return !isThere(second) && !(isUnanswered(second) && second.silence === 'hung up')
}

function isThere(reply: Reply): boolean {
  return !isUnanswered(reply) && !NO_SERVER.includes(reply.status)
}
