/** The parts of a browser that a purchase needs: cookies, redirects, links, buttons, and event streams. */
import { formsIn, linkIn, textIn } from './html.js'

/** The limit of everything that has to happen. A purchase takes a few seconds. */
const PATIENCE_MS = 30_000

export class Browser {
  #url = new URL('about:blank')
  #html = ''
  readonly #cookies = new Map<string, string>()

  get url(): string {
    return this.#url.href
  }

  open(url: string): Promise<void> {
    return this.#load(new URL(url, this.#url), { method: 'GET' })
  }

  /** Presses the first button with this text, with some fields of its form filled in. */
  press(label: string | RegExp, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    const says = (button: string) => (typeof label === 'string' ? button === label : label.test(button))
    const form = formsIn(this.#html).find(({ buttons }) => buttons.some(says))
    if (form === undefined) throw new Error(`there is no button "${String(label)}" on ${this.url}`)
    const body = new URLSearchParams({ ...form.fields, ...fields })
    return this.#load(new URL(form.action, this.#url), { method: 'POST', body })
  }

  /** The address of the link with this id. */
  link(id: string): string {
    const href = linkIn(this.#html, id)
    if (href === null) throw new Error(`there is no link "${id}" on ${this.url}`)
    return new URL(href, this.#url).href
  }

  /** The text of the first element that has this class or id. */
  says(by: 'class' | 'id', name: string): string {
    return textIn(this.#html, by, name) ?? ''
  }

  /** Reads a stream of server-sent events. It returns once one of them has led to the expected state. */
  async listen(url: string, onEvent: () => Promise<boolean>): Promise<boolean> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const decoder = new TextDecoder()
    try {
      const stream = await fetch(url, { headers: this.#headers(new URL(url)), signal })
      for await (const chunk of (stream.body ?? []) as AsyncIterable<Uint8Array>) {
        if (decoder.decode(chunk, { stream: true }).includes('data:') && (await onEvent())) return true
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
    return false
  }

  async #load(url: URL, request: RequestInit): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const answer = await fetch(url, { ...request, headers: this.#headers(url), redirect: 'manual', signal })
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const [name = '', value = ''] = pair.split('=')
      this.#cookies.set(`${url.host} ${name}`, value)
    }
    const location = answer.headers.get('location')
    if (location !== null) return this.#load(new URL(location, url), { method: 'GET' })
    if (!answer.ok) throw new Error(`${request.method ?? 'GET'} ${url.href} was answered with ${answer.status}`)
    this.#url = url
    this.#html = await answer.text()
  }

  #headers(url: URL): Record<string, string> {
    const own = [...this.#cookies].filter(([key]) => key.startsWith(`${url.host} `))
    return { accept: 'text/html', cookie: own.map(([key, value]) => `${key.split(' ')[1]!}=${value}`).join('; ') }
  }
}
