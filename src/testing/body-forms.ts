/** Other ways to write a payload as a body. A provider may use any of them: its signature covers the body that it sends. */

/** Other white space. A body that is given as a text stays as it is inside, because its numbers may have a special form. */
export function indented(payload: object | string): string {
  return typeof payload === 'string' ? `\n  ${payload}\n` : `${JSON.stringify(payload, null, 2)}\n`
}

/** The form that PHP writes by default: slashes and all non-ASCII characters escaped. */
export function phpEscaped(payload: object): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  // Without the u flag, so that each half of a surrogate pair gets an escape of its own.
  return JSON.stringify(payload)
    .replaceAll('/', '\\/')
    .replace(/[^\x20-\x7e]/g, escape)
}
