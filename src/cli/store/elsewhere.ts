/** Other places that hold events, for a store that has none: an empty list looks like a shop without trouble. */

export interface OtherPlaces {
  /** The other places, and the options that lead there. */
  readonly found?: string
  /** Why there may be places that were not found. */
  readonly doubt?: string
}

export type Elsewhere = () => Promise<OtherPlaces>

const LISTED_AT_MOST = 10

export function listOf(places: readonly string[]): string {
  const more = places.length - LISTED_AT_MOST
  const lines = [...places.slice(0, LISTED_AT_MOST), ...(more > 0 ? [`and ${more} more`] : [])]
  return lines.map((line) => `  ${line}`).join('\n')
}
