/** Breaks text into lines that a terminal shows whole. */
import type { Output } from './io.js'
import { textWidth } from './text-width.js'

/** Longer lines are hard to read. */
const WIDEST = 100

/** Where nobody says how wide the terminal is. */
const USUAL = 80

/** The width of the lines of a text for people. */
export function widthOf({ columns }: Pick<Output, 'columns'>): number {
  return columns === undefined || columns <= 0 ? USUAL : Math.min(columns, WIDEST)
}

/**
 * Two columns: what something is called, and what is said about it. Names that are longer than their column stand on a line
 * of their own.
 */
export function foldRow(name: string, text: string, nameWidth: number, width: number): string {
  const indent = ' '.repeat(nameWidth)
  const [first = '', ...more] = fold(text, width - nameWidth).split('\n')
  const head = textWidth(name) < nameWidth ? name.padEnd(nameWidth) + first : `${name}\n${indent}${first}`
  return [head, ...more.map((line) => indent + line)].join('\n')
}

/** Lines of a paragraph are joined first. A word that is longer than a line stays whole. */
export function fold(text: string, width: number): string {
  const lines: string[] = []
  for (const paragraph of text.split(/\n\n/)) {
    if (lines.length > 0) lines.push('')
    let line = ''
    for (const word of paragraph.split(/\s+/).filter((one) => one !== '')) {
      if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    lines.push(line)
  }
  return lines.join('\n')
}
