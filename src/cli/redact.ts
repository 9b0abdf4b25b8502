/** Keeps the password of the store's URL out of every message. */

const WITHHELD =
  '(the message is not shown, because a part of the password may be in it; in the URL of the store, escape / ? # @ and % in a user name or password)'

/** At most one @, and before it no unescaped character that ends a user name or password for some parser. */
const READABLE = /^[a-z][a-z0-9+.-]*:\/\/(?:(?:[^/?#@%\s\p{Cc}]|%[0-9a-f]{2})*@)?[^@\s\p{Cc}]*$/iu

/**
 * True for a URL in which every parser finds the end of the password at the same place. In any other URL, a client may take
 * a part of the password for the host and print it in an error.
 */
export function isReadable(url: string): boolean {
  if (!READABLE.test(url) || !URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return decoded(username + password) !== undefined
}

/** A message of a client or a server, without the password. */
export function redact(message: string, url = ''): string {
  if (isOfServer(url) && !isReadable(url)) return WITHHELD
  const shown = withoutUrls(message)
  const found = passwordsOf(url).filter((password) => shown.toLowerCase().includes(password.toLowerCase()))
  if (found.some(isOrdinary)) return WITHHELD
  return found.reduce((text, password) => replaceAll(text, password), shown)
}

/** A message of the command itself, which may repeat a URL from the command line. */
export function withoutUrls(message: string): string {
  return message.replace(/\b[a-z][a-z0-9+.-]*:\/\/.*@\S*/gis, '***')
}

/** False for a file: it has no password, and its path may contain any character. */
function isOfServer(url: string): boolean {
  return url.includes('://') && !/^(sqlite|file):/i.test(url)
}

/**
 * The forms of the password: as written in the URL, as parsers return it, decoded, escaped, and as a JSON string. The longest
 * first.
 */
function passwordsOf(url: string): string[] {
  if (!isOfServer(url) || !URL.canParse(url)) return []
  const { password, searchParams } = new URL(url)
  const written = [/^[^:]+:\/\/[^:/]*:(.*)@/s.exec(url)?.[1] ?? '', password, searchParams.get('password') ?? '']
  const plain = written.map((form) => decoded(form) ?? form)
  const escaped = plain.flatMap((text) => [encodeURIComponent(text.toWellFormed()), JSON.stringify(text).slice(1, -1)])
  const all = new Set([...written, ...plain, ...escaped])
  return [...all].filter((form) => form !== '').sort((a, b) => b.length - a.length)
}

/** Messages contain ordinary words and numbers anyway. If one is removed from a sentence, the rest gives it away. */
function isOrdinary(password: string): boolean {
  return password.length < 8 || !/\d/.test(password) || !/\p{L}/u.test(password)
}

function replaceAll(text: string, secret: string): string {
  const pattern = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return text.replace(new RegExp(pattern, 'gi'), '***')
}

/** Undefined if the escapes are malformed. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
