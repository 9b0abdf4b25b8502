/** Tells whether an answer means "not authentic". Shops use different statuses for it. */
import type { Reply } from './reply.js'
import type { Target } from './target.js'

/** These statuses mean something else, even as the answer to a forgery. */
const OTHER_MEANINGS: readonly number[] = [404, 405, 413, 429]

export function saysUnauthorized({ status }: Pick<Reply, 'status'>): boolean {
  return status === 401 || status === 403
}

/** True for a status that some shop uses for "not authentic". */
export function mayMeanUnauthorized(status: number): boolean {
  return status >= 400 && status < 500 && !OTHER_MEANINGS.includes(status)
}

/** True for 401 and 403, and for any other 4xx that a forgery also gets. */
export async function looksUnauthorized(target: Target, { status }: Reply): Promise<boolean> {
  if (saysUnauthorized({ status })) return true
  if (status === null || !mayMeanUnauthorized(status)) return false
  const forged = await target.post(target.forge(target.sign(target.event()).body))
  return forged.status === status
}
