/** A form that the body may have had before a proxy, or an old receiver, changed it. For explanations only. */
interface Variant {
  /** Completes "the signature fits ...". */
  readonly what: string
  readonly body: Buffer
}

/** Other bodies that the same sender may have signed: only a few, each about as long as the received body. */
export function bodyVariants(body: Buffer): readonly Variant[] {
  const text = body.toString('utf8')
  const variants = [
    { what: 'an empty body: it was signed, or sent on, without its content', text: '' },
    { what: 'the body without the white space around it: something on its way adds it', text: text.trim() },
    { what: 'the body with a line break at its end: something on its way removes it', text: `${text}\n` },
    {
      what: 'the body with other line breaks: something on its way converts them',
      text: text.replaceAll('\r\n', '\n'),
    },
    {
      what: 'the body with other line breaks: something on its way converts them',
      text: text.replaceAll(/\r?\n/g, '\r\n'),
    },
    { what: 'the body without its byte order mark: something on its way adds it', text: text.replace(/^\ufeff/, '') },
    ...serialisations(text),
  ]
  return variants
    .map((variant) => ({ what: variant.what, body: Buffer.from(variant.text, 'utf8') }))
    .filter((variant) => !variant.body.equals(body))
}

/** The same JSON as other programs write it. It is parsed only for this, and its values are not used. */
function serialisations(text: string): { what: string; text: string }[] {
  try {
    const value: unknown = JSON.parse(text)
    const compact = JSON.stringify(value)
    const reserialised = 'was parsed and written again on its way, so configure the proxy to pass bodies on as they are'
    return [
      { what: `compact JSON: the body ${reserialised}`, text: compact },
      { what: `indented JSON: the body ${reserialised}`, text: JSON.stringify(value, null, 2) },
      { what: `indented JSON: the body ${reserialised}`, text: JSON.stringify(value, null, 4) },
      { what: `JSON as PHP writes it: the body ${reserialised}`, text: escapeLikePhp(compact) },
      { what: `JSON with escaped slashes: the body ${reserialised}`, text: compact.replaceAll('/', '\\/') },
      { what: `JSON as Python writes it: the body ${reserialised}`, text: writeLikePython(value) },
      { what: `JSON with sorted keys: the body ${reserialised}`, text: JSON.stringify(sortKeys(value)) },
    ]
  } catch {
    // Not JSON, or nested too deeply to be written again.
    return []
  }
}

function escapeLikePhp(json: string): string {
  return json.replaceAll('/', '\\/').replaceAll(/[\u0080-\uffff]/g, unicodeEscape)
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function writeLikePython(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeLikePython).join(', ')}]`
  if (typeof value !== 'object' || value === null)
    return JSON.stringify(value).replaceAll(/[\u0080-\uffff]/g, unicodeEscape)
  return `{${Object.entries(value)
    .map(([key, member]) => `${writeLikePython(key)}: ${writeLikePython(member)}`)
    .join(', ')}}`
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  )
}
