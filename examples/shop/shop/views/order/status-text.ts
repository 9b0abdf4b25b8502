/** The meaning of an order's status for its buyer. */
import type { OrderStatus, ReviewReason } from 'express-payment-webhooks/orders'
import { formatMoney, isSome } from '../format.js'
import type { OrderView } from '../props.js'
import { PROVIDERS } from '../providers.js'

export interface StatusText {
  readonly headline: string
  readonly text: string
}

export const statusText = (order: OrderView): StatusText => TEXTS[order.status](order)

const TEXTS: Readonly<Record<OrderStatus, (order: OrderView) => StatusText>> = {
  awaiting_payment: (order) =>
    order.payment === null && !order.canPayAgain
      ? { headline: 'The time to pay is over', text: 'We are looking whether a payment arrived at the last moment.' }
      : {
          headline: `Pay ${money(order, order.expected.amount)}`,
          text: `You can close this page once you have paid: we write to you when the money is here.${SILENT[order.provider] ?? ''}`,
        },

  payment_authorized: (order) => ({
    headline: 'Your payment is reserved',
    text: `${money(order, order.authorized)} is reserved for your order. There is nothing left for you to do.`,
  }),

  payment_detected: (order) => ({
    headline: 'We see your payment',
    text: isSome(order.pending)
      ? `${money(order, order.pending)} is on its way and counts as soon as it is final. ${afterPending(order)}`
      : 'It is on its way and counts as soon as it is final. There is nothing left for you to do.',
  }),

  payment_insufficient: (order) => ({
    headline: `${money(order, order.shortfall)} still to pay`,
    text: `Of ${money(order, order.expected.amount)}, ${money(order, order.received)} has arrived. ${
      order.canPayAgain
        ? `${PROVIDERS[order.provider].company} has closed that payment; you can pay the rest in another one.`
        : 'The rest completes your order.'
    }`,
  }),

  confirmed: (order) => ({
    headline: 'Thank you, it is paid',
    text: `We have ${money(order, order.received)} and are packing your order. A note is on its way to ${order.email}.`,
  }),

  payment_failed: (order) => ({
    headline: 'The payment did not go through',
    text: `${balanceOf(order)}${wayOn(order)}`,
  }),

  canceled: (order) => ({
    headline: 'The payment was canceled',
    text: `${balanceOf(order)}${order.canPayAgain ? ' If that was a mistake, you can still pay.' : ''}`,
  }),

  expired: (order) =>
    order.canPayAgain
      ? {
          headline: 'The payment ran out of time',
          text: `${PROVIDERS[order.provider].company} closed it before any money arrived. You can try once more; your order is still here.`,
        }
      : { headline: 'The time to pay is over', text: afterTheEnd(order) },

  partially_refunded: (order) => ({
    headline: 'A part of your money went back',
    text: `${money(order, order.refunded)} is on its way back to you; ${money(order, order.received)} stays paid.`,
  }),

  refunded: (order) => ({
    headline: 'Your money went back',
    text: order.canPayAgain
      ? `${PROVIDERS[order.provider].company} returned your payment. You can try once more; your order is still here.`
      : `${PROVIDERS[order.provider].company} returned your payment, and the order is closed.`,
  }),

  disputed: (order) => ({
    headline: 'Your payment is disputed',
    text: `Your bank has asked for ${money(order, order.disputed)} back. If you did not mean that, write to us.`,
  }),

  needs_review: (order) => ({
    headline: 'Somebody is looking at your payment',
    text: `${reviewCause(order.reasons)} Do not pay again: we write to ${order.email} as soon as it is settled.`,
  }),
}

/** Providers whose payments can end without a callback to the shop. */
const SILENT: Readonly<Partial<Record<OrderView['provider'], string>>> = {
  'coins-ph': ' If you cancel it at Coins.ph, they do not tell us: this page then waits until the time to pay is over.',
  'city-pay': ' If its time runs out at CityPay, they do not tell us: this page then waits until ours is over, too.',
}

const money = ({ expected: { currency } }: OrderView, amount: string): string => formatMoney({ amount, currency })

/** The detected money may be only a part. */
const afterPending = (order: OrderView): string => {
  if (!isSome(order.due)) return 'There is nothing left for you to do.'
  return order.payment === null
    ? 'It is not all of the price; you can pay the rest then.'
    : `It is not all of the price: you can send the other ${money(order, order.due)} now, to the same address.`
}

const balanceOf = (order: OrderView): string =>
  isSome(order.received)
    ? `We have received ${money(order, order.received)}, and will send it back.`
    : 'We have received nothing.'

const afterTheEnd = (order: OrderView): string =>
  isSome(order.received)
    ? `${money(order, order.received)} has arrived, which is not all of it. We will send it back; please do not pay any more.`
    : 'No payment has arrived. If you have already paid, do not pay again: write to us with the order’s number, and we look for it.'

function wayOn({ payment, canPayAgain }: OrderView): string {
  if (payment?.kind === 'address') return ' You can send it once more, to the same address.'
  return payment !== null || canPayAgain ? ' You can try once more; your order is still here.' : ''
}

/** The reasons that a buyer can understand. The others are for the operator. */
function reviewCause(reasons: readonly ReviewReason[]): string {
  if (reasons.includes('paid_late')) return 'Your payment arrived after the time to pay was over.'
  if (reasons.includes('currency_mismatch')) return 'A payment arrived in another currency than the order’s.'
  if (reasons.includes('network_mismatch')) return 'A payment arrived over another network than the one offered.'
  if (reasons.includes('paid_short')) return 'Less than the price arrived.'
  if (reasons.includes('paid_in_parts')) return 'The price arrived in more than one payment.'
  if (reasons.includes('part_paid')) return 'Not all of the price arrived in time.'
  if (reasons.includes('failed_after_confirmed'))
    return 'Your payment was confirmed first, and then reported as failed.'
  if (reasons.includes('never_confirmed')) return 'Your payment was seen, but never became final.'
  return 'Something about it needs a person’s eye.'
}
