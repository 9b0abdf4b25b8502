/** An option that a command takes once, although other commands take it several times. */
import { usageError, type Values } from './command.js'

/** @throws CommandError when the option is given several times */
export function oneOf(
  name: 'order' | 'payment' | 'refund',
  { [name]: ids = [] }: Values,
  command: string,
): string | undefined {
  if (ids.length > 1) throw usageError(`${command} takes one --${name}`)
  return ids[0]
}
