/** A Lua script for Redis, and the clock that scripts read. */
import { createHash } from 'node:crypto'

export interface RedisScript {
  readonly text: string
  readonly sha: string
}

/** Sets `now`, in milliseconds by the clock of Redis. */
export const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

export function script(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}
