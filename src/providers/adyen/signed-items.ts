/**
 * The proof of an item: a signature over eight of its fields, which is itself one of the other fields (docs.adyen.com:
 * secure-webhooks/verify-hmac-signatures; adyen-node-api-library 32.1.0).
 */
import type { BodyAuthentication } from '../../authentication.js'
import { bodySignature } from '../../crypto/body-signature.js'
import type { Secret } from '../../crypto/secrets.js'
import type { TokenHeader } from '../../crypto/token-header.js'
import { DeliveryError } from '../../errors.js'
import { isMeaningful } from './codes.js'

type Fields = Readonly<Record<string, unknown>>

export interface ItemProof {
  readonly hmacKey: Secret
  readonly merchantAccounts: readonly string[]
  /** The log-in of the endpoint; null if it has none. */
  readonly login: TokenHeader | null
  readonly unsigned: 'refuse' | 'acknowledge'
}

/** Every item must be proven, because a body cannot be acknowledged in part. */
export function signedItems({ hmacKey, merchantAccounts, login, unsigned }: ItemProof): BodyAuthentication {
  const signature = bodySignature({
    secret: hmacKey,
    secretOption: 'adyen: hmacKey',
    encoding: 'base64',
    key: 'hex',
    read: (item) => dataOf(item)[SIGNATURE],
    write: (item, text) => ({ ...fieldsOf(item), additionalData: { ...dataOf(item), [SIGNATURE]: text } }),
    message: (item) => [signedText(fieldsOf(item))],
  })
  return {
    inBody: true,
    verify(delivery, content) {
      login?.verify(delivery)
      const items = itemsOf(content)
      if (items.length === 0) throw new DeliveryError('AUTH_PROOF_MISSING', 'the body holds no notification items')
      let proven = true
      for (const item of items) {
        if (!isUnsigned(item)) {
          signature.verify(delivery, item)
          checkAccount(item, merchantAccounts)
        } else if (login === null) {
          if (unsigned === 'refuse') throw unsignedCode(fieldsOf(item))
          proven = false
        }
      }
      return proven
    },
    explain(delivery, content) {
      try {
        login?.verify(delivery)
      } catch {
        return login?.explain?.(delivery) ?? null
      }
      const why = itemsOf(content).map((item) => signature.explain?.(delivery, item))
      return why.find((text) => typeof text === 'string') ?? null
    },
    ...(login !== null && { signHeaders: () => login.sign(Buffer.alloc(0)) }),
    sign: (payload) => withItems(payload, (item) => signature.sign(item)),
    withoutProof: (content) => withItems(content, (item) => (isUnsigned(item) ? item : signature.withoutProof(item))),
  }
}

const SIGNATURE = 'hmacSignature'

/** True for an unsigned item with a code that Adyen may leave unsigned and that is not about money. */
export function isUnsigned(item: unknown): boolean {
  const { eventCode } = fieldsOf(item)
  return typeof eventCode === 'string' && !isMeaningful(eventCode) && !(SIGNATURE in dataOf(item))
}

export function itemsOf(content: unknown): readonly unknown[] {
  const { notificationItems } = fieldsOf(content)
  return Array.isArray(notificationItems)
    ? notificationItems.map((one) => fieldsOf(one)['NotificationRequestItem'])
    : []
}

/**
 * Nothing in this text is escaped, so one text could be split into fields in several ways. It is unambiguous if only
 * `merchantReference` contains colons and every other field has the shape that Adyen gives it.
 *
 * @throws TypeError for a field of another shape: Adyen did not sign the item with these fields
 */
function signedText(item: Fields): string {
  const { value, currency } = fieldsOf(item['amount'])
  return [
    textIn(item, 'pspReference', /^[^:]+$/),
    textIn(item, 'originalReference', /^[^:]*$/),
    textIn(item, 'merchantAccountCode', /^[^:]+$/),
    textIn(item, 'merchantReference', /^/),
    value === undefined ? '' : wholeNumber(value),
    textIn({ currency }, 'currency', /^(?:[A-Z]{3})?$/),
    textIn(item, 'eventCode', /^[A-Z_]+$/),
    textIn({ success: String(item['success']) }, 'success', /^(?:true|false)$/),
  ].join(':')
}

/** Empty if the field is missing. A lone surrogate would be signed as another character. */
function textIn(fields: Fields, name: string, shape: RegExp): string {
  const text = fields[name] ?? ''
  if (typeof text === 'string' && text.isWellFormed() && shape.test(text)) return text
  throw new TypeError(`adyen: ${name} does not have Adyen's format`)
}

function wholeNumber(value: unknown): string {
  if (Number.isSafeInteger(value)) return String(value)
  throw new TypeError("adyen: amount.value does not have Adyen's format")
}

/** Another account of the same company has the same key, but its payments do not belong to this shop. */
function checkAccount(item: unknown, merchantAccounts: readonly string[]): void {
  if (merchantAccounts.includes(String(fieldsOf(item)['merchantAccountCode']))) return
  throw new DeliveryError(
    'AUTH_CLIENT_MISMATCH',
    'the signature is valid, but for another merchant account: add it to merchantAccount if it is yours',
  )
}

function unsignedCode({ eventCode }: Fields): DeliveryError {
  const code = /^[A-Z_]{1,60}$/.test(String(eventCode)) ? String(eventCode) : 'an event'
  return new DeliveryError(
    'AUTH_PROOF_MISSING',
    `${code} came without a signature: set up basic authentication and give it as basicAuth, or unsubscribe the ` +
      'endpoint from that code in the Customer Area',
  )
}

function withItems(content: unknown, change: (item: unknown) => unknown): unknown {
  const { notificationItems, ...rest } = fieldsOf(content)
  if (!Array.isArray(notificationItems)) return content
  const items = notificationItems.map((one: unknown) => {
    const wrapper = fieldsOf(one)
    return { ...wrapper, NotificationRequestItem: change(wrapper['NotificationRequestItem']) }
  })
  return { ...rest, notificationItems: items }
}

function dataOf(item: unknown): Fields {
  return fieldsOf(fieldsOf(item)['additionalData'])
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
