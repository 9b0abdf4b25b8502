/** The same payload, written in another way. Senders change their writer from one attempt, or one year, to the next. */
import type { BodyFormat } from '../../format.js'
import type { Provider, SignedDelivery } from '../../provider.js'
import { indented } from '../body-forms.js'

/** Other white space (or other escapes in a form), with a genuine proof. */
export function reformatted(provider: Provider, payload: object | string): SignedDelivery {
  const isForm = writesForms(provider.format)
  if (provider.authentication.inBody === true) {
    const { body, headers } = provider.sign(payload)
    const text = body.toString('utf8')
    return { body: Buffer.from(isForm ? escaped(text) : indented(text)), headers }
  }
  if (!isForm) return provider.sign(indented(payload))
  return provider.sign(escaped(provider.sign(payload).body.toString('utf8')))
}

/** Adds a field that the provider may introduce later; null if the payload is not clearly an object with fields. */
export function withLaterField({ format }: Provider, payload: object | string): object | string | null {
  if (writesForms(format)) {
    return typeof payload === 'string' ? `${payload}&added_later=x` : { ...payload, added_later: 'x' }
  }
  if (typeof payload === 'object') return { ...payload, added_later: { x: 1 } }
  return /[^{\s]\s*\}\s*$/.test(payload) ? payload.replace(/\}\s*$/, ',"added_later":{"x":1}}') : null
}

function writesForms(format: BodyFormat): boolean {
  return format.write({}).contentType.startsWith('application/x-www-form-urlencoded')
}

/** Escapes every unescaped letter of the values, which does not change their meaning (RFC 3986, section 6.2.2.2). */
function escaped(form: string): string {
  return form.replace(/=[^&]*/g, (value) =>
    value.replace(/%[0-9a-f]{2}|[a-z]/gi, (part) =>
      part.length === 1 ? `%${part.charCodeAt(0).toString(16).toUpperCase()}` : part,
    ),
  )
}
