/** How the command signs in a provider's place: with the secrets of the shop, from the environment. */
import type { Provider } from '../../provider.js'

/** As much of a provider as it takes to send what it would send. */
export type Signer = Pick<Provider, 'name' | 'authentication' | 'format' | 'sign' | 'answers'>

/** What a signer is made of. */
export interface AccountValues {
  /** Values of the options, by their names. */
  readonly options: Readonly<Record<string, string>>
  /** True with `--timestamped`. */
  readonly timestamped: boolean
  /** True with `--test`. */
  readonly testMode: boolean
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number
}

/** How a shop reads back what a sample names. */
export interface SampleReadBack {
  /** Whom it asks, and where it does not, such as `CityPay`. */
  readonly asks: string
  /** What becomes of an id that is not known there. */
  readonly unknown: string
  /** What the shop under test is given in place of that, such as `a readBack`. */
  readonly instead: string
}

export interface SampleAccount {
  /** Options of the provider, each with the environment variable that its value comes from. */
  readonly options: Readonly<Record<string, string>>
  /** Options that not every shop sets, each with its variable: what is set there is used. @default none */
  readonly optional?: Readonly<Record<string, string>>
  /** Which of these is a secret as well, so that it may be insisted on. @default none */
  readonly secondSecret?: string
  /** Which of the options is the secret; null where callbacks carry no proof, or are signed with keys for tests. */
  readonly secret: string | null
  /** What the shop has to have as its `testKeys`, where nobody but the provider has its private key. @default none */
  readonly testKeys?: string
  /** Loads the provider, so that none is loaded for a test that has no use for it. */
  readonly load: () => Promise<(values: AccountValues) => Signer>
  /** A payload with the fields that name the account. @default the payload as it is */
  readonly own?: (payload: object, options: AccountValues['options']) => object
  /** A field of a payload as it is in test mode; what is no field of the mode stays. @default none: events do not tell */
  readonly inTestMode?: (name: string, value: unknown) => unknown
  /** True where a delivery of one mode is no genuine one of the other. @default false: the payload alone tells them apart */
  readonly modeIsProven?: boolean
  /** The sample that `doctor` sends. @default none: it cannot play a provider whose callbacks have to be read back */
  readonly examined?: string
  /** Sentences about the provider's other kind of webhook, which this account does not send. @default nothing: it has one */
  readonly otherKind?: string
  /** Where the shop asks the provider about what a callback names: no provider knows the ids of a sample. @default nowhere */
  readonly readBack?: SampleReadBack
  /** Where the time of a delivery is signed: always, or with `--timestamped`. @default never */
  readonly signsTime?: 'always' | 'timestamped'
}
