/** Checks the sender's address. It is a weak proof alone, and a second check for another weak proof. */
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { allowedIps } from '../lib/allowed-ips.js'

/**
 * Accepts deliveries from any of the networks. Set `bySourceAddress` as well, so that the door checks that the address
 * can be trusted.
 *
 * @param option the option's name in error messages
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`
 */
export function sourceAddress(option: string, networks: readonly string[]): (delivery: Delivery) => true {
  const isAllowed = allowedIps(option, networks)
  return ({ ip }) => {
    if (isAllowed(ip)) return true
    throw new DeliveryError('AUTH_SOURCE_REFUSED', `the sender's address ${ip ?? '(unknown)'} is not in allowedIps`)
  }
}
