/** Schemas of another version of zod: working ones are accepted, and those that would fail at a delivery are refused at once. */
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { z as z3 } from 'zod3'
import { decimal, defineProvider, hmacSignature, identifier, instant } from 'express-payment-webhooks'
import { mixesZodVersions } from '../../src/lib/zod-versions.js'
import type { PayloadSchema } from '../../src/payload.js'
import { eventOf } from '../support/deliver.js'
import { SECRET } from '../support/hmac-provider.js'

/** Passed without types, as JavaScript would: the types of zod 3 reject it. */
const field = identifier as unknown as z3.ZodTypeAny

const recursive = (leaf: z3.ZodTypeAny): z3.ZodTypeAny => {
  const tree: z3.ZodTypeAny = z3.lazy(() => z3.object({ next: tree.optional(), leaf }))
  return tree
}

const mixtures = (inside: z3.ZodTypeAny): [string, unknown][] => [
  ['an object', z3.object({ id: inside })],
  ['an object inside another', z3.object({ data: z3.object({ payment: z3.object({ id: inside }) }) })],
  ['an optional field', z3.object({ id: z3.optional(inside) })],
  ['a nullable field', z3.object({ id: z3.nullable(inside) })],
  ['a list', z3.array(inside)],
  ['a tuple', z3.tuple([z3.string(), inside])],
  ['the rest of a tuple', z3.tuple([z3.string()]).rest(inside)],
  ['a union', z3.union([z3.string(), inside])],
  [
    'a discriminated union',
    z3.discriminatedUnion('type', [
      z3.object({ type: z3.literal('a'), id: inside }),
      z3.object({ type: z3.literal('b') }),
    ]),
  ],
  ['an intersection', z3.intersection(z3.object({}), z3.object({ id: inside }))],
  ['a map', z3.map(z3.string(), inside)],
  ['a set', z3.set(inside)],
  ['an effect', z3.object({ id: inside }).refine(() => true)],
  ['a transformation', z3.object({ id: inside }).transform((one) => one)],
  ['a pipeline', z3.string().pipe(inside)],
  ['what is kept beside an object', z3.object({}).catchall(inside)],
  ['a brand', z3.object({ id: inside }).brand('x')],
  ['a default', z3.object({ id: inside }).default({ id: '1' } as never)],
  ['a catch', z3.object({ id: inside }).catch({ id: '1' } as never)],
  ['a lazy one that refers to itself', recursive(inside)],
]

describe('a zod 3 schema', () => {
  test.each(mixtures(field))('is refused with a field of this package inside %s', (_, schema) => {
    expect(mixesZodVersions(schema)).toBe(true)
  })

  test.each(mixtures(z3.string()))('is fine by itself: %s', (_, schema) => {
    expect(mixesZodVersions(schema)).toBe(false)
  })
})

test.each([
  z.object({ id: identifier, more: z.array(decimal) }),
  identifier,
  z3.string(),
  { safeParse: () => ({ success: true }) },
  { _def: null, safeParse: () => ({ success: true }) },
  null,
  undefined,
  'schema',
])('anything else is fine: %#', (schema) => {
  expect(mixesZodVersions(schema)).toBe(false)
})

describe('a provider', () => {
  const acmePay = (schema: PayloadSchema<{ readonly id: string }>) =>
    defineProvider({
      name: 'acme-pay',
      types: ['payment.confirmed'],
      authentication: hmacSignature({ header: 'x-acme', secret: SECRET }),
      schema,
      toEvent: (native) => ({ type: 'payment.confirmed', identity: [native.id], native }),
    })

  test('of a zod 3 schema of its own works', async () => {
    expect(await eventOf(acmePay(z3.object({ id: z3.string() })), '{"id":"evt_1","more":1}')).toMatchObject({
      id: 'acme-pay:evt_1',
      native: { id: 'evt_1' },
    })
  })

  test('of both does not start, and says why', () => {
    const mixed = z3.object({ id: field, at: instant as unknown as z3.ZodTypeAny })
    expect(() => acmePay(mixed as never)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_PROVIDER_INVALID',
        message: expect.stringContaining(
          'acme-pay: schema was made with zod 3 around fields of this package, which are zod 4',
        ),
      }),
    )
  })
})
