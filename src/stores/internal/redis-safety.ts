/** A Redis that evicts keys forgets which events were handled, and one without an append-only file does so at a restart. */
import { ConfigurationError } from '../../errors.js'

/** Reads INFO, because managed services forbid CONFIG and allow INFO. */
export async function checkRedisSafety(info: (section: string) => Promise<string>): Promise<void> {
  let memory: string
  let persistence: string
  try {
    ;[memory, persistence] = await Promise.all([info('memory'), info('persistence')])
  } catch (error) {
    if (!isInfoForbidden(error)) throw error
    return warn(
      'this Redis does not let its settings be read: make sure that maxmemory-policy is noeviction and that appendonly is on',
    )
  }
  const policy = field(memory, 'maxmemory_policy')
  if (policy === undefined) warn('this Redis does not tell its maxmemory-policy: make sure that it never evicts keys')
  else if (policy !== 'noeviction' && field(memory, 'maxmemory') !== '0') {
    throw new ConfigurationError(
      'CONFIG_STORE_UNSAFE',
      `redisStore: maxmemory-policy is ${policy}, so Redis drops events that were handled and deliveries that were kept when memory runs out. Set it to noeviction, or pass allowVolatile: true`,
    )
  }
  if (field(persistence, 'aof_enabled') !== '1') {
    warn(
      'Redis writes no append-only file, so a restart forgets the last events: set appendonly to yes, or pass allowVolatile: true',
    )
  }
}

/** Not allowed (an ACL) or not known (a proxy); anything else is an outage and must not pass as one of these. */
function isInfoForbidden(error: unknown): boolean {
  return /^(NOPERM|ERR)\b/.test((error as Error | undefined)?.message ?? '')
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
}

function warn(message: string): void {
  process.emitWarning(`redisStore: ${message}`, 'PaymentWebhookWarning')
}
