/** Secrets are checked once, when a provider is made: an unsafe one must stop the application, not a payment. */
import { ConfigurationError } from '../errors.js'

/** One secret, or several while they are rotated: a delivery that fits any of them is accepted. */
export type Secret = string | readonly string[] | undefined

const MIN_BYTES = 16

/** Values that templates, unset variables and documentation leave behind. */
const PLACEHOLDERS = [
  /^(undefined|null|nan|none|true|false|\[object object\])$/i,
  /^(.)\1*$/s,
  /^(my|your|the|a|an|some|super|insert|enter|put)?[\s._-]*(very|top|own|new|webhook|merchant|service|client|signing|api|secret|private|shared)?[\s._-]*(api)?[\s._-]*(secret|token|key|password|passwd)([\s._-]*(key|token|here|value|goes[\s._-]*here))*$/i,
  /^(change|replace)[\s._-]*(me|this|it)/i,
  /^(test|testing|example|sample|dummy|default|placeholder|todo|fixme|password|secret|token)[\s._-]*\d*$/i,
  /^[<{$%[].*[>})%\]]$/s,
  /^(your|my|insert|enter|put)[\s._-]/i,
]

/**
 * Answers the secrets as UTF-8 bytes.
 *
 * @throws ConfigurationError `CONFIG_SECRET_MISSING`, `CONFIG_SECRET_WHITESPACE`, `CONFIG_SECRET_PLACEHOLDER`,
 * `CONFIG_SECRET_SHORT`. The message names the option and never the value.
 */
export function checkSecrets(option: string, secret: Secret): readonly Buffer[] {
  const secrets = Array.isArray(secret) ? (secret as readonly unknown[]) : [secret]
  if (secrets.length === 0) {
    throw new ConfigurationError('CONFIG_SECRET_MISSING', `${option} is an empty list; give at least one secret`)
  }
  return secrets.map((value, index) => checkSecret(secrets.length > 1 ? `${option}[${index}]` : option, value))
}

/** Retired secrets are only ever looked for, so none is needed; what is given has to be one, though. */
export function checkRetired(retired: Secret): readonly Buffer[] {
  return retired === undefined ? [] : checkSecrets('retired', retired)
}

/** True for what nobody was given by a provider. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDERS.some((pattern) => pattern.test(value))
}

function checkSecret(option: string, value: unknown): Buffer {
  if (typeof value !== 'string' || value === '') {
    throw new ConfigurationError(
      'CONFIG_SECRET_MISSING',
      `${option} is missing or empty; is its environment variable set?`,
    )
  }
  // trim() also removes a byte order mark, which editors leave in front of a pasted value.
  if (value.trim() !== value) {
    throw new ConfigurationError(
      'CONFIG_SECRET_WHITESPACE',
      `${option} has surrounding whitespace or a byte order mark; remove it`,
    )
  }
  if (isPlaceholder(value)) {
    throw new ConfigurationError(
      'CONFIG_SECRET_PLACEHOLDER',
      `${option} is a placeholder, not a secret; use the value from the provider`,
    )
  }
  const bytes = Buffer.from(value, 'utf8')
  if (bytes.length < MIN_BYTES) {
    throw new ConfigurationError(
      'CONFIG_SECRET_SHORT',
      `${option} has ${bytes.length} bytes; fewer than ${MIN_BYTES} can be guessed from one signature`,
    )
  }
  return bytes
}
