/** Handles the rest of a body that was refused before it was read. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { clock } from '../lib/clock.js'

/** How long a sender may continue after the answer, in milliseconds. */
const LINGER_MS = 1000

/** How many bytes are read and discarded. */
const LINGER_BYTES = 1024 * 1024

/**
 * Reads on for a moment after a complete answer, so that a sender that is still writing sees the answer instead of a
 * reset connection. Then closes the connection, so that a sender that never stops cannot keep it. A sender that writes
 * a lot has to wait until then.
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
