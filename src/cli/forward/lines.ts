/** The line that is printed about each attempt: its subject and the shop's answer. */
import { printable } from '../../lib/printable.js'
import type { Provider } from '../../provider.js'
import type { Paint } from '../color.js'
import { fitted, textWidth } from '../text-width.js'
import type { Attempt } from './deliveries.js'
import type { Source } from './source.js'

/** With the status, the line is no wider than other lists. */
const COLUMNS = { TIME: 9, TYPE: 24, PAYMENT: 27, ORDER: 16 } as const

const GAP = '  '

export const HEAD_LINE = [...Object.entries(COLUMNS).map(([name, width]) => name.padEnd(width)), 'STATUS'].join(GAP)

/** Error pages of frameworks are longer than the part that helps. */
const SHOWN_BODY = 200

export function attemptLine({ item, answer, at, againInMs }: Attempt, paint: Paint): string {
  const { type, paymentId, orderId, attempts } = item
  const clock = `${new Date(at).toISOString().slice(11, 19)}Z`
  const cells = [clock, type, paymentId, orderId].map((value, column) => cell(value, Object.values(COLUMNS)[column]!))
  const status = paint(againInMs === null ? 'good' : 'bad', String(answer.status))
  return [...cells, `${status}${againInMs === null ? attemptsOf(attempts) : ` again in ${againInMs / 1000} s`}`].join(
    GAP,
  )
}

/** One JSON object per line, because a program reads a stream that does not end. */
export function attemptJson({ item, answer, at, againInMs }: Attempt): string {
  const { type, paymentId, orderId, occurredAt, attempts } = item
  const { status, milliseconds, body } = answer
  const event = { at: new Date(at).toISOString(), type, paymentId, orderId, occurredAt }
  return printable(JSON.stringify({ ...event, attempts, status, milliseconds, body, againInMs }))
}

/** The shop's explanation of a first refusal; null if there is none. */
export function refusalNote(
  { item, answer, againInMs }: Attempt,
  { answers }: Pick<Provider, 'answers'>,
  { options, secret }: Pick<Source, 'options' | 'secret'>,
): string | null {
  if (againInMs === null || item.attempts > 1) return null
  const body = fitted(answer.body.trim(), SHOWN_BODY)
  const isForged = answer.status === answers.notAuthentic && secret !== null
  const why = isForged ? `the signature was refused: does the shop have the same secret as ${options[secret]!}?` : ''
  const said = [body === '' ? '' : `the shop says: ${body}`, why].filter((text) => text !== '')
  return said.length === 0 ? null : said.join('\n')
}

function attemptsOf(attempts: number): string {
  return attempts === 1 ? '' : ` at attempt ${attempts}`
}

function cell(value: string | null, width: number): string {
  const shown = fitted(value === null || value === '' ? '-' : printable(value), width)
  return shown + ' '.repeat(width - textWidth(shown))
}
