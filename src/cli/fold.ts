/** Breaks text into lines that fit a terminal. */
import type { Output } from './io.js'
import { textWidth } from './text-width.js'

/** Longer lines are hard to read. */
const WIDEST = 100

/** The width if the terminal's width is unknown. */
const USUAL = 80

/** The line width of a text for people. */
export function widthOf({ columns }: Pick<Output, 'columns'>): number {
  return columns === undefined || columns <= 0 ? USUAL : Math.min(columns, WIDEST)
}

/** Two columns: a name and its explanation. A name that is longer than its column gets a line of its own. */
export function foldRow(name: string, text: string, nameWidth: number, width: number): string {
  const indent = ' '.repeat(nameWidth)
  const [first = '', ...more] = fold(text, width - nameWidth).split('\n')
  const head = textWidth(name) < nameWidth ? name.padEnd(nameWidth) + first : `${name}\n${indent}${first}`
  return [head, ...more.map((line) => indent + line)].join('\n')
}

/** Joins the lines of a paragraph first, and keeps rows of two columns. A word that is longer than a line stays whole. */
export function fold(text: string, width: number): string {
  const blocks = text.split(/\n(?=\n| {2})|(?<=^ {2}.*)\n/m)
  return blocks.map((block) => foldBlock(block, width)).join('\n')
}

function foldBlock(block: string, width: number): string {
  const [, name = '', gap = '', rest = ''] = /^( {2}\S+)( +)(.*)$/.exec(block) ?? []
  if (name !== '') return foldRow(name, rest, name.length + gap.length, width)
  const lines: string[] = []
  let line = ''
  for (const word of block.split(/\s+/).filter((one) => one !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || textWidth(longer) <= width) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  const isSeparated = block.startsWith('\n')
  return (isSeparated ? '\n' : '') + [...lines, line].join('\n')
}
