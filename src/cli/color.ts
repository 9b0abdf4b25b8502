/** Colours for terminals. The text is complete without them. */
import { styleText } from 'node:util'
import type { Io } from './io.js'

const STYLES = { good: 'green', bad: 'red', notice: 'yellow', heading: 'bold', minor: 'gray' } as const

export type Tone = keyof typeof STYLES

export type Paint = (tone: Tone, text: string) => string

const plain: Paint = (_tone, text) => text

export function paintFor({ stdout, env }: Pick<Io, 'stdout' | 'env'>): Paint {
  if (!hasColors(stdout, env)) return plain
  return (tone, text) => styleText(STYLES[tone], text, { validateStream: false })
}

/** Decides as Node does: FORCE_COLOR first, then NO_COLOR, then the terminal. An empty variable counts as unset. */
function hasColors(
  { isTTY = false }: Io['stdout'],
  { FORCE_COLOR: forced = '', NO_COLOR: refused = '', TERM: terminal }: Io['env'],
): boolean {
  if (forced !== '') return forced !== '0' && forced !== 'false'
  return refused === '' && isTTY && terminal !== 'dumb'
}
