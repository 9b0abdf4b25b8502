/** HTTP as bytes: clients and test libraries refuse to send most of a hostile sender's requests. */
import { connect, type Socket } from 'node:net'

/** One parsed response; `raw` is every byte the server sent on the connection. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly raw: string
}

export interface RequestText {
  /** Header lines as sent, without line ends. A name given here replaces the default line of that name. */
  readonly headers?: readonly string[]
  readonly line?: string
  readonly body?: Buffer | string
}

export const HOOK = '/hooks/hmac'

/** A whole request. Unless given: POST to the hook, Host, Connection: close and the right Content-Length. */
export function requestBytes({ headers = [], line = `POST ${HOOK} HTTP/1.1`, body = '' }: RequestText): Buffer {
  const content = Buffer.from(body)
  const given = headers.map((header) => header.split(':')[0]!.trim().toLowerCase())
  const framed = given.includes('content-length') || given.includes('transfer-encoding')
  const lines = [line]
  if (!given.includes('host')) lines.push('Host: shop.example')
  if (!given.includes('connection')) lines.push('Connection: close')
  if (!framed) lines.push(`Content-Length: ${content.length}`)
  const head = [...lines, ...headers, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), content])
}

/** Longer than any deadline of a test; reaching it means that the server left the connection open. */
const PATIENCE_MS = 15_000

/**
 * Sends bytes, or everything that `send` writes, and resolves with the last answer after the server closed the connection.
 * Rejects if the server does not.
 */
export function rawRequest(port: number, send: Buffer | string | ((socket: Socket) => void)): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => (typeof send === 'function' ? send(socket) : socket.write(send)))
    const timer = setTimeout(() => {
      socket.destroy()
      reject(
        new Error(`the server did not hang up; it sent ${JSON.stringify(Buffer.concat(chunks).toString('latin1'))}`),
      )
    }, PATIENCE_MS)
    socket.on('data', (chunk) => chunks.push(chunk))
    // A reset after the answer also closes the connection; if there is no answer, `parse` reports it.
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(parse(Buffer.concat(chunks).toString('latin1')))
    })
  })
}

/** Status 0 when the connection ended without an answer. */
function parse(raw: string): RawAnswer {
  const start = raw.lastIndexOf('HTTP/1.')
  const [head = '', ...rest] = raw.slice(Math.max(start, 0)).split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n'), raw }
}
