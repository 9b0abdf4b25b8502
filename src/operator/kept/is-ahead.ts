/** True if the due time has not come yet. A due event waits only for a process that runs it. */
import { clock } from '../../lib/clock.js'

export function isAhead(dueAt: string): boolean {
  return Date.parse(dueAt) > clock.now()
}
