/** A Postgres that cannot be used at all: `init` says in one line what to mend, and keeps the client's own error. */
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { Pool } from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

const pools: Pool[] = []
afterAll(() => Promise.all(pools.map((pool) => pool.end())))

const initAt = (connectionString: string, transactional: boolean) => {
  const pool = new Pool({ connectionString, connectionTimeoutMillis: 1500 })
  pools.push(pool)
  return (transactional ? postgresStore(pool, { transactional }) : postgresStore(pool)).init()
}

/** Another place on the same server. */
const changed = (change: (url: URL) => void) => {
  const url = new URL(DATABASE_URL)
  change(url)
  return url.href
}

describe.each([false, true])('with transactional: %s, init names the fix', (transactional) => {
  test('where nothing listens', async () => {
    await expect(initAt('postgres://shop:s3cret@127.0.0.1:1/shop', transactional)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message:
        'postgresStore: nothing listens at the address (ECONNREFUSED). To fix it, start Postgres, or correct the host and the port',
      cause: { code: 'ECONNREFUSED' },
    })
  })

  describeWith(POSTGRES, 'at a server', () => {
    test.each<[string, (url: URL) => void, RegExp]>([
      [
        'of a missing database',
        (url) => (url.pathname = '/no_such_db'),
        /no database of this name \(3D000\).* createdb/,
      ],
      ['of an unknown user', (url) => (url.username = 'no_such_user'), /user.* \((28000|28P01)\)\. To fix it, correct/],
    ])('%s', async (_name, change, message) => {
      await expect(initAt(changed(change), transactional)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching(message),
      })
    })
  })
})

test.each([
  ['28000', 'no PostgreSQL user name specified in startup packet', /the address names no user .*USER:PASSWORD@HOST/],
  ['28P01', 'password authentication failed for user "shop"', /refuses the user name or password \(28P01\)/],
  [undefined, 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', /refuses the user name or/],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND db.invalid', /the host of the address cannot be found \(ENOTFOUND\)/],
  [undefined, 'timeout exceeded when trying to connect', /does not answer at the address\. To fix it/],
])('%s %s is put into words', async (code, message, words) => {
  const cause = Object.assign(new Error(message), code === undefined ? {} : { code })
  const query = jest.fn<() => Promise<never>>().mockRejectedValue(cause)
  await expect(postgresStore({ query }).init()).rejects.toMatchObject({ message: expect.stringMatching(words), cause })
})

test('any other error stays as it is', async () => {
  const cause = new Error('out of paper')
  await expect(postgresStore({ query: () => Promise.reject(cause) }).init()).rejects.toBe(cause)
})
