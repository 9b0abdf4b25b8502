/** One realistic payload per provider and native event. All ids, hashes and addresses are invented. */

const invoice = (name: string, received: string) => ({
  event: {
    name,
    data: {
      id: '6b1f0c4e9a7d4d2c8e35a0f9b7c61d24',
      currency: 'PHP',
      amount: '1500',
      amount_received: received,
      external_transaction_id: 'ORDER-1001',
    },
  },
})

const coinbarPayment = (status: string, text: string, transactionId: string, updated: number) => ({
  result: 'success',
  payment_id_coinbar: '2f7c9b1e-6d40-4a83-b5f1-90c3e7a2d8b4',
  payment_request_id_client: 'ORDER-1001',
  service_client_id: '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e',
  customer: { email: 'buyer@example.com' },
  products: [
    {
      product_name: 'Order 1001',
      product_price: 49.9,
      product_amount: 1,
      product_id: 'ORDER-1001',
      product_type: 'ecommerce',
    },
  ],
  input_coin: 'EUR',
  status,
  status_descr: text,
  payment_detail: {
    transaction_id: transactionId,
    timestamp: transactionId === '' ? null : '2025-03-04T10:15:24.001Z',
    total_price: '49.90',
  },
  creation_time: 1741083236184,
  update_time: updated,
})

const COINBAR_TRANSACTION = '8D1E63A0-4C5B-4F27-9E18-B07A5C2D3F64'

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

const cityPayOrder = (action: string, status: string, coins: number | null, fiat: string | null) => ({
  type: 'order callback',
  action,
  status,
  order_id: 30412,
  client_order_id: 'ORDER-1001',
  transaction_id: coins === null ? null : '7e0b4c93a1f65d28c4e9073bb16fa85d2c39e04f7a81d6b5930ec72f48a1b6d0',
  received_amount_in_coins: coins,
  received_amount_in_fiat: fiat,
  fiat_currency: 'USD',
  crypto_currency: 'btc',
  created_at: '2025-03-04 10:05',
  order_token: '730914458201',
  order_expiration: 60,
  exchange_rate: 50000,
})

const deposit = (action: string, status: string) => ({
  type: 'deposit callback',
  action,
  transaction_id: 'b45d80f1c7a93e62d01f58b7ce4a9632f708d1b5a6e3c49270bd8f15e6a37c04',
  received_amount: 0.0025,
  status,
  crypto_currency: 'btc',
  exchange_rate: 50000,
  crated_at: '2025-03-04 10:20',
  deposit_token: '885120347716',
})

/** By provider, then by the provider's own name for the event. */
export const SAMPLES = {
  'coins-ph': {
    'invoice.created': invoice('invoice.created', '0'),
    'invoice.payment_reference_number_generated': invoice('invoice.payment_reference_number_generated', '0'),
    'invoice.updated': invoice('invoice.updated', '500'),
    'invoice.updated (full amount)': invoice('invoice.updated', '1500'),
    'invoice.fully_paid': invoice('invoice.fully_paid', '1500'),
  },
  'coinbar-pay': {
    CREATED: coinbarPayment('CREATED', '', '', 1741083236184),
    PENDING: coinbarPayment('PENDING', '', '', 1741083260000),
    SUCCESS: coinbarPayment('SUCCESS', 'Payment Executed', COINBAR_TRANSACTION, 1741083324123),
    CANCELED: coinbarPayment('CANCELED', 'Canceled by client request', '', 1741083300000),
    'FAILED (timeout)': coinbarPayment('FAILED', 'Payment timeout', '', 1741084136184),
    'FAILED (refund)': coinbarPayment('FAILED', 'Refund', COINBAR_TRANSACTION, 1741169684123),
    FAILED: coinbarPayment('FAILED', 'Payment refused', '', 1741083310000),
  },
  'crypto-gateway': {
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
  },
  'city-pay': {
    IN_PROGRESS: cityPayOrder('order creation', 'In-progress', null, null),
    'IN_PROGRESS (part payment)': cityPayOrder('receive_transaction', 'In-progress', 0.0006, '30.00'),
    PAID_UNCONFIRMED: cityPayOrder('receive_transaction', 'Paid/Unconfirmed', 0.001, '50.00'),
    CONFIRMED: cityPayOrder('confirmation', 'Confirmed', 0.001, '50.00'),
    UNDERPAID: cityPayOrder('status_update', 'Underpaid', 0.0006, '30.00'),
    OVERPAID: cityPayOrder('receive_transaction', 'Overpaid', 0.0012, '60.00'),
    CANCELED: cityPayOrder('status_update', 'Canceled', null, null),
    EXPIRED: cityPayOrder('status_update', 'Expired', null, null),
    'deposit PENDING': deposit('receive_transaction', 'Pending'),
    'deposit CONFIRMED': deposit('confirmation', 'Confirmed'),
  },
} as const

/** By provider, then by the sample's name: the type of the event it becomes. The first of a type stands for it. */
export const SAMPLE_TYPES = {
  'coins-ph': {
    'invoice.created': 'payment.pending',
    'invoice.payment_reference_number_generated': 'payment.pending',
    'invoice.updated': 'payment.partially_paid',
    'invoice.updated (full amount)': 'payment.detected',
    'invoice.fully_paid': 'payment.confirmed',
  },
  'coinbar-pay': {
    CREATED: 'payment.pending',
    PENDING: 'payment.detected',
    SUCCESS: 'payment.confirmed',
    CANCELED: 'payment.canceled',
    'FAILED (timeout)': 'payment.expired',
    'FAILED (refund)': 'payment.refunded',
    FAILED: 'payment.failed',
  },
  'crypto-gateway': {
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
  },
  'city-pay': {
    IN_PROGRESS: 'payment.pending',
    'IN_PROGRESS (part payment)': 'payment.partially_paid',
    PAID_UNCONFIRMED: 'payment.detected',
    CONFIRMED: 'payment.confirmed',
    UNDERPAID: 'payment.partially_paid',
    OVERPAID: 'payment.detected',
    CANCELED: 'payment.canceled',
    EXPIRED: 'payment.expired',
    'deposit PENDING': 'transaction.detected',
    'deposit CONFIRMED': 'transaction.confirmed',
  },
} as const satisfies { readonly [Name in keyof typeof SAMPLES]: Readonly<Record<keyof (typeof SAMPLES)[Name], string>> }
