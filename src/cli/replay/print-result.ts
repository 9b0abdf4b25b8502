/** The result of a replay, for people. */
import { printable } from '../../lib/printable.js'
import type { Delivery } from '../../operator/kept/choose.js'
import type { Result } from '../../operator/kept/results.js'
import { paintFor, type Paint } from '../color.js'
import type { Io } from '../io.js'
import { note, printText } from '../output.js'
import { fields, idWithin, tableLines, WIDTH, type Cell } from '../table.js'
import { fitted } from '../text-width.js'

const INDENT = '  '
const ID_WIDTH = 70

export function printResult(io: Io, { replayed, returned, dismissed, waiting }: Result, waitMs: number): void {
  if (replayed.length + returned.length + dismissed.length + waiting.length === 0)
    return printText(io, 'nothing to replay')
  const paint = paintFor(io)
  const counts = {
    replayed: replayed.length,
    'failed again': failures(returned, 'event'),
    'back in quarantine': failures(returned, 'delivery'),
    ...(dismissed.length > 0 && { 'dismissed meanwhile': { value: dismissed.length, tone: 'bad' } as const }),
    [waitMs === 0 ? 'requested' : 'still waiting']: waiting.length,
  }
  printText(io, fields(counts, paint))
  if (returned.length > 0) printText(io, `\n${listed(returned, paint)}`)
  if (waiting.length > 0 && waitMs > 0) {
    const providers = [...new Set(waiting.map(({ provider }) => provider))].join(', ')
    const shop = `is a shop running that has ${providers} mounted on this store?`
    note(io, `still waiting after ${waitMs / 1000} s: ${shop} Where it has a queue: is a worker running?`)
  }
}

function failures(returned: Result['returned'], kind: Delivery['kind']): Cell {
  const value = returned.filter((one) => one.kind === kind).length
  return value === 0 ? 0 : { value, tone: 'bad' }
}

/** The reason is on its own line below the delivery, where there is room. */
function listed(returned: Result['returned'], paint: Paint): string {
  const rows = returned.map((delivery) => [idWithin(ID_WIDTH, delivery), delivery.code ?? 'failed'])
  const [head, ...lines] = tableLines(['NOT REPLAYED', 'STATE OR CODE'], rows, { paint })
  const blocks = returned.map(({ reason }, at) => [
    lines[at],
    ...(reason === null ? [] : [paint('minor', INDENT + fitted(printable(reason), WIDTH - INDENT.length))]),
  ])
  return [head, ...blocks.flat()].join('\n')
}
