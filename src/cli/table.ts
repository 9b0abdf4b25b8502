/** Columns for people. A stranger may have written any cell, so every cell is escaped here. */
import { printable } from '../lib/printable.js'
import { CONFLICT } from '../operator/kept/choose.js'
import type { Paint, Tone } from './color.js'
import { fold } from './fold.js'
import { fitted, textWidth } from './text-width.js'

/** The width of the longest line in a list, so that a window of usual width breaks no line. */
export const WIDTH = 100

type Value = string | number | null

export type Cell = Value | { readonly value: Value; readonly tone: Tone }

export type Row = readonly Cell[]

interface Layout {
  readonly paint: Paint
  /** The column whose cells are cut if a line is longer than `WIDTH`. Default: none */
  readonly cutColumn?: number
}

const GAP = '  '

/** A shorter cut cell would be useless. */
const SHORTEST = 8

/** One line for the head and one for each row. */
export function tableLines(head: readonly string[], rows: readonly Row[], { paint, cutColumn }: Layout): string[] {
  const texts = [head, ...rows].map((row) => row.map(textOf))
  const widths = head.map((_, column) => Math.max(...texts.map((row) => textWidth(row[column]!))))
  if (cutColumn !== undefined) {
    const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1))
    widths[cutColumn] = Math.max(SHORTEST, widths[cutColumn]! - Math.max(0, total - WIDTH))
  }
  const [headLine, ...lines] = texts.map((row, at) => line(row, widths, at === 0 ? undefined : rows[at - 1], paint))
  return [paint('heading', headLine!), ...lines]
}

export function table(head: readonly string[], rows: readonly Row[], layout: Layout): string {
  return tableLines(head, rows, layout).join('\n')
}

/** One line for each field of a record, and more if its text is long. Nothing is left out. */
export function fields(named: Readonly<Record<string, Cell>>, paint: Paint): string {
  const width = Math.max(...Object.keys(named).map((name) => name.length))
  return Object.entries(named)
    .map(([name, cell]) => {
      const [first = '', ...rest] = folded(textOf(cell), WIDTH - width - GAP.length).split('\n')
      const indent = ' '.repeat(width + GAP.length)
      return [line([name, first], [width, Infinity], ['', cell], paint), ...rest.map((text) => indent + text)].join(
        '\n',
      )
    })
    .join('\n')
}

interface Named {
  readonly eventId: string | null
  readonly key: string
  readonly code: string | null
}

/**
 * The id of an event if it fits, otherwise the key. Both find the record, and a cut id finds nothing. The id of a conflict
 * belongs to another record.
 */
export function idWithin(room: number, { eventId, key, code }: Named): string {
  const id = printable(code === CONFLICT ? key : (eventId ?? key))
  return textWidth(id) <= room ? id : fitted(printable(key), room)
}

function folded(text: string, width: number): string {
  return textWidth(text) <= width ? text : fold(text, width)
}

/** To the second, in UTC. */
export function time(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}

function line(texts: readonly string[], widths: readonly number[], row: Row | undefined, paint: Paint): string {
  const last = texts.length - 1
  return texts
    .map((text, column) => {
      const shown = fitted(text, widths[column]!)
      const padding = column === last ? '' : ' '.repeat(widths[column]! - textWidth(shown))
      return painted(row?.[column], shown, paint) + padding
    })
    .join(GAP)
}

function painted(cell: Cell | undefined, text: string, paint: Paint): string {
  return typeof cell === 'object' && cell !== null ? paint(cell.tone, text) : text
}

function textOf(cell: Cell): string {
  const value = typeof cell === 'object' && cell !== null ? cell.value : cell
  return value === null || value === '' ? '-' : printable(String(value))
}
