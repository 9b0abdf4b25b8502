/** Every provider of the package, tested for everything that all providers must do. */
import { describe, expect, test } from '@jest/globals'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { providerConformance } from 'express-payment-webhooks/testing'
import { samplesOf } from '../../src/testing/sample.js'
import { BUILT_IN } from '../support/built-in-providers.js'

describe.each(Object.entries(BUILT_IN))('%s', (_name, row) => {
  const { provider, create, repeatable = [], brings = () => true } = row
  const types: readonly string[] = create('').types
  const listed = samplesOf(provider).filter(({ name, type }) => types.includes(type) && brings(name))
  const payloads = Object.fromEntries(listed.map(({ name, payload }) => [name, payload]))
  providerConformance({ test, create, payloads, repeatable })
})

test('every provider has a row', () => {
  const rows = Object.values(BUILT_IN).map(({ provider }) => provider)
  expect(new Set(rows)).toEqual(new Set(readdirSync(join(__dirname, '../../src/providers'))))
})
