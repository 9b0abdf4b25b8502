/** Sources of `forward`: the definition of a provider whose callbacks it can deliver. */
import type { Lister } from '../../lister.js'
import type { Provider } from '../../provider.js'

/** The values from which a source is opened. */
export interface SourceValues {
  /** Values of the options, by name. */
  readonly options: Readonly<Record<string, string>>
  /** The `fetch` that the lister uses. */
  readonly fetch: typeof fetch
  /** The payments to ask about, if the API lists nothing by itself. */
  readonly payments: readonly string[]
  /** True with `--timestamped`. */
  readonly timestamped: boolean
}

/** A provider whose callbacks can be imitated, and the list of those that it has sent. */
export interface OpenSource {
  readonly provider: Pick<Provider, 'answers' | 'format' | 'interpret' | 'sign'>
  readonly list: Lister
}

export interface Source {
  /** Required options, each with the environment variable of its value. */
  readonly options: Readonly<Record<string, string>>
  /** Options that have a default. */
  readonly optional: Readonly<Record<string, string>>
  /** The option with which callbacks are signed; null if they carry no proof, or are signed with test keys. */
  readonly secret: string | null
  /** The option that is the API's key, and the beginning of a key for real payments. */
  readonly liveKey?: { readonly option: string; readonly pattern: RegExp }
  /** The host of the API for real payments, if keys do not show it. */
  readonly liveHost?: RegExp
  /** True for a body about a real payment, if the body shows it. */
  readonly isLive?: (body: object) => boolean
  /** True if the API lists states instead of events: a state from before the start is not new. */
  readonly listsStates?: boolean
  /** True if a body only names a payment, so that only a read-back shows what is new. */
  readonly readsBack?: boolean
  /** The thing that `--payment` names, if the API must be asked about each payment. */
  readonly asksAbout?: string
  /** The options that the shop needs to accept such events. */
  readonly shopNeeds?: string
  readonly open: (values: SourceValues) => Promise<OpenSource>
}
