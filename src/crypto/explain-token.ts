/** Explains why a token was not accepted, in words for the operator; see explain-signature. */
import type { Delivery } from '../delivery.js'
import { secretMatcher } from './constant-time.js'
import { allHeaders, headerValues } from './header.js'

export interface TokenScheme {
  readonly header: string
  /** Undefined if the whole header is the token. */
  readonly scheme: string | undefined
  readonly tokens: readonly string[]
  /** Tokens that are no longer accepted. */
  readonly retired: readonly string[]
}

/** Null if nothing that was tried matches. */
export function explainToken({ header, scheme, tokens, retired }: TokenScheme, delivery: Delivery): string | null {
  const isToken = secretMatcher(tokens)
  const [value, ...others] = headerValues(delivery, header)
  if (value === undefined) {
    const found = allHeaders(delivery).find(([, one]) => isToken(one) || isToken(lastWord(one)))
    return found === undefined ? null : `the right token came in the header ${found[0]}, not in ${header}`
  }
  if (others.length > 0) return null
  const token = lastWord(value)
  if (isToken(token)) {
    const wanted = scheme === undefined ? 'only the token' : `"${scheme}", one space and the token`
    return `the token is right, but not written as ${wanted}`
  }
  if (secretMatcher(retired)(token)) return 'the token is a retired one: the sender does not have the new one yet'
  if (secretMatcher(tokens.map((one) => one.toLowerCase()))(token.toLowerCase())) {
    return 'the token is right except for upper and lower case: something on its way changes it'
  }
  return null
}

function lastWord(value: string): string {
  const words = value.trim()
  return words.slice(Math.max(words.lastIndexOf(' '), words.lastIndexOf('\t')) + 1)
}
