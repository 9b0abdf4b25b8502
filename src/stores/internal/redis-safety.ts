/**
 * A Redis that evicts keys forgets which events were handled and which data was kept. A Redis that answers before it
 * writes the command to its append-only file forgets them when it is killed.
 */
import { ConfigurationError } from '../../errors.js'

export interface RedisQuestions {
  /** A section of INFO, from the node that has the store's keys. */
  readonly info: (section: string) => Promise<string>
  /** CONFIG GET, from whichever node answers: scripts may not send CONFIG. */
  readonly config: (name: string) => Promise<unknown>
}

type Warn = (message: string) => void

/**
 * Returns a check that throws a ConfigurationError `CONFIG_STORE_UNSAFE`, and warns once about settings it cannot read.
 *
 * @param where the part of the package that uses this Redis
 */
export function redisSafety({ info, config }: RedisQuestions, where = 'redisStore'): () => Promise<void> {
  const warn = once(where)
  return async () => {
    let memory: string
    let persistence: string
    try {
      ;[memory, persistence] = await Promise.all([info('memory'), info('persistence')])
    } catch (error) {
      if (!isForbidden(error)) throw error
      return warn(
        'the settings of this Redis cannot be read: make sure that maxmemory-policy is noeviction, appendonly yes and appendfsync always',
      )
    }
    const fault = evictionFault(memory, warn) ?? (await appendOnlyFault(persistence, config, warn))
    if (fault === null) return
    throw new ConfigurationError('CONFIG_STORE_UNSAFE', `${where}: ${fault}, or pass allowVolatile: true`)
  }
}

function evictionFault(memory: string, warn: Warn): string | null {
  const policy = field(memory, 'maxmemory_policy')
  if (policy === undefined) {
    warn('the maxmemory-policy of this Redis is unknown: make sure it never evicts keys')
    return null
  }
  if (policy === 'noeviction' || field(memory, 'maxmemory') === '0') return null
  return `maxmemory-policy is ${policy}, so Redis drops events that were handled and deliveries that were kept when memory runs out. Set it to noeviction`
}

async function appendOnlyFault(
  persistence: string,
  config: RedisQuestions['config'],
  warn: Warn,
): Promise<string | null> {
  if (field(persistence, 'aof_enabled') !== '1') {
    return 'Redis writes no append-only file, so it forgets at a restart. Set appendonly to yes and appendfsync to always'
  }
  let policy: string | undefined
  try {
    policy = valueOf(await config('appendfsync'))
  } catch (error) {
    if (!isForbidden(error)) throw error
  }
  if (policy === undefined) warn('the appendfsync of this Redis is unknown: make sure that it is always')
  if (policy === undefined || policy === 'always') return null
  return `appendfsync is ${policy}, so a power cut loses deliveries that were acknowledged. Set it to always`
}

/**
 * Managed services forbid CONFIG, an ACL may forbid either, and a proxy may support neither. Any other error is an
 * outage.
 */
function isForbidden(error: unknown): boolean {
  return /^(NOPERM|ERR)\b/.test((error as Error | undefined)?.message ?? '')
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
}

/** A list of name and value, or with RESP3 an object or a map. */
function valueOf(reply: unknown): string | undefined {
  const values = reply instanceof Map ? [...reply.values()] : Object.values(reply as object)
  return values.length === 0 ? undefined : String(values.at(-1))
}

/** Warns once per message, because health checks repeat the check. */
function once(where: string): Warn {
  const warned = new Set<string>()
  return (message) => {
    if (warned.has(message)) return
    warned.add(message)
    process.emitWarning(`${where}: ${message}`, 'PaymentWebhookWarning')
  }
}
