/** A moment, for people and for machines. */
import { formatDateTime } from '../format.js'

export function Time({ at }: { readonly at: string }) {
  return <time dateTime={at}>{formatDateTime(at)}</time>
}
