/** Columns for people. Everything in a cell may have been written by a stranger. */
import { printable } from '../lib/printable.js'

export type Row = readonly (string | number | null)[]

export function table(head: readonly string[], rows: readonly Row[]): string {
  const cells = [head, ...rows.map((row) => row.map(cell))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  return cells.map((row) => line(row, widths)).join('\n')
}

/** One line for each field of one thing. */
export function fields(named: Readonly<Record<string, string | number | null>>): string {
  const width = Math.max(...Object.keys(named).map((name) => name.length))
  return Object.entries(named)
    .map(([name, value]) => line([name, cell(value)], [width, 0]))
    .join('\n')
}

export function shortened(text: string | null, length: number): string | null {
  if (text === null || text.length <= length) return text
  return `${text.slice(0, length - 3)}...`
}

/** To the second, in UTC. */
export function time(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z')
}

function cell(value: string | number | null): string {
  return value === null || value === '' ? '-' : printable(String(value))
}

function line(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((text, column) => text.padEnd(widths[column]!))
    .join('  ')
    .trimEnd()
}
