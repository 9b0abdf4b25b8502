/** Reads an invoice from BTCPay Server, because no event says how much of the price was paid. */
import { z } from 'zod'
import { checkApiKey } from '../../crypto/api-key.js'
import { DeliveryError } from '../../errors.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { parseJson } from '../../lib/json.js'
import { withoutFields } from '../../lib/thrown.js'
import { currencyCode, freeText, identifier, shownDecimal, validate } from '../../payload.js'
import { readJson } from '../../read-back/read-json.js'

/** The server calculates with up to 28 decimals. Those after the 18th change no amount. */
const rate = z.preprocess(
  (value) => (typeof value === 'string' ? value.replace(/(\.\d{18})\d+$/, '$1') : value),
  shownDecimal,
)

const methods = z.array(
  z.looseObject({
    /** The price of one coin in the invoice's currency. */
    rate,
    payments: z.array(z.looseObject({ id: identifier, value: shownDecimal, fee: shownDecimal })).nullish(),
  }),
)

const invoice = z.looseObject({
  id: identifier,
  amount: shownDecimal,
  /** Includes payments that are not confirmed yet. Since version 2.1.2 (code: GreenfieldInvoiceController). */
  paidAmount: shownDecimal,
  currency: currencyCode,
  status: freeText,
  additionalStatus: freeText,
  /** Part of the invoice since version 2.4; older servers need a second request. */
  paymentMethods: methods.nullish(),
})

/** An invoice as BTCPay Server's API answers it. */
export type BtcPayServerInvoice = z.output<typeof invoice>

/** The name of an invoice. */
export interface InvoiceName {
  readonly invoiceId: string
  readonly storeId: string | null
}

/**
 * Resolves to an invoice as the API answers it, with its `paymentMethods`: parsed, or as bytes or text. Must stop when
 * `signal` aborts.
 */
export type BtcPayServerReadInvoice = (
  invoiceId: string,
  context: { readonly storeId: string | null; readonly signal: AbortSignal },
) => Promise<unknown>

/** @param needsMethods false if the total is enough */
export type ReadInvoice = (
  name: InvoiceName,
  needsMethods: boolean,
  signal: AbortSignal,
) => Promise<BtcPayServerInvoice>

interface Source {
  readonly url?: string | undefined
  readonly apiKey?: string | undefined
  readonly readInvoice?: BtcPayServerReadInvoice | undefined
}

/**
 * Null if the options give no way to read.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID`
 */
export function invoiceReader(source: Source): ReadInvoice | null {
  const { url, apiKey, readInvoice } = source
  const isByKey = 'url' in source || 'apiKey' in source
  if (readInvoice === undefined) return isByKey ? readerByKey(rootOf(url), apiKey) : null
  if (url !== undefined || apiKey !== undefined)
    invalidOption('btcPayServer', 'give url and apiKey, or readInvoice, and not both')
  if (typeof readInvoice !== 'function') invalidOption('btcPayServer', 'readInvoice must be a function')
  return async ({ invoiceId, storeId }, _needsMethods, signal) =>
    asked(await answerOf(() => readInvoice(invoiceId, { storeId, signal })), invoiceId)
}

/** No credentials, query or fragment: they would end up before the path, or in a log. */
const ADDRESS = /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?$/

function rootOf(url: string | undefined): string {
  if (typeof url !== 'string' || !ADDRESS.test(url) || !URL.canParse(url)) {
    invalidOption('btcPayServer', 'url must be the address of your server, for example https://pay.example')
  }
  return url.replace(/\/+$/, '')
}

function readerByKey(root: string, apiKey: string | undefined): ReadInvoice {
  checkApiKey('btcPayServer: apiKey', apiKey)
  const headers = { authorization: `token ${apiKey!}` }
  return async ({ invoiceId, storeId }, needsMethods, signal) => {
    // Newer servers have two addresses for an invoice. This is the one that older servers have too.
    const store = storeId === null ? '' : `/stores/${encodeURIComponent(storeId)}`
    const address = `${root}/api/v1${store}/invoices/${encodeURIComponent(invoiceId)}`
    const read = { headers, signal }
    const found = asked(
      await readJson(`${address}?includePaymentMethods=true`, { schema: invoice, ...read }),
      invoiceId,
    )
    if (found.paymentMethods?.length || (found.paidAmount !== null && !needsMethods)) return found
    return { ...found, paymentMethods: await readJson(`${address}/payment-methods`, { schema: methods, ...read }) }
  }
}

async function answerOf(read: () => Promise<unknown>): Promise<BtcPayServerInvoice> {
  try {
    const raw = await read()
    const isText = typeof raw === 'string' || raw instanceof Uint8Array
    return validate(invoice, isText ? parseJson(Buffer.from(raw as string)) : raw)
  } catch (thrown) {
    const what = 'readInvoice() did not answer an invoice as BTCPay Server does'
    throw new DeliveryError('READ_BACK_UNAVAILABLE', what, { cause: withoutFields(thrown) })
  }
}

function asked(found: BtcPayServerInvoice, invoiceId: string): BtcPayServerInvoice {
  if (found.id === invoiceId) return found
  throw new DeliveryError('READ_BACK_MISMATCH', 'BTCPay Server answered another invoice than the one requested')
}
