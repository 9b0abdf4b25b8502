/** Describes how the command signs in a provider's place, with the shop's secrets from the environment. */
import type { Provider } from '../../provider.js'

/** The part of a provider that is necessary to send in its place and to judge the answer. */
export type Signer = Pick<Provider, 'name' | 'authentication' | 'format' | 'sign' | 'answers'>

/** The values from which a signer is made. */
export interface AccountValues {
  /** Values of the options, by name. */
  readonly options: Readonly<Record<string, string>>
  /** True with `--timestamped`. */
  readonly timestamped: boolean
  /** True with `--test`. */
  readonly testMode: boolean
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number
}

/** The read-back of a sample's subject by a shop. */
export interface SampleReadBack {
  /** The API that the shop asks, with exceptions if there are any, such as `CityPay`. */
  readonly asks: string
  /** The result for an id that is unknown there. */
  readonly unknown: string
  /** The replacement that a shop under test needs, such as `a readBack`. */
  readonly instead: string
}

export interface SampleAccount {
  /** Options of the provider, each with the environment variable of its value. */
  readonly options: Readonly<Record<string, string>>
  /** Options that only some shops set, each with its variable. A set variable is used. @default none */
  readonly optional?: Readonly<Record<string, string>>
  /** The optional option that is also a secret, so that `--unchecked` applies to it. @default none */
  readonly secondSecret?: string
  /** The option that is the secret; null if callbacks carry no proof, or are signed with test keys. */
  readonly secret: string | null
  /** The shop's `testKeys`, if only the provider has the private key. @default none */
  readonly testKeys?: string
  /** Loads the provider lazily, so that a test loads only the providers that it uses. */
  readonly load: () => Promise<(values: AccountValues) => Signer>
  /** Adds the fields that name the account to a payload. @default the payload as it is */
  readonly own?: (payload: object, options: AccountValues['options']) => object
  /** Returns the value that a field has in test mode. Other fields stay as they are. @default none: events contain no mode */
  readonly inTestMode?: (name: string, value: unknown) => unknown
  /** True if a delivery of one mode is not genuine in the other. @default false: only the payload tells the modes apart */
  readonly modeIsProven?: boolean
  /** The sample that `doctor` sends. @default none: `doctor` cannot play a provider whose callbacks are read back */
  readonly examined?: string
  /** Sentences about the provider's other kind of webhook, which this account does not send. @default nothing: it has one kind */
  readonly otherKind?: string
  /** The read-back, if the shop asks the provider about a callback: no provider knows the ids of a sample. @default none */
  readonly readBack?: SampleReadBack
  /** Set if the time of a delivery is signed: always, or with `--timestamped`. @default never */
  readonly signsTime?: 'always' | 'timestamped'
}
