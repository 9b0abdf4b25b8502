/** Duties of every provider, in addition to its specialities: its vectors, its payloads, and its page. */
import { createServer, request, type Server } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { memoryStore, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { allDoors, type Door } from './doors.js'
import { eventOf } from './deliver.js'

const FIXTURES = join(__dirname, '..', 'fixtures')
const PAGES = join(__dirname, '..', '..', 'docs', 'providers')

/** A published authentication vector: an exact body, its headers, and whether they must be accepted. */
export interface Vector {
  readonly name: string
  readonly raw_body: string
  /** A list for a header that is sent several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** Null if the provider's documents leave it open. */
  readonly valid: boolean | null
}

/** The file of a provider's vectors, as the provider's own package made and verified them. */
export function vectorsOf<File>(folder: string): File {
  return JSON.parse(readFileSync(join(FIXTURES, folder, 'vectors.json'), 'utf8')) as File
}

/** The exact bytes of one payload. */
export function payloadOf(folder: string, file: string): Buffer {
  return readFileSync(join(FIXTURES, folder, file))
}

/** The files of a folder that are callbacks, not answers of an API or vectors. */
export function payloadsIn(folder: string): string[] {
  return readdirSync(join(FIXTURES, folder)).filter((file) => file !== 'vectors.json' && !file.startsWith('api_'))
}

/**
 * Sends every vector through every door over a socket.
 *
 * @param decided the decision if the documents leave it open, by the vector's name
 * @param unusable names of vectors that are authentic and become no event: without a durable store their sender keeps them
 */
export function describeVectors<Case extends Vector>(
  cases: readonly Case[],
  create: (vector: Case) => Provider,
  decided: Readonly<Record<string, boolean>> = {},
  unusable: readonly string[] = [],
): void {
  const isAccepted = ({ name, valid }: Vector) => {
    const accepted = valid ?? decided[name]
    if (accepted === undefined)
      throw new Error(`decide whether ${JSON.stringify(name)} is accepted, and say so on the page`)
    return accepted
  }

  describe.each(allDoors)('vectors at %s', (_door, open) => {
    test.each(cases)('$name', async (vector) => {
      const provider = create(vector)
      const { status, events } = await deliverAt(open, provider, vector)
      const { accepted, notAuthentic } = provider.answers
      const wanted = isAccepted(vector) ? { status: accepted.status, events: 1 } : { status: notAuthentic, events: 0 }
      expect({ status, events }).toEqual(unusable.includes(vector.name) ? { status: 400, events: 0 } : wanted)
    })
  })

  test('there are vectors of both kinds, so that neither a closed nor an open door passes', () => {
    expect(new Set(cases.map(isAccepted))).toEqual(new Set([true, false]))
  })
}

/** Delivers to one door over a socket. Answers the status, and the number of events that reached a handler. */
export async function deliverAt(
  open: Door,
  provider: Provider,
  delivery: Pick<Vector, 'raw_body' | 'headers'>,
): Promise<{ readonly status: number; readonly events: number }> {
  let events = 0
  const options = { store: memoryStore(), on: {}, onUnhandled: () => void events++, onError: () => {} }
  const listener = open({ path: '/hook', provider, options, before: () => {} })
  const status = await post(createServer(listener), delivery)
  return { status, events }
}

/** By node:http, because `fetch` joins a header that is sent several times. */
async function post(
  server: Server,
  { raw_body: body, headers }: Pick<Vector, 'raw_body' | 'headers'>,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    return await new Promise<number>((resolve, reject) => {
      const sent = request({ port, path: '/hook', method: 'POST', headers: { 'content-type': 'application/json' } })
      for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value)
      sent.on('error', reject).on('response', (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode!))
      })
      sent.end(body)
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Another table of a page: the one below a separate heading, about other files or other bodies. */
interface Examples {
  /** @default 'Examples' */
  readonly heading?: string
  /** @default every callback */
  readonly files?: readonly string[]
  /** The body that is delivered for a file. @default the file */
  readonly body?: (file: string) => Buffer | string
}

/**
 * Compares the table of examples on a provider's page with the events of its payloads. Every payload has its row: `| payload |
 * type | order | payment | money |`, with `-` if an event has none, and in the column of the type the code of a delivery that
 * becomes no event, or `ignored`.
 */
export function describeExamples(folder: string, create: (file: string) => Provider, examples: Examples = {}): void {
  const { heading = 'Examples', files = payloadsIn(folder), body = (file) => payloadOf(folder, file) } = examples
  describe(`docs/providers/${folder}.md, ${heading}`, () => {
    test('are all payloads, and what they become', async () => {
      const rows: string[] = []
      for (const file of files) rows.push(await exampleOf(create(file), file, body(file)))
      expect(examplesOn(folder, heading)).toEqual(rows)
    })
  })
}

async function exampleOf(provider: Provider, file: string, body: Buffer | string): Promise<string> {
  const event = await eventOf(provider, body).catch((error: unknown) => error as Error)
  const cells = event instanceof Error ? [refusalIn(event.message), '-', '-', '-'] : cellsOf(event)
  return `| ${[file.replace(/\.\w+$/, ''), ...cells].map((cell) => `\`${cell}\``.replace('`-`', '-')).join(' | ')} |`
}

function cellsOf(event: WebhookEvent): string[] {
  return [event.type, event.orderId ?? '-', event.paymentId ?? '-', moneyOf(event)]
}

/** The code, or the kind of the outcome if there is no code. */
function refusalIn(message: string): string {
  const [, kind = message, code = kind] = /^no event: (\w+)(?: ([A-Z_]{4,}) )?/.exec(message) ?? []
  return code
}

/** The money of an event, in one line. */
function moneyOf({ expected, received, original, refund, dispute }: WebhookEvent): string {
  const parts = [
    expected && `asked ${expected.amount} ${expected.currency}`,
    received && `${received.basis} ${received.amount} ${received.currency}`,
    original && `sent ${original.amount} ${original.currency}`,
    refund && `${refund.basis === 'total' ? 'back in total' : 'back'} ${refund.amount} ${refund.currency}`,
    dispute && `disputed ${dispute.amount} ${dispute.currency}${dispute.withdrawn ? ', taken' : ''}`,
  ]
  return parts.filter((part) => part !== null).join('; ') || '-'
}

function examplesOn(page: string, heading: string): string[] {
  const text = readFileSync(join(PAGES, `${page}.md`), 'utf8')
  const [, section = ''] = text.split(`\n### ${heading}\n`)
  const [table = ''] = section.split(/^#/m)
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) => row.replace(/ +\|/g, ' |'))
}

/** A provider's API on a separate server: answers by path, 404 for everything else. */
export function apiServer(
  answers: Readonly<Record<string, { readonly status?: number; readonly body: string | Buffer }>>,
) {
  const requests: { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[] = []
  const server = createServer((req, res) => {
    requests.push({ path: req.url!, headers: req.headers })
    const { status = 404, body = '{}' } = answers[req.url!] === undefined ? {} : { status: 200, ...answers[req.url!] }
    res.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url, requests }
}
