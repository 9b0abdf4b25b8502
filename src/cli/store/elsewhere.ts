/** Other places that contain events, if a store has none: an empty list would look like a shop without problems. */

export interface OtherPlaces {
  /** The other places, and the options that select them. */
  readonly found?: string
  /** The reason why the search may have missed places. */
  readonly doubt?: string
}

export type Elsewhere = () => Promise<OtherPlaces>

const LISTED_AT_MOST = 10

export function listOf(places: readonly string[]): string {
  const more = places.length - LISTED_AT_MOST
  const lines = [...places.slice(0, LISTED_AT_MOST), ...(more > 0 ? [`and ${more} more`] : [])]
  return lines.map((line) => `  ${line}`).join('\n')
}
