/** Results go to standard output; how it is going, and what went wrong, to standard error. */
import { printable } from '../lib/printable.js'

export function printText(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A parser undoes the escapes; a terminal never sees the characters. */
export function printJson(value: unknown): void {
  const lines = JSON.stringify(value, null, 2).split('\n')
  printText(lines.map(printable).join('\n'))
}

export function note(text: string): void {
  process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`)
}
