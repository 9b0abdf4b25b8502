/** A text in front of every key, as the `keyPrefix` option of ioredis adds it. */
import type { SendCommand } from './open-redis.js'

const WITHOUT_KEYS = ['PING', 'INFO']

/** Sends the commands of a store with the prefix in front of each key. */
export function withKeyPrefix(send: SendCommand, keyPrefix: string): SendCommand {
  return (command = '', ...args) => {
    if (WITHOUT_KEYS.includes(command)) return send(command, ...args)
    const isScript = command === 'EVAL' || command === 'EVALSHA'
    const first = isScript ? 2 : 0
    const last = isScript ? 1 + Number(args[1]) : 0
    return send(command, ...args.map((arg, at) => (at >= first && at <= last ? `${keyPrefix}${arg}` : arg)))
  }
}
