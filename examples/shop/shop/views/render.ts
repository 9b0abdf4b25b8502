/** Renders components as HTML. Preact escapes every inserted value. */
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

export function renderPage(page: VNode): string {
  return `<!doctype html>\n${renderToString(page)}\n`
}

/** A part of a page, with which a script replaces the previous one. */
export function renderFragment(fragment: VNode): string {
  return renderToString(fragment)
}
