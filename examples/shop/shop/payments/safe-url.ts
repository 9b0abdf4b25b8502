/** Checks the addresses that the shop calls or sends buyers to. */

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** The address if nobody on the way can change its answers: https, or http on this machine. Otherwise null. */
export function safeUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return null
  if (url.protocol === 'https:') return url
  return url.protocol === 'http:' && LOOPBACK.has(url.hostname) ? url : null
}

/**
 * Checks the address of a payment page that a provider returned.
 *
 * @param hosts the allowed hosts of payment pages, with the port if it is not the default one
 * @throws Error when buyers must not be sent there
 */
export function paymentUrl(text: string, hosts: readonly string[]): string {
  const url = safeUrl(text)
  if (url === null) throw new Error('the payment page is not at an https address')
  if (!hosts.includes(url.host)) throw new Error(`the payment page is on ${url.host}, which is not in PAYMENT_HOSTS`)
  return url.href
}
