/** Amounts and times in a readable form. Exact: a decimal string never becomes a float. */
import type { Money } from 'express-payment-webhooks'

const LOCALE = 'en-GB'
const LEGAL_TENDER = new Set(Intl.supportedValuesOf('currency'))
/** More decimals than any amount here has, because formatting must not round. */
const EVERY_DIGIT = 20

export function formatMoney({ amount, currency }: Money): string {
  if (LEGAL_TENDER.has(currency)) {
    return formatDecimal(amount, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  }
  return `${formatDecimal(amount, { minimumFractionDigits: 2 })}\u00a0${currency}`
}

function formatDecimal(amount: string, options: Intl.NumberFormatOptions): string {
  const format = new Intl.NumberFormat(LOCALE, { ...options, maximumFractionDigits: EVERY_DIGIT })
  return format.format(amount as Intl.StringNumericLiteral)
}

/** For a form field: 49.9 as 49.90, and coins with all their decimals. */
export const plainAmount = (amount: string): string => amount.replace(/^(\d+)$/, '$1.00').replace(/^(\d+\.\d)$/, '$10')

/** An amount above zero. */
export const isSome = (amount: string): boolean => /[1-9]/.test(amount)

const DAY_AND_TIME = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short', timeZone: 'UTC' })

export const formatDateTime = (iso: string): string => `${DAY_AND_TIME.format(new Date(iso))} UTC`

/** Without the date if it is today's. */
export function formatDeadline(iso: string, now: string): string {
  return iso.slice(0, 10) === now.slice(0, 10) ? `${TIME.format(new Date(iso))} UTC` : formatDateTime(iso)
}

/** `14:32`, `3:05:00`, `6 days`: public/countdown.js shows the same format a second later. */
export function formatRemaining(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  const days = Math.floor(seconds / 86_400)
  if (days > 1) return `${days} days`
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (parts[0] === 0) parts.shift()
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

/** `ethereum` as a name. */
export const networkName = (slug: string): string => slug.charAt(0).toUpperCase() + slug.slice(1)

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
