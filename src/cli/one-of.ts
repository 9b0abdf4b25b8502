/** An option that other commands take several times, where one takes it once. */
import { usageError, type Values } from './command.js'

/** @throws CommandError for several */
export function oneOf(
  name: 'order' | 'payment' | 'refund',
  { [name]: ids = [] }: Values,
  command: string,
): string | undefined {
  if (ids.length > 1) throw usageError(`${command} takes one --${name}`)
  return ids[0]
}
