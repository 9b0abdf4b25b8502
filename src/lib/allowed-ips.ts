/** Source addresses: a list of networks; every other address is refused. */
import { BlockList, isIP } from 'node:net'
import { ConfigurationError } from '../errors.js'

/**
 * Returns a test for addresses inside any of the networks. Node's own block list matches IPv4-mapped IPv6 addresses
 * against IPv4 networks. An empty list allows no address.
 *
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`
 */
export function allowedIps(option: string, networks: readonly string[]): (ip: string | undefined) => boolean {
  if (!Array.isArray(networks)) invalid(option, networks)
  const list = new BlockList()
  for (const network of networks) {
    const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(String(network)) ?? []
    const family = familyOf(address)
    if (family === null) return invalid(option, network)
    const longest = family === 'ipv4' ? 32 : 128
    if (Number(prefix ?? 0) > longest) invalid(option, network)
    list.addSubnet(address, Number(prefix ?? longest), family)
  }
  return (ip) => {
    const family = familyOf(ip ?? '')
    return family !== null && list.check(ip!, family)
  }
}

function familyOf(ip: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(ip)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null
}

function invalid(option: string, network: unknown): never {
  throw new ConfigurationError(
    'CONFIG_OPTION_INVALID',
    `${option}: ${JSON.stringify(network)} is not an address or a CIDR network such as "203.0.113.0/24"`,
  )
}
