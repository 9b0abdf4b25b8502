/** The address of CoinbarPay's payment page. */
import { ConfigurationError } from '../../errors.js'
import { clock } from '../../lib/clock.js'

/**
 * The page for a customer's payment, for a payment request that was created through CoinbarPay's API.
 * Source: docs.coinbar.io, "Payment Gateway".
 *
 * @param options.requestToken the token the API answered with
 * @param options.clientId the Service Client ID
 * @param options.timestamp milliseconds since 1970. Default: now.
 * @param options.baseUrl `https://pay.coinbar.io` for real payments. Default: the sandbox.
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { coinbarGatewayUrl } from 'express-payment-webhooks'
 *
 * coinbarGatewayUrl({ requestToken: 'rt_81c0', clientId: '7b0c2f3e', timestamp: 1717591236184 })
 * // https://sandbox.coinbar.io/paymentgateway/pay?requestToken=rt_81c0&serviceClientId=7b0c2f3e&timestamp=1717591236184
 * ```
 */
export function coinbarGatewayUrl(options: {
  readonly requestToken: string
  readonly clientId: string
  readonly timestamp?: number | undefined
  readonly baseUrl?: string | undefined
}): string {
  const { requestToken, clientId, timestamp = clock.now(), baseUrl = 'https://sandbox.coinbar.io' } = options
  if (!requestToken || !clientId) invalid('requestToken and clientId must not be empty')
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) invalid('timestamp must be whole milliseconds since 1970')
  if (!URL.canParse(baseUrl) || !['http:', 'https:'].includes(new URL(baseUrl).protocol))
    invalid('baseUrl must be an http(s) URL')
  const url = new URL('/paymentgateway/pay', baseUrl)
  url.search = new URLSearchParams({ requestToken, serviceClientId: clientId, timestamp: String(timestamp) }).toString()
  return url.href
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `coinbarGatewayUrl: ${message}`)
}
