/** A shop's own factory passes all its options on, including options that it was not given: `{ now: options.now }`. */
import { expect, test } from '@jest/globals'
import {
  signature,
  type BodySignatureOptions,
  type BodyTokenOptions,
  type HeaderProofOptions,
  type SignatureOptions,
  type TimestampOptions,
  type TokenHeaderOptions,
} from 'express-payment-webhooks'
import type {
  FetchedCertificatesOptions,
  FetchedKeysOptions,
  PublicKeySignatureOptions,
} from 'express-payment-webhooks/keys'
import type { ReadJsonOptions } from 'express-payment-webhooks/read-back'

/** Optional options that refuse undefined. */
type Refusing<Options> = {
  [Name in keyof Options]-?: object extends Pick<Options, Name>
    ? undefined extends Required<Options>[Name]
      ? never
      : Name
    : never
}[keyof Options]

type All = [
  Refusing<SignatureOptions>,
  Refusing<HeaderProofOptions>,
  Refusing<TimestampOptions>,
  Refusing<BodySignatureOptions>,
  Refusing<BodyTokenOptions>,
  Refusing<TokenHeaderOptions>,
  Refusing<PublicKeySignatureOptions>,
  Refusing<FetchedKeysOptions>,
  Refusing<FetchedCertificatesOptions>,
  Refusing<ReadJsonOptions<unknown>>,
][number]

const refusing: [All] extends [never] ? 'none' : All = 'none'

test('every optional option of the toolkit may be undefined', () => {
  const acme = ({ now }: { readonly now?: () => number }) =>
    signature({ header: 'x-acme-signature', secret: 'a-secret-of-32-characters-at-least', now })
  expect([refusing, typeof acme({}).verify]).toEqual(['none', 'function'])
})
