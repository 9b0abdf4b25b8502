/** Results go to standard output; progress, warnings and errors go to standard error. */
import { printable } from '../lib/printable.js'
import type { Io } from './io.js'

export function printText({ stdout }: Pick<Io, 'stdout'>, text: string): void {
  stdout.write(`${text}\n`)
}

/** Escapes what a terminal would obey. A JSON parser undoes the escapes. */
export function printJson(io: Pick<Io, 'stdout'>, value: unknown): void {
  const lines = JSON.stringify(value, null, 2).split('\n')
  printText(io, lines.map(printable).join('\n'))
}

export function note({ stderr }: Pick<Io, 'stderr'>, text: string): void {
  stderr.write(`${text.split('\n').map(printable).join('\n')}\n`)
}
