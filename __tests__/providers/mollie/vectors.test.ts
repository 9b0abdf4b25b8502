/** Next-gen vectors that the official package signed and verified, classic bodies, and the tables of the page. */
import { describe, expect, test } from '@jest/globals'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { allDoors } from '../../support/doors.js'
import { deliverAt, describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { answer, ID } from './support.js'

interface ClassicVector {
  readonly name: string
  readonly raw_body: string
  /** The id that is read back; null if the body is refused or ignored without a call to Mollie. */
  readonly id: string | null
}

const { mollie: vectors } = vectorsOf<{
  mollie: {
    signing_secret: string
    cases: (Vector & { readonly secrets?: string[] })[]
    classic: { content_type: string; cases: ClassicVector[] }
  }
}>('mollie')

/** Mollie's answer for an id: an order of the retired API is paid by the payment that its name leads to. */
const READ: Readonly<Record<string, Record<string, unknown>>> = {
  [ID]: answer('paid'),
  tr_WDqYK6vllg: answer('expired'),
  tr_7UhSN1zuXS: answer('jpy_metadata_text'),
  ord_kEn1PlbGa: { ...answer('paid'), orderId: 'ord_kEn1PlbGa' },
}

const readBack = async (id: string) => READ[id] ?? null
const signed = (secret: string | string[] = vectors.signing_secret) => mollie({ secret, mode: 'test', readBack })
const classic = () => mollie({ mode: 'test', readBack })

describeVectors(vectors.cases, ({ secrets }) => signed(secrets))

describe.each(allDoors)('classic bodies at %s', (_door, open) => {
  test.each(vectors.classic.cases)('$name', async ({ raw_body, id }) => {
    const asked: string[] = []
    const read = async (one: string) => {
      asked.push(one)
      return readBack(one)
    }
    const headers = { 'content-type': vectors.classic.content_type }
    const { status, events } = await deliverAt(open, mollie({ mode: 'test', readBack: read }), { raw_body, headers })
    expect(asked).toEqual(id === null ? [] : [id])
    const isTest = raw_body === 'testByMollie=1'
    expect({ status, events }).toEqual({ status: id === null && !isTest ? 400 : 200, events: id === null ? 0 : 1 })
  })
})

test('there are classic bodies of both kinds', () => {
  expect(new Set(vectors.classic.cases.map(({ id }) => id === null))).toEqual(new Set([true, false]))
})

describeExamples('mollie', (file) => (file.startsWith('classic') ? classic() : signed()))

const answers = ['charged_back', 'expired', 'jpy_metadata_text', 'open', 'paid', 'paid_partly_refunded']

describeExamples('mollie', (file) => mollie({ mode: 'test', readBack: async () => answer(nameOf(file)) }), {
  heading: 'Payments read',
  files: answers.map((name) => `api_payment_${name}.json`),
  body: (file) => `id=${String(answer(nameOf(file))['id'])}`,
})

function nameOf(file: string): string {
  return file.replace(/^api_payment_|\.json$/g, '')
}
