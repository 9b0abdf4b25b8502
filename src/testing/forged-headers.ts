/** Headers that only somebody without the secret would send. */
import type { Provider } from '../provider.js'

/**
 * A signature that fits another body; where nothing depends on the body, a token with another end.
 *
 * @throws TypeError when the provider sends nothing that could be forged
 */
export function forgedHeaders({ name, authentication }: Pick<Provider, 'name' | 'authentication'>, body: string) {
  const genuine = authentication.sign(Buffer.from(body))
  const ofAnother = authentication.sign(Buffer.from(`${body} `))
  if (Object.keys(genuine).length === 0) {
    throw new TypeError(`forged: a callback of ${name} carries nothing that authenticates it, so none is more forged`)
  }
  const isSigned = Object.keys(genuine).some((header) => genuine[header] !== ofAnother[header])
  return isSigned ? ofAnother : mapValues(genuine, (value) => value.slice(0, -1) + (value.endsWith('0') ? '1' : '0'))
}

function mapValues(headers: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, change(value)]))
}
