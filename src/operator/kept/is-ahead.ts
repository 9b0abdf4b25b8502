/** Whether what is due has to wait yet: what is due already waits for a process that runs it. */
import { clock } from '../../lib/clock.js'

export function isAhead(dueAt: string): boolean {
  return Date.parse(dueAt) > clock.now()
}
