/** Finds links and forms in a page. It works for the well-formed pages of this example, not for pages in general. */

export interface Form {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  /** The texts of its buttons. */
  readonly buttons: readonly string[]
}

export function formsIn(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, attributes = '', content = '']) => ({
    action: attribute(attributes, 'action') ?? '',
    fields: fieldsIn(content),
    buttons: [...content.matchAll(/<button\b[^>]*>([\s\S]*?)<\/button>/g)].map(([, label = '']) => textOf(label)),
  }))
}

/** The address of the link with this id. */
export function linkIn(html: string, id: string): string | null {
  const tag = [...html.matchAll(/<a\b([^>]*)>/g)].find(([, attributes = '']) => attribute(attributes, 'id') === id)
  return tag === undefined ? null : attribute(tag[1]!, 'href')
}

/** The text of the first element that has this class or id. */
export function textIn(html: string, by: 'class' | 'id', name: string): string | null {
  const element = new RegExp(`<(\\w+)\\b[^>]*\\b${by}="(?:[^"]* )?${name}(?: [^"]*)?"[^>]*>([\\s\\S]*?)</\\1>`).exec(
    html,
  )
  return element === null ? null : textOf(element[2]!)
}

/** The fields as a browser sends them: a box that is not ticked is missing. */
function fieldsIn(content: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [, attributes = ''] of content.matchAll(/<input\b([^>]*)>/g)) {
    const name = attribute(attributes, 'name')
    const type = attribute(attributes, 'type')
    if (name === null || ((type === 'checkbox' || type === 'radio') && !/\schecked\b/.test(attributes))) continue
    fields[name] = attribute(attributes, 'value') ?? 'on'
  }
  for (const [, attributes = '', options = ''] of content.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    fields[attribute(attributes, 'name') ?? ''] = attribute(options, 'value') ?? ''
  }
  return fields
}

function attribute(attributes: string, name: string): string | null {
  const match = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)
  return match === null ? null : unescape(match[1]!)
}

function textOf(html: string): string {
  return unescape(html.replace(/<[^>]*>/g, '').trim())
}

function unescape(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name]!)
}
