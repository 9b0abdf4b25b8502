/** Explains why nothing is replayed for an id, and what to type if several records have it. */
import type { Choice, Unknown } from '../../operator/kept/choose.js'
import { accountOf } from '../../operator/kept/records.js'
import type { Io } from '../io.js'
import { quoted } from '../misplaced.js'
import { note } from '../output.js'
import { withoutUrls } from '../redact.js'
import { tableLines } from '../table.js'

const HEAD = ['STATE', 'TYPE OR CODE', 'EVENT']
const EVENT_COLUMN = 2
/** The column is shown if any record has an account. */
const ACCOUNT_HEAD = 'ACCOUNT'

/** Notes are escaped, so colours would be escaped too. */
const plain = (_tone: unknown, text: string) => text

export function printUnknown(io: Io, { id, reason, choices = [] }: Unknown): void {
  note(io, withoutUrls(`${id}: ${reason}`))
  if (choices.length === 0) return
  const hasAccounts = choices.some((choice) => accountOf(choice) !== null)
  const titles = hasAccounts ? [...HEAD, ACCOUNT_HEAD] : HEAD
  const rows = choices.map((choice) => (hasAccounts ? [...row(choice), choice.account] : row(choice)))
  const [head, ...lines] = tableLines(titles, rows, { paint: plain, cutColumn: EVENT_COLUMN })
  note(
    io,
    [
      head,
      ...choices.flatMap(({ key }, at) => [lines[at], `  npx express-payment-webhooks replay ${quoted(key)}`]),
    ].join('\n'),
  )
}

function row({ state, code, eventType, eventId }: Choice) {
  return [state, code ?? eventType, eventId]
}
