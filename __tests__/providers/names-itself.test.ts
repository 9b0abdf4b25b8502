/** A shop with several providers must see whose secret is not set. */
import { expect, test } from '@jest/globals'
import { SAMPLE_PROVIDERS, accountOf } from '../../src/testing/sample.js'

const signed = SAMPLE_PROVIDERS.map((name) => ({ name, account: accountOf(name) })).filter(
  ({ account }) => account.secret !== null,
)

const VALUES: Readonly<Record<string, string>> = { url: 'https://shop.example/hook' }

test.each(signed)('$name: a secret that is not set names the provider and the option', async ({ name, account }) => {
  const make = await account.load()
  const set = Object.keys(account.options).filter((option) => option !== account.secret)
  const options = Object.fromEntries(set.map((option) => [option, VALUES[option] ?? `own-${option}`]))
  const factory = name.replaceAll('-', '')
  expect(() => make({ options, timestamped: false, testMode: false, now: Date.now })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_SECRET_MISSING',
      message: expect.stringMatching(new RegExp(`^${factory}: ${account.secret!} is missing or empty`, 'i')),
    }),
  )
})
