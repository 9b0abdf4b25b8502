/** The URL of a store: its kind and its place. */
import { fileURLToPath } from 'node:url'
import { usageError } from '../command.js'
import { isReadable } from '../redact.js'

export type StoreUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'redis'; readonly url: string; readonly database: number }

/** Without a user name or password, because messages hide those. */
export const STORE_FORMS = 'sqlite:payments.db, postgres://127.0.0.1/shop or redis://127.0.0.1:6379'

const KINDS: Readonly<Record<string, StoreUrl['kind']>> = {
  sqlite: 'sqlite',
  file: 'sqlite',
  postgres: 'postgres',
  postgresql: 'postgres',
  redis: 'redis',
  rediss: 'redis',
}

/** @throws CommandError when the text is not the URL of a store; the message repeats no part of the text */
export function storeUrl(text: string): StoreUrl {
  const scheme = /^[a-z]+(?=:)/i.exec(text)?.[0].toLowerCase() ?? ''
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme]! : undefined
  if (kind === undefined) throw usageError(`a store is a URL, such as ${STORE_FORMS}`)
  if (kind === 'sqlite') return { kind, path: sqlitePath(text) }
  if (!isReadable(text) || new URL(text).hash !== '') {
    throw usageError(
      'this store URL cannot be read. Two slashes and a host follow the scheme; in a user name or password, escape / as %2F, ? as %3F, # as %23, @ as %40 and % as %25',
    )
  }
  return kind === 'postgres' ? { kind, url: text } : { kind, url: text, database: databaseOf(text) }
}

/** The number after the host, or the `db` parameter, which ioredis also reads. */
function databaseOf(url: string): number {
  const { pathname, searchParams } = new URL(url)
  const text = pathname.slice(1) || searchParams.get('db') || '0'
  if (!/^\d{1,9}$/.test(text)) throw usageError('the database of a redis store is a number behind the host, such as /0')
  return Number(text)
}

/** `sqlite:` takes a path as a shell does. `file://` is a URL, with its escapes. */
function sqlitePath(url: string): string {
  if (!url.startsWith('file://')) return url.replace(/^[a-z]+:(\/\/)?/i, '')
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw usageError(`this file URL cannot be read: ${(error as Error).message}`)
  }
}
