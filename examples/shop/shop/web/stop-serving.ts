/** Stops a server without cutting anybody off: no new connections, and time for the requests in progress. */
import type { Server } from 'node:http'
import { setTimeout } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/** @param withinMs after this time, requests that are still not answered are cut off */
export async function stopServing(server: Server, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
  // Browsers keep connections open, and a connection becomes idle only after its answer.
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS)
  const limit = new AbortController()
  await Promise.race([closed, setTimeout(withinMs, undefined, { signal: limit.signal })])
  limit.abort()
  clearInterval(idle)
  server.closeAllConnections()
  await closed
}
