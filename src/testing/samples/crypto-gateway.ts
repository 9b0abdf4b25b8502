/** Events of the crypto gateway. All ids, hashes and addresses are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const gatewayAddress = {
  id: 'addr_4d8e21f06b9a',
  address: '0x51Ae7F3c09B2d8461fC5a3E0D7b96412F8c0A3d5',
  network: 'ethereum',
  coin: 'usdt',
}

const transaction = (event: string, rest: object) => ({
  event,
  data: {
    id: 'tx_c81f5a20e7',
    address_id: gatewayAddress.id,
    hash: '0x2b9d6e07c1f84a53d0e7b6129c8f45a3e1d07b9642c5f8a0b3d6e91c74f2a850',
    amount: '100.50',
    coin: 'usdt',
    network: 'ethereum',
    ...rest,
    metadata: { order_id: 'ORDER-1001', customer_id: 'cust_2207', amount: '100.50', currency: 'USD' },
  },
})

const outgoing = (event: string) =>
  transaction(event, { id: 'tx_f02b7d6691', type: 'outgoing', status: event.split('.')[1], confirmations: 12 })

const withdrawal = (event: string, rest: object) => ({
  event,
  data: {
    id: 'wd_93ac5e10',
    amount: '75.00',
    coin: 'usdt',
    network: 'ethereum',
    to_address: gatewayAddress.address,
    ...rest,
  },
})

export const samples = {
  'transaction.detected': transaction('transaction.detected', {
    confirmations: 0,
    status: 'pending',
    created_at: '2025-03-04T10:10:00Z',
  }),
  'transaction.confirmed': transaction('transaction.confirmed', {
    confirmations: 12,
    status: 'confirmed',
    created_at: '2025-03-04T10:10:00Z',
    confirmed_at: '2025-03-04T10:13:00Z',
  }),
  'transaction.failed': transaction('transaction.failed', {
    status: 'failed',
    error: 'transaction reverted',
    failed_at: '2025-03-04T10:12:00Z',
  }),
  'transaction.detected (outgoing)': outgoing('transaction.detected'),
  'transaction.confirmed (outgoing)': outgoing('transaction.confirmed'),
  'transaction.failed (outgoing)': outgoing('transaction.failed'),
  'address.created': { event: 'address.created', data: { ...gatewayAddress, type: 'user' } },
  'address.balance_updated': {
    event: 'address.balance_updated',
    data: {
      ...gatewayAddress,
      balance: { total: '100.50', confirmed: '100.50', unconfirmed: '0.00' },
      previous_balance: { total: '100.50', confirmed: '0.00', unconfirmed: '100.50' },
      updated_at: '2025-03-04T10:13:00Z',
    },
  },
  'balance.updated': {
    event: 'balance.updated',
    data: { address_id: gatewayAddress.id, coin: 'usdt', available: '100.50' },
  },
  'withdrawal.created': withdrawal('withdrawal.created', { status: 'pending' }),
  'withdrawal.status_changed': withdrawal('withdrawal.status_changed', {
    status: 'broadcasting',
    previous_status: 'processing',
    confirmations: 0,
  }),
  'withdrawal.completed': withdrawal('withdrawal.completed', {
    status: 'completed',
    fee: '1.25',
    completed_at: '2025-03-04T11:00:00Z',
  }),
} as const

export const types = {
  'transaction.detected': 'transaction.detected',
  'transaction.confirmed': 'transaction.confirmed',
  'transaction.failed': 'transaction.failed',
  'transaction.detected (outgoing)': 'crypto-gateway.transaction.detected',
  'transaction.confirmed (outgoing)': 'crypto-gateway.transaction.confirmed',
  'transaction.failed (outgoing)': 'crypto-gateway.transaction.failed',
  'address.created': 'crypto-gateway.address.created',
  'address.balance_updated': 'crypto-gateway.address.balance_updated',
  'balance.updated': 'crypto-gateway.balance.updated',
  'withdrawal.created': 'crypto-gateway.withdrawal.created',
  'withdrawal.status_changed': 'crypto-gateway.withdrawal.status_changed',
  'withdrawal.completed': 'crypto-gateway.withdrawal.completed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['data.id', 'data.hash', 'data.address_id', 'data.address', 'data.to_address'],
}

export const account: SampleAccount = {
  options: { secret: 'GATEWAY_SECRET' },
  secret: 'secret',
  async load() {
    const { cryptoGateway } = await import('../../providers/crypto-gateway/index.js')
    return ({ options: { secret }, timestamped, now }) =>
      cryptoGateway({ secret, mode: timestamped ? 'timestamped' : 'body', now })
  },
  signsTime: 'timestamped',
  examined: 'transaction.confirmed',
}
