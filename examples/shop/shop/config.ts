/** The shop's configuration: read once from the environment, completely or not at all. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readVariables, wholeNumber, type Variables } from './environment.js'
import { safeUrl } from './payments/safe-url.js'
import { httpUrl } from './web/http-url.js'

/** An HTTPS address of its own, or an address on this machine. */
const serviceUrl = z
  .string()
  .refine((text) => safeUrl(text) !== null, 'must be an https address, or an http one on this machine')
  .transform((text) => text.replace(/\/+$/, ''))

/** The address of the shop itself: its pages are at the root of their host. */
const publicUrl = serviceUrl.refine(
  (text) => URL.canParse(text) && new URL(text).href === `${new URL(text).origin}/`,
  'must be the address of a host, without a path or a question mark behind it',
)

const secret = z.string().min(1, 'must not be empty')

/** Stripe's pages have another host than its API. */
const STRIPE_PAGES = 'checkout.stripe.com'

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  /** The address at which buyers and providers reach the shop. */
  PUBLIC_URL: publicUrl.optional(),

  DATABASE_FILE: z.string().default(join(import.meta.dirname, '../data/shop.db')),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),

  OPERATOR_TOKEN: z
    .string()
    .min(24, 'must have 24 characters or more: make one with `openssl rand -hex 24`')
    .optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().default('Shop <shop@localhost>'),
  /** How long the shop goes on after SIGTERM with a failing health route, until its load balancer has noticed. */
  SHUTDOWN_NOTICE_SECONDS: wholeNumber(0, 60).default(0),
  PAYMENT_MINUTES: wholeNumber(1, 7 * 24 * 60).default(30),
  /** Hosts of payment pages, in addition to those of the providers' own addresses below. */
  PAYMENT_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
    .transform((hosts) => hosts.filter((host) => host !== '')),

  COINS_PH_URL: serviceUrl,
  COINS_PH_TOKEN: secret,
  GATEWAY_URL: serviceUrl,
  GATEWAY_API_KEY: secret,
  GATEWAY_SECRET: secret,
  GATEWAY_WALLET_URL: serviceUrl.optional(),
  COINBAR_URL: serviceUrl,
  COINBAR_CLIENT_ID: secret,
  COINBAR_SECRET_KEY: secret,
  CITYPAY_URL: serviceUrl,
  CITYPAY_ORDER_URL: serviceUrl,
  CITYPAY_CUSTOMER_ID: secret,
  CITYPAY_ACCESS_TOKEN: secret,
  STRIPE_URL: serviceUrl.default('https://api.stripe.com'),
  STRIPE_SECRET_KEY: secret,
  STRIPE_WEBHOOK_SECRET: secret,
  /** Events of the other mode do not count as money. */
  STRIPE_MODE: z.enum(['live', 'test'], 'must be live or test').default('live'),
})

export interface ShopConfig {
  readonly host: string
  readonly port: number
  readonly publicUrl: string
  readonly database: { readonly file: string } | { readonly url: string }
  readonly operatorToken: string
  /** True if the operator token was generated for this run, so that it has to be shown once. */
  readonly operatorTokenIsNew: boolean
  readonly mail: { readonly smtpUrl: string | null; readonly from: string }
  /** Between the failing health route and the end. */
  readonly shutdownNoticeMs: number
  /** How long a buyer has to pay. */
  readonly paymentWindowMs: number
  readonly paymentHosts: readonly string[]
  readonly providers: {
    readonly coinsPh: { readonly url: string; readonly token: string }
    readonly cryptoGateway: {
      readonly url: string
      readonly apiKey: string
      readonly secret: string
      readonly walletUrl: string | null
    }
    readonly coinbarPay: { readonly url: string; readonly clientId: string; readonly secretKey: string }
    readonly cityPay: {
      readonly url: string
      readonly orderUrl: string
      readonly customerId: string
      readonly accessToken: string
    }
    readonly stripe: {
      readonly url: string
      readonly secretKey: string
      readonly webhookSecret: string
      readonly mode: 'live' | 'test'
    }
  }
}

/** @throws Error that names every variable that is missing or wrong, and its expected form; never a value */
export function readConfig(variables: Variables): ShopConfig {
  const env = readVariables(environment, variables)
  const providerUrls = [env.COINS_PH_URL, env.COINBAR_URL, env.CITYPAY_URL, env.CITYPAY_ORDER_URL, env.STRIPE_URL]
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? httpUrl(env.HOST, env.PORT),
    database: env.DATABASE_URL === undefined ? { file: env.DATABASE_FILE } : { url: env.DATABASE_URL },
    operatorToken: env.OPERATOR_TOKEN ?? randomBytes(24).toString('hex'),
    operatorTokenIsNew: env.OPERATOR_TOKEN === undefined,
    mail: { smtpUrl: env.SMTP_URL ?? null, from: env.MAIL_FROM },
    shutdownNoticeMs: env.SHUTDOWN_NOTICE_SECONDS * 1000,
    paymentWindowMs: env.PAYMENT_MINUTES * 60_000,
    paymentHosts: [STRIPE_PAGES, ...env.PAYMENT_HOSTS, ...providerUrls.map((url) => new URL(url).host)],
    providers: {
      coinsPh: { url: env.COINS_PH_URL, token: env.COINS_PH_TOKEN },
      cryptoGateway: {
        url: env.GATEWAY_URL,
        apiKey: env.GATEWAY_API_KEY,
        secret: env.GATEWAY_SECRET,
        walletUrl: env.GATEWAY_WALLET_URL ?? null,
      },
      coinbarPay: { url: env.COINBAR_URL, clientId: env.COINBAR_CLIENT_ID, secretKey: env.COINBAR_SECRET_KEY },
      cityPay: {
        url: env.CITYPAY_URL,
        orderUrl: env.CITYPAY_ORDER_URL,
        customerId: env.CITYPAY_CUSTOMER_ID,
        accessToken: env.CITYPAY_ACCESS_TOKEN,
      },
      stripe: {
        url: env.STRIPE_URL,
        secretKey: env.STRIPE_SECRET_KEY,
        webhookSecret: env.STRIPE_WEBHOOK_SECRET,
        mode: env.STRIPE_MODE,
      },
    },
  }
}
