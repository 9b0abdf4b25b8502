/** The shop's mails to buyers. They are plain text, so nothing in them can be mistaken for markup. */
import type { OrderStatus } from 'express-payment-webhooks/orders'
import { canPayAgain } from '../orders/order-view.js'
import type { ShopOrder } from '../orders/order.js'
import { paths } from '../views/paths.js'

export interface Mail {
  readonly subject: string
  readonly body: string
}

/** The mail about a change of status, or null if no mail is due. A change of null stands for a new order. */
export function mailAbout(
  order: ShopOrder,
  change: { readonly from: OrderStatus; readonly to: OrderStatus } | null,
  publicUrl: string,
): Mail | null {
  if (change !== null && change.from === change.to) return null
  const text = change === null ? placed(order) : TEXTS[change.to]?.(order)
  if (text === undefined) return null
  const [subject, ...paragraphs] = text
  const goods = order.lines.map(({ product, quantity }) => `  ${quantity} × ${product.name}`).join('\n')
  const link = `Your order: ${publicUrl}${paths.order(order.id)}`
  return { subject: `${subject} (${order.reference})`, body: [...paragraphs, goods, link].join('\n\n') + '\n' }
}

type Text = readonly [subject: string, ...paragraphs: string[]]

function placed(order: ShopOrder): Text {
  const until = order.payment.expiresAt === null ? '' : ` Please pay by ${minutes(order.payment.expiresAt)}.`
  return ['Your order', `Thank you for your order over ${total(order)}.${until}`]
}

const TEXTS: Partial<Record<OrderStatus, (order: ShopOrder) => Text>> = {
  payment_authorized: () => [
    'Your order is on its way',
    'Your payment is reserved on your card, and charged now that your order is on its way to you.',
  ],
  payment_detected: () => ['We see your payment', 'Your payment is on its way. We ship as soon as it is final.'],
  payment_insufficient: ({ payment }) => [
    'Part of your payment is missing',
    `We received ${payment.received} of ${payment.expected.amount} ${payment.expected.currency}. ` +
      `Please pay the missing ${payment.shortfall} ${payment.expected.currency} on the page of your order.`,
  ],
  confirmed: ({ payment }) => [
    'Your order is paid',
    'Your payment is complete, and your order is on its way to you.',
    ...(payment.excess === '0'
      ? []
      : [`You paid ${payment.excess} ${payment.expected.currency} too much, which we will pay back.`]),
  ],
  payment_failed: () => [
    'Your payment failed',
    'Your payment did not go through. You can try again on the page of your order.',
  ],
  canceled: () => ['Your order is canceled', 'Your order is canceled. If you paid anything, we will pay it back.'],
  expired: (order) =>
    canPayAgain(order, new Date())
      ? [
          'Your payment ran out of time',
          'The payment was closed before any money arrived. You can try once more on the page of your order' +
            `${order.payment.expiresAt === null ? '' : `, until ${minutes(order.payment.expiresAt)}`}.`,
        ]
      : ['Your order has expired', 'We received no payment in time, so nothing will be shipped.'],
  partially_refunded: ({ payment }) => [
    'A part of your money is on its way back',
    `We sent back ${payment.refunded} ${payment.expected.currency} of your payment.`,
  ],
  disputed: ({ payment }) => [
    'Your payment is disputed',
    `Your bank has asked for ${payment.disputed} ${payment.expected.currency} back. If you did not mean that, write to us.`,
  ],
  refunded: () => ['Your money is on its way back', 'Your payment was refunded.'],
  needs_review: () => [
    'We are looking at your payment',
    'Something about your payment needs a person to look at it. You need not do anything; you will hear from us.',
  ],
}

function total({ payment: { expected } }: ShopOrder): string {
  return `${expected.amount} ${expected.currency}`
}

/** 2026-01-31 12:30 UTC */
function minutes(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`
}
