/** Reads a form of the page, with a limit: from the request, or as the application's own parser left it. */
import type { IncomingMessage } from 'node:http'

/** A form has a key and a token. */
const MAX_BYTES = 8192

/** Null if the body is not a form or is too long. */
export async function readForm(req: IncomingMessage & { readonly body?: unknown }): Promise<URLSearchParams | null> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(req.headers['content-type'] ?? '')) return null
  const { body } = req
  if (typeof body === 'string' || Buffer.isBuffer(body)) return parsed(body)
  if (typeof body === 'object' && body !== null && (req.readableEnded || Object.keys(body).length > 0)) {
    const fields = Object.entries(body).filter((field): field is [string, string] => typeof field[1] === 'string')
    return new URLSearchParams(fields)
  }
  return req.readableEnded ? null : readStream(req)
}

async function readStream(req: IncomingMessage): Promise<URLSearchParams | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) return null
    chunks.push(chunk)
  }
  return parsed(Buffer.concat(chunks))
}

function parsed(body: string | Buffer): URLSearchParams | null {
  return body.length > MAX_BYTES ? null : new URLSearchParams(body.toString())
}
