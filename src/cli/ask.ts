/** Asks a person on the terminal to confirm a step. */
import { createInterface } from 'node:readline'
import type { Io } from './io.js'

/** True if somebody can answer. */
export function canAsk({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/** Only `y` and `yes` confirm; anything else, and the end of the input, does not. */
export async function isConfirmed({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>, question: string): Promise<boolean> {
  stderr.write(`${question} [y/N] `)
  const lines = createInterface({ input: stdin })
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim())
    // The end of the input leaves the cursor behind the question.
    stderr.write('\n')
    return false
  } finally {
    lines.close()
  }
}
