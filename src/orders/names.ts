/** Different spellings of one address, chain or coin. */

/** An address or a hash of an EVM chain. EIP-55 encodes a checksum in the case of its letters. */
const EVM = /^0x(?:[0-9a-f]{40}|[0-9a-f]{64})$/i

/**
 * The form of an id that `/orders` stores and compares: EVM addresses and hashes in lower case, everything else
 * unchanged. Use it to index payments and to look up events.
 *
 * @example
 * ```ts
 * import { canonicalId } from 'express-payment-webhooks/orders'
 *
 * canonicalId('0x52908400098527886E0F7030069857D2E4169EE7') // '0x52908400098527886e0f7030069857d2e4169ee7'
 * canonicalId('bc1Q')                                       // 'bc1Q'
 * ```
 */
export function canonicalId(id: string): string {
  return EVM.test(id) ? id.toLowerCase() : id
}

/** Names of one chain. Contains only names that mean the same chain wherever they are used. */
const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  bitcoin: ['btc', 'bitcoinmainnet'],
  lightning: ['ln', 'btcln', 'bitcoinlightning', 'lightningnetwork'],
  litecoin: ['ltc'],
  ethereum: ['eth', 'erc20', 'ethereummainnet'],
  tron: ['trx', 'trc20'],
  bsc: ['bep20', 'bnbsmartchain', 'binancesmartchain'],
  polygon: ['matic', 'pol', 'polygonpos'],
  solana: ['sol', 'spl'],
  ton: ['toncoin', 'theopennetwork'],
  arbitrum: ['arb', 'arbitrumone'],
  optimism: ['op', 'opmainnet'],
  avalanche: ['avaxc', 'avalanchec', 'avalanchecchain'],
  base: ['basemainnet'],
}

/** Codes of one coin. Never the name of a chain, because another coin may have come over it. */
const COINS: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' }

/** Coins that exist on several chains. Gateways write the chain after the code: `USDTTRC20`, `USDC_POLYGON`, `USDT.BEP20`. */
const ON_A_CHAIN = /^(USDT|USDC|DAI|BUSD|TUSD|FDUSD|PYUSD)[._ -]?([A-Z0-9 _-]+)$/

/** Further names, for `policy.aliases`. */
export interface Aliases {
  /** From the provider's name to the order's, for example `{ 'eth-mainnet': 'ethereum' }`. */
  readonly networks?: Readonly<Record<string, string>> | undefined
  /** The same for coins, for example `{ ETHARB: { currency: 'ETH', network: 'arbitrum' } }`. */
  readonly coins?:
    Readonly<Record<string, string | { readonly currency: string; readonly network?: string | undefined }>> | undefined
}

/** A coin, and the chain that its code contains. */
interface Coin {
  readonly currency: string
  readonly network: string | null
}

/** The names as a shop's orders read them. */
export interface Names {
  readonly network: (name: string) => string
  readonly coin: (code: string) => Coin
}

const CHAINS = new Map(
  Object.entries(NETWORKS).flatMap(([chain, names]) => [chain, ...names].map((one) => [one, chain])),
)

/** The built-in names; the shop's own names take precedence. */
export function namesWith({ networks = {}, coins = {} }: Aliases = {}): Names {
  const ownChains = new Map(Object.entries(networks).map(([alias, chain]) => [squeezed(alias), squeezed(chain)]))
  const ownCoins = new Map(Object.entries(coins).map(([code, coin]) => [code.toUpperCase(), coin]))
  const network = (name: string): string => {
    const squeezedName = squeezed(name)
    const own = ownChains.get(squeezedName) ?? squeezedName
    return CHAINS.get(own) ?? own
  }
  return {
    network,
    coin(code) {
      const upper = code.toUpperCase()
      const own = ownCoins.get(upper)
      if (own === undefined) return builtInCoin(upper)
      const { currency, network: chain = null } = typeof own === 'string' ? { currency: own } : own
      return { currency: currency.toUpperCase(), network: chain === null ? null : network(chain) }
    },
  }
}

function builtInCoin(code: string): Coin {
  const [, currency, chain = ''] = ON_A_CHAIN.exec(code) ?? []
  const network = CHAINS.get(squeezed(chain)) ?? null
  return currency === undefined || network === null
    ? { currency: COINS[code] ?? code, network: null }
    : { currency, network }
}

/** Removes case, blanks and hyphens, which distinguish no chains: `TRC-20`, `trc20`, `BNB Smart Chain`. */
function squeezed(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}
