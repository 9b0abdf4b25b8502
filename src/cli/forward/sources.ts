/** Every provider that can be forwarded: its API lists what it sends, and the shop's secret is enough to sign its callbacks. */
import { PAGES } from '../../errors.js'
import { usageError } from '../command.js'
import type { Source } from './source.js'

const stripe: Source = {
  options: { apiKey: 'STRIPE_API_KEY', secret: 'STRIPE_WEBHOOK_SECRET' },
  optional: { apiUrl: 'STRIPE_API_URL' },
  secret: 'secret',
  // Secret and restricted keys (docs: keys).
  liveKey: { option: 'apiKey', pattern: /^[sr]k_live_/ },
  isLive: (body) => (body as { readonly livemode?: unknown }).livemode === true,
  shopNeeds: "mode: 'test'",
  async open({ options: { apiKey, secret, ...api }, fetch }) {
    const { stripe, stripeEvents } = await import('../../providers/stripe/index.js')
    return { provider: stripe({ secret, mode: 'test' }), list: stripeEvents({ apiKey, ...api, fetch }) }
  },
}

const mollie: Source = {
  options: { apiKey: 'MOLLIE_API_KEY' },
  optional: { apiUrl: 'MOLLIE_API_URL' },
  secret: null,
  liveKey: { option: 'apiKey', pattern: /^live_/ },
  isLive: (payment) => (payment as { readonly mode?: unknown }).mode === 'live',
  listsStates: true,
  readsBack: true,
  shopNeeds: "apiKey and mode: 'test', and no secret: classic webhooks",
  async open({ options: { apiKey, ...api }, fetch }) {
    const { mollie, molliePayments } = await import('../../providers/mollie/index.js')
    // A key is of one mode; an organization's token needs the mode as a parameter.
    const testMode = !apiKey!.startsWith('test_')
    const list = molliePayments({ apiKey, testMode, lookBackDays: 1, ...api, fetch })
    return { provider: mollie({ apiKey, mode: 'test', ...api }), list }
  },
}

const paypal: Source = {
  options: { clientId: 'PAYPAL_CLIENT_ID', clientSecret: 'PAYPAL_CLIENT_SECRET', webhookId: 'PAYPAL_WEBHOOK_ID' },
  optional: { apiUrl: 'PAYPAL_API_URL' },
  secret: null,
  liveHost: /^api(-m)?\.paypal\.com$/,
  shopNeeds: "mode: 'sandbox' and testKeys: payPalTestKeys(), because only PayPal has its private key",
  async open({ options: { clientId, clientSecret, webhookId, ...api }, fetch }) {
    const [{ paypal, paypalEvents }, { payPalTestKeys }] = await Promise.all([
      import('../../providers/paypal/index.js'),
      import('../../testing/test-keys.js'),
    ])
    const app = { clientId, clientSecret, mode: 'sandbox', ...api } as const
    const provider = paypal({ ...app, webhookId: webhookId!, testKeys: payPalTestKeys() })
    return { provider, list: paypalEvents({ ...app, fetch }) }
  },
}

const square: Source = {
  options: {
    accessToken: 'SQUARE_ACCESS_TOKEN',
    signatureKey: 'SQUARE_SIGNATURE_KEY',
    url: 'SQUARE_NOTIFICATION_URL',
  },
  optional: { apiUrl: 'SQUARE_API_URL' },
  secret: 'signatureKey',
  liveHost: /^connect\.squareup\.com$/,
  async open({ options: { accessToken, signatureKey, url, apiUrl = SQUARE_SANDBOX }, fetch }) {
    const { square, squareEvents } = await import('../../providers/square/index.js')
    return { provider: square({ signatureKey, url }), list: squareEvents({ accessToken, apiUrl, fetch }) }
  },
}

/** The value that `squareEvents` uses: an access token of the sandbox is not valid in production. */
const SQUARE_SANDBOX = 'https://connect.squareupsandbox.com'

const btcPayServer: Source = {
  options: {
    url: 'BTCPAY_URL',
    apiKey: 'BTCPAY_API_KEY',
    storeId: 'BTCPAY_STORE_ID',
    webhookId: 'BTCPAY_WEBHOOK_ID',
    secret: 'BTCPAY_WEBHOOK_SECRET',
  },
  optional: {},
  secret: 'secret',
  async open({ options: { url, apiKey, storeId, webhookId, secret }, fetch }) {
    const { btcPayServer, btcPayServerDeliveries } = await import('../../providers/btcpay-server/index.js')
    const list = btcPayServerDeliveries({ url: url!, apiKey, storeId, webhookId, fetch })
    return { provider: btcPayServer({ secret }), list }
  },
}

const coinsPh: Source = {
  options: { token: 'COINS_PH_TOKEN' },
  optional: { apiUrl: 'COINS_PH_API_URL' },
  secret: 'token',
  listsStates: true,
  asksAbout: 'an invoice',
  async open({ options: { token, ...api }, payments, fetch }) {
    const { coinsPh, coinsPhInvoices } = await import('../../providers/coins-ph/index.js')
    return { provider: coinsPh({ token }), list: coinsPhInvoices({ token, orders: () => payments, ...api, fetch }) }
  },
}

const cryptoGateway: Source = {
  options: { apiKey: 'GATEWAY_API_KEY', apiUrl: 'GATEWAY_API_URL', secret: 'GATEWAY_SECRET' },
  optional: {},
  secret: 'secret',
  // The prefixes come from different pages of its documentation.
  liveKey: { option: 'apiKey', pattern: /^(?:sk|ck|ak)_live_/ },
  listsStates: true,
  asksAbout: 'an address',
  async open({ options: { apiKey, apiUrl, secret }, payments, timestamped, fetch }) {
    const { cryptoGateway, cryptoGatewayTransactions } = await import('../../providers/crypto-gateway/index.js')
    const list = cryptoGatewayTransactions({ apiKey, apiUrl: apiUrl!, orders: () => payments, fetch })
    return { provider: cryptoGateway({ secret, mode: timestamped ? 'timestamped' : 'body' }), list }
  },
}

export const SOURCES: Readonly<Record<string, Source>> = {
  'btcpay-server': btcPayServer,
  'coins-ph': coinsPh,
  'crypto-gateway': cryptoGateway,
  mollie,
  paypal,
  square,
  stripe,
}

const TUNNEL = `use a tunnel: ${PAGES}/local-development.md#with-a-tunnel`

/** The reasons why a provider that has a lister still cannot be forwarded. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'coinbar-pay': `its API says nothing that a callback could be made of. Have the shop ask, with reconcileEvery() and coinbarPayPayments(): ${PAGES}/local-development.md#without-the-command`,
  'city-pay': `only the shop has the tokens that orders are read with. Have the shop ask, with reconcileEvery() and cityPayOrders(): ${PAGES}/local-development.md#without-the-command`,
}

/** @throws CommandError for a provider that cannot be forwarded; the message names the alternative */
export function sourceOf(name: string): Source {
  if (Object.hasOwn(SOURCES, name)) return SOURCES[name]!
  const why = OTHERWISE[name] ?? `its API lists nothing that could be forwarded; ${TUNNEL}`
  throw usageError(`${name} cannot be forwarded: ${why}. Those that can: ${Object.keys(SOURCES).join(', ')}`)
}
