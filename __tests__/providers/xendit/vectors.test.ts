/** Xendit, whose token covers only itself: its vectors, and the tables of the page. */
import { describe, expect, test } from '@jest/globals'
import { receiverOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { reading, TOKEN, trusting } from './support.js'

interface XenditVector extends Vector {
  readonly tokens?: readonly string[]
}

const { xendit: vectors } = vectorsOf<{ xendit: { callback_token: string; cases: XenditVector[] } }>('xendit')

describe('with what is read', () =>
  describeVectors(vectors.cases, ({ tokens = vectors.callback_token }) => reading({}, { token: tokens })))

describe('with bodies that are trusted', () => describeVectors(vectors.cases, ({ tokens }) => trusting(tokens)))

describeExamples('xendit', () => reading())

describe('a body that was changed under the right token', () => {
  const [genuine, changed] = vectors.cases as [XenditVector, XenditVector]
  const headers = { 'x-callback-token': TOKEN }

  test('says nothing that was not read, and is the same event', async () => {
    expect(changed.raw_body).toContain('"paid_amount":5000000')
    const { deliver, events } = receiverOf(reading())
    await deliver(changed.raw_body, headers)
    expect(events).toMatchObject([{ type: 'payment.confirmed', received: { amount: '50000', currency: 'IDR' } }])
    expect((await deliver(genuine.raw_body, { ...headers, 'webhook-id': 'another' })).kind).toBe('duplicate')
  })

  test('is believed where bodies are trusted, which is why that has to be asked for', async () => {
    const { deliver, events } = receiverOf(trusting())
    await deliver(changed.raw_body, headers)
    expect(events).toMatchObject([{ received: { amount: '5000000' } }])
  })
})
