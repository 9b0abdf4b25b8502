/** `--order`, where it names one order: `doctor` takes several. */
import { usageError, type Values } from './command.js'

/** @throws CommandError for several */
export function orderOption({ order = [] }: Values, command: string): string | undefined {
  if (order.length > 1) throw usageError(`${command} takes one --order`)
  return order[0]
}
