/** A provider's API on its own port, limited to the requests of a lister. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Listed, Lister } from 'express-payment-webhooks/reconcile'
import { startServer } from './start-server.js'

export interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = object | { readonly status: number; readonly headers?: Record<string, string>; readonly json?: object }

/** @param answer a page, or a status with its headers and body */
export async function listingApi(answer: (asked: Asked, base: string) => Answer) {
  const asked: Asked[] = []
  const { port, close } = await startServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url: new URL(url, 'http://api'), headers, body: Buffer.concat(chunks).toString() }
      asked.push(one)
      const found = answer(one, `http://127.0.0.1:${port}`) as { status?: unknown; headers?: object; json?: object }
      const isPage = typeof found.status !== 'number'
      response.writeHead(isPage ? 200 : (found.status as number), {
        'content-type': 'application/json',
        ...(isPage ? {} : found.headers),
      })
      response.end(JSON.stringify(isPage ? found : (found.json ?? {})))
    })
  })
  return { asked, url: `http://127.0.0.1:${port}`, close }
}

/** Everything that is listed between two times. */
export async function listed(list: Lister, since: Date, until: Date): Promise<Listed[]> {
  const found: Listed[] = []
  for await (const one of list({ since, until, signal: new AbortController().signal })) found.push(one)
  return found
}
