/** Limits wrong operator tokens. The token is too long to guess, and nobody should even try. */

const MOST_WRONG = 10
const WITHIN_MS = 10 * 60_000
/** The number of remembered addresses. Beyond it, the oldest is forgotten. */
const MOST_ADDRESSES = 10_000

export interface LoginLimit {
  isReached(address: string): boolean
  countWrong(address: string): void
  forget(address: string): void
}

/** @param now milliseconds since 1970 */
export function loginLimit(now: () => number = Date.now): LoginLimit {
  const wrong = new Map<string, { readonly count: number; readonly until: number }>()
  const known = (address: string) => {
    const entry = wrong.get(address)
    return entry !== undefined && entry.until > now() ? entry : null
  }
  return {
    isReached: (address) => (known(address)?.count ?? 0) >= MOST_WRONG,
    countWrong(address) {
      const { count, until } = known(address) ?? { count: 0, until: now() + WITHIN_MS }
      wrong.delete(address)
      wrong.set(address, { count: count + 1, until })
      const [oldest] = wrong.keys()
      if (wrong.size > MOST_ADDRESSES && oldest !== undefined) wrong.delete(oldest)
    },
    forget: (address) => void wrong.delete(address),
  }
}
