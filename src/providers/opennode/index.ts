/**
 * OpenNode: charges that are paid in bitcoin, on chain and by Lightning.
 * Source: developers.opennode.com (charges-webhooks, general), and the package opennode 1.5.0 (src/client.ts), which
 * checked the vectors of the tests.
 */
import { z } from 'zod'
import type { BodyAuthentication } from '../../authentication.js'
import { bodySignature } from '../../crypto/body-signature.js'
import { checkSecrets, type Secret } from '../../crypto/secrets.js'
import { DeliveryError } from '../../errors.js'
import { formBody } from '../../formats/form.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { readBack as confirmed } from '../../read-back/read-back.js'
import { chargeReader, type OpenNodeReadBack } from './charge.js'
import { draftOf, TYPES, type OpenNodeDraft } from './interpret.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { OpenNodeCharge, OpenNodeReadBack } from './charge.js'

/** Options of `openNode`. */
export interface OpenNodeOptions {
  /**
   * The API key that creates the charges, signs their callbacks and reads them. During a rotation give several, the new one
   * first.
   */
  readonly apiKey: Secret
  /** Replaced keys. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** The OpenNode host to read charges from: `dev` is its test network. @default 'live' */
  readonly mode?: 'live' | 'dev' | undefined
  /** For tests against a server of your own. @default 'https://api.opennode.com', or the one of `dev` */
  readonly apiUrl?: string | undefined
  /** Reads charges instead of OpenNode's API. */
  readonly readBack?: OpenNodeReadBack | undefined
}

const NAMES = ['apiKey', 'retired', 'mode', 'apiUrl', 'readBack']

const ROOTS = { live: 'https://api.opennode.com', dev: 'https://dev-api.opennode.com' } as const

/** A charge's id becomes part of a URL that is requested with the key. */
const ID = /^[A-Za-z0-9-]{1,64}$/

const callback = z.looseObject({ id: z.unknown().optional() })

/**
 * OpenNode, authenticated by `hashed_order` in the body. It is an HMAC of the charge's id alone, the same in every callback
 * of the charge. Therefore every charge is read back.
 *
 * @experimental We found no document about OpenNode's retries, its time limit, and some fields of its API.
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { openNode } from 'express-payment-webhooks/providers/opennode'
 *
 * app.use('/webhooks/opennode', paymentWebhook(openNode({ apiKey: process.env.OPENNODE_API_KEY }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function openNode(options: OpenNodeOptions) {
  rejectUnknown('openNode', options, NAMES)
  const { apiKey, retired, mode = 'live', readBack } = options
  if (mode !== 'live' && mode !== 'dev') invalidOption('openNode', "mode must be 'live' or 'dev'")
  if (readBack !== undefined && typeof readBack !== 'function') {
    invalidOption('openNode', 'readBack must be a function')
  }
  const [key = ''] = checkSecrets('openNode: apiKey', apiKey)
  const read = chargeReader(options.apiUrl ?? ROOTS[mode], key, readBack)
  return defineProvider({
    name: 'opennode',
    types: TYPES,
    authentication: hashedOrder(apiKey, retired),
    format: formBody(),
    // No document says that a callback is repeated.
    unknownOrder: 'keep',
    schema: callback,
    toEvent({ id }) {
      if (typeof id !== 'string' || !ID.test(id)) throw new DeliveryError('PAYLOAD_INVALID', 'the body names no charge')
      return confirmed({
        key: id,
        read: ({ signal }) => read(id, signal),
        toEvent: (charge, { readAt }): OpenNodeDraft => draftOf(charge, readAt),
      })
    },
  })
}

function hashedOrder(secret: Secret, retired: Secret): BodyAuthentication {
  const proof = bodySignature({
    secret,
    secretOption: 'openNode: apiKey',
    ...(retired !== undefined && { retired }),
    read: (content) => (content as { readonly hashed_order?: unknown }).hashed_order,
    write: (content, signature) => ({ ...(content as object), hashed_order: signature }),
    message: (content) => [String((content as { readonly id?: unknown }).id)],
  })
  return {
    ...proof,
    verify(delivery, content) {
      proof.verify(delivery, content)
      // Anyone who has seen one callback of a charge can forge any other.
      return false
    },
  }
}
