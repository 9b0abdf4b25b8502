/** A kept delivery as the operator may read it: text, not too long, without what opens a payment at its provider. */

const MOST_CHARACTERS = 4000
const TOKENS = /("(?:order_token|deposit_token|token)"\s*:\s*)("(?:[^"\\]|\\.)*"|[^\s,}\]]+)/g

export function bodyText(body: Buffer): string | null {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return null
  }
  const masked = text.replace(TOKENS, '$1"…"')
  return masked.length > MOST_CHARACTERS ? `${masked.slice(0, MOST_CHARACTERS)}…` : masked
}
