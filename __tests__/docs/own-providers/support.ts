/** Providers written as a shop would write them, within eighty lines, tested with every payload and vector of the real ones. */
import { expect, test } from '@jest/globals'
import express from 'express'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryStore, paymentWebhook, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { payloadOf, payloadsIn, type Vector } from '../../support/provider-suite.js'
import { startServer } from '../../support/start-server.js'

export type Cases<Case> = Readonly<Record<string, { readonly cases: readonly (Vector & Case)[] }>>

/** Without an assertion for vectors that the documents leave open. */
export const asVectors = (cases: readonly Vector[]) =>
  cases.flatMap(({ name, raw_body: body, headers, valid }) => (valid === null ? [] : { name, body, headers, valid }))

export const textOf = (folder: string, file: string) => payloadOf(folder, file).toString('utf8')

export const textsOf = (folder: string, files = payloadsIn(folder)) =>
  Object.fromEntries(files.map((file) => [file, textOf(folder, file)]))

/** Sends deliveries to a shop on Express, one after another. */
export async function sent(provider: Provider, deliveries: readonly { body: string | Buffer; headers: object }[]) {
  const events: WebhookEvent[] = []
  const onUnhandled = (event: WebhookEvent) => void events.push(event)
  const options = { store: memoryStore(), on: {}, onUnhandled, onError: () => {} }
  const server = await startServer(express().use('/hook', paymentWebhook(provider, options)))
  const statuses: number[] = []
  for (const { body, headers } of deliveries) {
    const request = {
      method: 'POST',
      body: Buffer.from(body as string).toString(),
      headers: { 'content-type': 'application/json', ...headers },
    }
    const { status } = await fetch(`http://127.0.0.1:${server.port}/hook`, request)
    statuses.push(status)
  }
  await server.close()
  return { statuses, events }
}

/** Every payload of a folder, signed, and its result: an event, or the status of the answer if it becomes none. */
export function describePayloads(
  folder: string,
  create: (file: string) => Provider,
  rows: Readonly<Record<string, object | number>>,
) {
  test('there is a row for every payload', () => {
    expect(Object.keys(rows).sort()).toEqual(payloadsIn(folder).sort())
  })

  test.each(Object.entries(rows))('%s', async (file, wanted) => {
    const provider = create(file)
    const { statuses, events } = await sent(provider, [provider.sign(textOf(folder, file))])
    if (typeof wanted === 'number') expect({ statuses, events }).toEqual({ statuses: [wanted], events: [] })
    else expect({ statuses, events }).toEqual({ statuses: [200], events: [expect.objectContaining(wanted)] })
  })
}

export const eur = (amount: string, rest: object = {}) => ({ amount, currency: 'EUR', ...rest })
export const total = (amount: string) => eur(amount, { basis: 'total' })

/** Empty lines do not count. */
export function testLength(name: string): void {
  test('needs at most 80 lines, and no cryptography', () => {
    const text = readFileSync(join(__dirname, '../../../examples/own-providers', `${name}.ts`), 'utf8')
    expect(text.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(80)
    expect([...text.matchAll(/ from '(.+)'/g)].map(([, from]) => from)).not.toContain('node:crypto')
  })
}
