/** Converts texts from outside to a form that every database accepts. */
const MAX_LENGTH = 2000

/** Postgres refuses NUL, and lone surrogates have no encoding. A refused error text would lose the whole record. */
export function storedText(text: string): string {
  if (text.length <= MAX_LENGTH && text.isWellFormed() && !text.includes('\0')) return text
  return text.slice(0, MAX_LENGTH).toWellFormed().replaceAll('\0', '\ufffd')
}
