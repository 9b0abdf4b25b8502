/** The address at which a server is reached, derived from the address on which it listens. */
import { isIPv6 } from 'node:net'

/** A host that stands for every address of a machine cannot be called itself. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

export function httpUrl(listensOn: string, port: number): string {
  const host = LOOPBACK[listensOn] ?? listensOn
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
