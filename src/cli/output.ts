/** Results go to standard output; progress, warnings and errors go to standard error. */
import { printable } from '../lib/printable.js'
import { fold, widthOf } from './fold.js'
import type { Io } from './io.js'

export function printText({ stdout }: Pick<Io, 'stdout'>, text: string): void {
  stdout.write(`${text}\n`)
}

/** Escapes control characters that a terminal would execute. A JSON parser undoes the escapes. */
export function printJson(io: Pick<Io, 'stdout'>, value: unknown): void {
  const lines = JSON.stringify(value, null, 2).split('\n')
  printText(io, lines.map(printable).join('\n'))
}

/** On a terminal, lines are broken between words. For a program they stay whole. */
export function note({ stderr }: Pick<Io, 'stderr'>, text: string): void {
  const lines = text.split('\n').map(printable)
  stderr.write(`${(stderr.isTTY === true ? lines.map((line) => fold(line, widthOf(stderr))) : lines).join('\n')}\n`)
}
