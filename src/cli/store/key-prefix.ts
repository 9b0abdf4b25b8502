/** A text before every key, as ioredis adds it for its option `keyPrefix`. */
import type { SendCommand } from './open-redis.js'

const WITHOUT_KEYS = ['PING', 'INFO']

/** Sends the commands of a store, with a text before each key. */
export function withKeyPrefix(send: SendCommand, keyPrefix: string): SendCommand {
  return (command = '', ...args) => {
    if (WITHOUT_KEYS.includes(command)) return send(command, ...args)
    const isScript = command === 'EVAL' || command === 'EVALSHA'
    const first = isScript ? 2 : 0
    const last = isScript ? 1 + Number(args[1]) : 0
    return send(command, ...args.map((arg, at) => (at >= first && at <= last ? `${keyPrefix}${arg}` : arg)))
  }
}
