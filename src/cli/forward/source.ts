/** Where `forward` has a provider's callbacks from: what each file of sources is made of. */
import type { Lister } from '../../lister.js'
import type { Provider } from '../../provider.js'

/** What a source is made of. */
export interface SourceValues {
  /** Values of the options, by their names. */
  readonly options: Readonly<Record<string, string>>
  /** The client that the lister asks with. */
  readonly fetch: typeof fetch
  /** What is asked about, where payments have to be named. */
  readonly payments: readonly string[]
  /** True with `--timestamped`. */
  readonly timestamped: boolean
}

/** A provider that can be played, and the list of what it has sent. */
export interface OpenSource {
  readonly provider: Pick<Provider, 'answers' | 'format' | 'interpret' | 'sign'>
  readonly list: Lister
}

export interface Source {
  /** Options that have to be given, each with the environment variable that its value comes from. */
  readonly options: Readonly<Record<string, string>>
  /** Options with a default. */
  readonly optional: Readonly<Record<string, string>>
  /** Which of the options callbacks are signed with; null where they carry no proof, or are signed with keys for tests. */
  readonly secret: string | null
  /** Which of the options is the key of the API, and what it begins with where it is one for real payments. */
  readonly liveKey?: { readonly option: string; readonly pattern: RegExp }
  /** The host of the API for real payments, where keys do not tell. */
  readonly liveHost?: RegExp
  /** True for a body about a real payment, where the body says so. */
  readonly isLive?: (body: object) => boolean
  /** True where states are listed instead of events: what was so before the start is no news. */
  readonly listsStates?: boolean
  /** True where a body only names a payment, so that reading it back says what is new. */
  readonly readsBack?: boolean
  /** What `--payment` names, where the API is asked payment by payment. */
  readonly asksAbout?: string
  /** What the shop has to be given to take such events. */
  readonly shopNeeds?: string
  readonly open: (values: SourceValues) => Promise<OpenSource>
}
