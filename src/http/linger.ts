/** The rest of a body that was refused before it was read. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { clock } from '../lib/clock.js'

/** How long a sender may go on after the answer, in milliseconds. */
const LINGER_MS = 1000

/** How much of what it sends is taken and thrown away. */
const LINGER_BYTES = 1024 * 1024

/**
 * Reads on for a moment after a complete answer, so that a sender who is still writing gets to see it instead
 * of a reset connection; then hangs up, so that one who never stops does not stay. A sender who
 * writes a lot is made to wait for that.
 */
export function linger(req: IncomingMessage, res: ServerResponse): void {
  const hangUp = () => {
    clock.clear(timer)
    res.end()
  }
  const timer = clock.setTimeout(hangUp, LINGER_MS)
  req.once('close', hangUp)
  let taken = 0
  req.on('data', (chunk: Buffer) => {
    taken += chunk.length
    if (taken > LINGER_BYTES) req.pause()
  })
  req.resume()
}
