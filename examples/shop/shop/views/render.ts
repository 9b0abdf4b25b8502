/** From components to HTML text. Whatever is put into them is escaped by Preact. */
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

export function renderPage(page: VNode): string {
  return `<!doctype html>\n${renderToString(page)}\n`
}

/** A part of a page, for a script that puts it in the place of the one before. */
export function renderFragment(fragment: VNode): string {
  return renderToString(fragment)
}
