/** The same alphabets as providers would send them: every event is made by its provider's own factory. */
import { cityPay, coinbarPay, coinsPh, cryptoGateway, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { openOrder } from 'express-payment-webhooks/orders'
import { sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import { eventOf } from './deliver.js'
import { minute } from './order-events.js'
import type { Alphabet } from './order-histories.js'

const told = async (provider: Provider, payloads: readonly object[]): Promise<WebhookEvent[]> => {
  const events: WebhookEvent[] = []
  for (const payload of payloads) events.push(await eventOf(provider, JSON.stringify(payload)))
  return events
}

const cross = <A, B>(some: readonly A[], others: readonly B[]) =>
  some.flatMap((a) => others.map((b) => [a, b] as const))

async function coinsPhHistories(): Promise<Alphabet> {
  const provider = coinsPh({ token: 'cph_2b71d5e0c94f83a6' })
  const payloads = cross(['invoice-1', 'invoice-2', 'invoice-9'], ['0', '500', '1000.00', '1500', '1600']).flatMap(
    ([id, amount_received]) =>
      ['invoice.created', 'invoice.updated', 'invoice.fully_paid'].map((name) => ({
        event: {
          name,
          data: { id, currency: 'PHP', amount: '1500', amount_received, external_transaction_id: 'ORDER-1001' },
        },
      })),
  )
  const payments = ['invoice-1', 'invoice-2'].map((paymentId) => ({ provider: 'coins-ph', paymentId }))
  const order = openOrder({ orderId: 'ORDER-1001', expected: { amount: '1500', currency: 'PHP' }, payments })
  return { name: 'Coins.ph, through its factory', order, events: await told(provider, payloads) }
}

async function coinbarHistories(): Promise<Alphabet> {
  const success = sample('coinbar-pay', 'SUCCESS')
  const provider = coinbarPay({ clientId: success.service_client_id, secretKey: 'csk_5d80e2a97f3b4c16' })
  const words = [
    ['CREATED', ''],
    ['PENDING', ''],
    ['SUCCESS', 'Payment Executed'],
    ['CANCELED', 'Canceled by client request'],
    ['FAILED', 'Payment timeout'],
    ['FAILED', 'Refund'],
    ['FAILED', 'Refund rejected'],
  ] as const
  const payloads = cross(['id_a', 'id_b'], words).flatMap(([payment_id_coinbar, [status, status_descr]]) =>
    [10, 30].map((at) => ({
      ...success,
      ...{ payment_id_coinbar, status, status_descr, update_time: minute(at) },
      payment_request_id_client: 'ORDER-1001',
    })),
  )
  const order = openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: String(success.payment_detail.total_price), currency: 'EUR' },
    payments: [{ provider: 'coinbar-pay', paymentId: null }],
  })
  return { name: 'CoinbarPay, through its factory', order, events: await told(provider, payloads) }
}

async function cityPayHistories(): Promise<Alphabet> {
  const answers = cross(
    ['IN_PROGRESS', 'PAID_UNCONFIRMED', 'CONFIRMED', 'UNDERPAID', 'OVERPAID', 'CANCELED', 'EXPIRED'] as const,
    ['', '20.00', '30.00', '50.00', '60.00'],
  ).map(([status, received]) => sampleCityPayOrder(status, received))
  const events: WebhookEvent[] = []
  for (const answer of answers) {
    const provider = cityPay({ orderToken: () => '730914458201', readBack: async () => answer })
    const event = await eventOf(provider, JSON.stringify(sample('city-pay', 'IN_PROGRESS')))
    events.push({ ...event, orderId: 'ORDER-1001' })
    // The next read begins later.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const order = openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '50', currency: 'USD' },
    payments: [{ provider: 'city-pay', paymentId: '30412' }],
  })
  return { name: 'CityPay, through its factory', order, events }
}

async function gatewayHistories(): Promise<Alphabet> {
  const provider = cryptoGateway({ secret: 'whsec_3f7a91c05be2d846' })
  const address = '0x52908400098527886E0F7030069857D2E4169EE7'
  const hash = `0x${'aB'.repeat(32)}`
  const shapes = [
    { id: 'tx_1', address_id: 'addr_1', hash, amount: '60' },
    { id: 'tx_2', address_id: 'addr_1', hash: hash.toLowerCase(), amount: '40' },
    { txId: hash, address, amount: '60' },
    { txId: hash.toUpperCase().replace('0X', '0x'), address: address.toLowerCase(), amount: '100' },
    { id: 'tx_3', address_id: 'addr_1', hash: `0x${'cd'.repeat(32)}`, amount: '100' },
  ]
  const payloads = cross(shapes, ['detected', 'confirmed', 'failed']).flatMap(([shape, verdict]) =>
    [{ coin: 'usdt', network: 'ERC20' }, { coin: 'USDTERC20' }].map((named, at) => ({
      event: `transaction.${verdict}`,
      data: {
        ...{ confirmations: verdict === 'confirmed' ? 12 : 0, created_at: minute(5) },
        ...{ confirmed_at: minute(20 + at), failed_at: minute(30), ...shape, ...named },
      },
    })),
  )
  const order = openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '100', currency: 'USDT' },
    network: 'ethereum',
    payments: ['addr_1', address].map((paymentId) => ({ provider: 'crypto-gateway', paymentId })),
  })
  return { name: 'the crypto gateway, through its factory', order, events: await told(provider, payloads) }
}

export const providerHistories = async (): Promise<readonly Alphabet[]> => [
  await coinsPhHistories(),
  await coinbarHistories(),
  await cityPayHistories(),
  await gatewayHistories(),
]
