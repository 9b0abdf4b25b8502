/** Names the listed records that were found only by their kept body: no column of the list shows why they are there. */
import { looksLikeId } from '../operator/kept/by-kept-text.js'
import type { Found } from '../operator/kept/with-kept.js'
import type { EventRecord } from '../store.js'
import type { Io } from './io.js'
import { quoted } from './misplaced.js'
import { note } from './output.js'
import { withoutUrls } from './redact.js'

/** Number of keys that the note names. */
const NAMED = 5

/** Bodies are not searched for a very short id, so the list lacks an unreadable payment of it. */
const UNSEARCHED =
  'what is kept is searched for ids of six characters or more that have a digit; `events --state quarantined` lists what could not be read'

export function noteInBody(io: Io, id: string, listed: readonly EventRecord[], { named, inBody }: Found): void {
  if (!looksLikeId(id)) return note(io, `${withoutUrls(id)}: ${UNSEARCHED}`)
  // If no record names the id, all of them were found by their bodies.
  if (named.length === 0 && listed.length === 1) return
  const keys = inBody.filter((record) => listed.includes(record)).map(({ key }) => key)
  if (keys.length === 0) return
  const rest = keys.length > NAMED ? `, and ${keys.length - NAMED} more` : ''
  const shown = keys.slice(0, NAMED).map(quoted).join(', ')
  note(
    io,
    withoutUrls(`${id} is only in the kept body of ${shown}${rest}; \`show ${quoted(keys[0]!)} --body\` prints it`),
  )
}
