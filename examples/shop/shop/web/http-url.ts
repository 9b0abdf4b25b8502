/** The address at which a server is reached, by where it listens. */
import { isIPv6 } from 'node:net'

/** Hosts that stand for every address of a machine are no address themselves. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

export function httpUrl(listensOn: string, port: number): string {
  const host = LOOPBACK[listensOn] ?? listensOn
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
