/** The end of a server that cuts nobody off: no new connections, and time for the requests under way. */
import type { Server } from 'node:http'
import { setTimeout } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/** @param withinMs after so long, whoever is still not answered is cut off */
export async function stopServing(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
  // Browsers keep connections for later, and one that has just been answered becomes idle only now.
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS)
  const limit = new AbortController()
  await Promise.race([closed, setTimeout(withinMs, undefined, { signal: limit.signal })])
  limit.abort()
  clearInterval(idle)
  server.closeAllConnections()
  await closed
}
