/** Other ways to write one payload down, all of which a provider may choose: the signature covers the one that is sent. */

/** Other white space. A body that came as a text keeps its inside, where a number may be written in a way of its own. */
export function indented(payload: object | string): string {
  return typeof payload === 'string' ? `\n  ${payload}\n` : `${JSON.stringify(payload, null, 2)}\n`
}

/** As PHP writes JSON by default: slashes and everything beyond ASCII escaped. */
export function phpEscaped(payload: object): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  // Without the u flag, so that each half of a surrogate pair gets an escape of its own.
  return JSON.stringify(payload)
    .replaceAll('/', '\\/')
    .replace(/[^\x20-\x7e]/g, escape)
}
