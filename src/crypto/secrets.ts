/** Secrets are checked once, when a provider is made: an unsafe secret must stop the application, not a payment. */
import { ConfigurationError } from '../errors.js'

/** A secret, or a secret that is accepted without a check although it is short or looks like a placeholder. */
export type SecretValue = string | { readonly value: string; readonly unchecked: true }

/** One secret, or several during a rotation: a delivery that matches any of them is accepted. */
export type Secret = SecretValue | readonly SecretValue[] | undefined

const MIN_BYTES = 16

/** Values that templates, unset variables and documentation leave behind. */
const PLACEHOLDERS = [
  // Only these words.
  /^((undefined|null|nan|none|true|false|my|your|an?|the|some|super|insert|enter|put|very|top|own|new|webhook|merchant|service|client|signing|api|secret|private|shared|token|key|password|passwd|here|please|value|goes|test|testing|example|sample|dummy|default|placeholder|todo|fixme)[\s._-]*)+\d*$/i,
  /^(.)\1*$/s,
  /^(change|replace)[\s._-]*(me|this|it|with)/i,
  // Words in brackets, as in templates. A random secret has digits among its letters.
  /^[<{$%[(]+[\s.]*[a-z][a-z\s._:-]*\d{0,2}\s*[>})%\]]+$/i,
  // The name of the variable instead of its value.
  /^\$[A-Z_][A-Z0-9_]*$/,
  /^(process\.env\..*|[A-Z]+(_[A-Z0-9]+)*_(SECRET|KEY|TOKEN))$/,
  /^0?123456789(0|10|a|abcdef)/i,
  /^(your|my|insert|enter|put)[\s._-][a-z\s._-]*\d*$/i,
  // Quotes that a shell or a settings file should have removed.
  /^(["']).*\1$/s,
]

/** Prefixes of some providers' secrets, such as `whsec_`. A placeholder may follow them. */
const PREFIX = /^[a-z]{2,8}_(test_|live_)?(?=.{4})/s

/**
 * Checks secrets and returns them as strings.
 *
 * @throws ConfigurationError `CONFIG_SECRET_MISSING`, `CONFIG_SECRET_WHITESPACE`, `CONFIG_SECRET_PLACEHOLDER`,
 * `CONFIG_SECRET_SHORT`. The message names the option and never the value.
 */
export function checkSecrets(option: string, secret: Secret): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  if (secrets.length === 0) {
    throw new ConfigurationError('CONFIG_SECRET_MISSING', `${option} is an empty list; give at least one secret`)
  }
  return secrets.map((value, index) => checkSecret(secrets.length > 1 ? `${option}[${index}]` : option, value))
}

/** The name of the option for replaced secrets: `stripe: retired` for `stripe: secret`. */
export function retiredBeside(option: string): string {
  return option.replace(/[\w.]+$/, 'retired')
}

/** A secret with fewer different characters is typed, not random. The same holds for a short text that is repeated. */
const MIN_CHARACTERS = 5
const REPEATED = /^(.{1,8})\1+$/s

/** True for a value that no provider has issued. */
export function isPlaceholder(value: string): boolean {
  const bare = value.replace(PREFIX, '')
  return PLACEHOLDERS.some((pattern) => pattern.test(value) || pattern.test(bare))
}

/** True for a value that was typed to fill a gap. Always false for a short text. */
function isPredictable(value: string): boolean {
  return value.length >= MIN_BYTES && (new Set(value).size < MIN_CHARACTERS || REPEATED.test(value))
}

const INSIST = 'if it is the real secret, skip the check: { value: ..., unchecked: true }'

function checkSecret(option: string, given: unknown): string {
  const insisted = typeof given === 'object' && given !== null && (given as { unchecked?: unknown }).unchecked === true
  const value: unknown = insisted ? (given as { readonly value: unknown }).value : given
  if (typeof value !== 'string' || value === '') {
    throw new ConfigurationError(
      'CONFIG_SECRET_MISSING',
      `${option} is missing or empty; is its environment variable set?`,
    )
  }
  // trim() also removes a byte order mark, which editors may leave before a pasted value.
  if (value.trim() !== value) {
    throw new ConfigurationError(
      'CONFIG_SECRET_WHITESPACE',
      `${option} has surrounding whitespace or a byte order mark; remove it`,
    )
  }
  if (insisted) return value
  if (isPlaceholder(value) || isPredictable(value)) {
    throw new ConfigurationError(
      'CONFIG_SECRET_PLACEHOLDER',
      `${option} looks like a placeholder, or has quotes around it; use the value from the provider, or ${INSIST}`,
    )
  }
  const bytes = Buffer.byteLength(value, 'utf8')
  if (bytes < MIN_BYTES) {
    throw new ConfigurationError(
      'CONFIG_SECRET_SHORT',
      `${option} has ${bytes} bytes; fewer than ${MIN_BYTES} can be guessed from one signature, so choose a longer one; ${INSIST}`,
    )
  }
  return value
}
