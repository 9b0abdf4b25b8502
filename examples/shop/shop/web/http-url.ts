/** The address of a server by where it listens. */
import { isIPv6 } from 'node:net'

export function httpUrl(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
