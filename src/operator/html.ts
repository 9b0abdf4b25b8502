/** HTML without injection: the template escapes every value, and only the template can make a value that is markup. */
import { printable } from '../lib/printable.js'

export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Content = Html | string | number | null | undefined | false | readonly Content[]

/**
 * Escapes texts for elements and for attributes in double quotes. Invisible characters, and those that change the text
 * direction, are spelled out. Null, undefined and false are left out; the items of a list are joined.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.map((part, at) => part + (at < values.length ? rendered(values[at]) : '')).join(''))
}

/** Text with its line breaks, for `pre`. */
export function lines(text: string): Html {
  return new Html(text.split(/\r?\n/).map(rendered).join('\n'))
}

function rendered(content: Content): string {
  if (content instanceof Html) return content.text
  if (content === null || content === undefined || content === false) return ''
  if (typeof content === 'object') return content.map(rendered).join('')
  return escaped(printable(String(content)))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character]!)
}
