/** Stores with a certificate from an issuer unknown to Node: the fix that the message names works. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createServer, type Server } from 'node:tls'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { Redis } from 'ioredis'
import { keep } from '../../support/operator-store.js'
import { runCommand, runProcess } from '../../support/run-command.js'
import { CERTIFICATE, KEY } from '../../support/self-signed.js'
import { describeWith, REDIS } from '../../support/needs.js'
import { REDIS_URL } from '../../support/services.js'

jest.setTimeout(60_000)

const UNKNOWN =
  /^the store cannot be reached: its certificate is signed by nobody whom Node knows \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. To fix it, .* set NODE_EXTRA_CA_CERTS=<file>\n$/

const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
const certificate = path.join(folder, 'redis.pem')
writeFileSync(certificate, CERTIFICATE)
afterAll(() => rmSync(folder, { recursive: true }))

/** TLS in front of the Redis of the tests. */
let server: Server
let port: number

beforeAll(async () => {
  const { hostname, port: target } = new URL(REDIS_URL)
  server = createServer({ key: KEY, cert: CERTIFICATE }, (client) => {
    const redis = connect(Number(target || 6379), hostname)
    client.pipe(redis).pipe(client)
    client.on('error', () => redis.destroy())
    redis.on('error', () => client.destroy())
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

describe('a self-signed certificate', () => {
  test.each(['ioredis', 'redis'])('is named with the fix, with the client %s', async (name) => {
    const project = path.join(folder, `with-${name}`)
    mkdirSync(path.join(project, 'node_modules'), { recursive: true })
    symlinkSync(path.join(__dirname, '../../../node_modules', name), path.join(project, 'node_modules', name))
    const { code, stdout, stderr } = await runCommand(['events', '--store', `rediss://127.0.0.1:${port}`], {
      cwd: project,
    })
    expect([code, stdout, stderr]).toEqual([3, '', expect.stringMatching(UNKNOWN)])
  })

  test('of an endpoint is named with the fix as well', async () => {
    const args = ['send', 'coins-ph', 'payment.confirmed', '--url', `https://127.0.0.1:${port}/hook`]
    const { code, stderr } = await runCommand(args, { env: { COINS_PH_TOKEN: 'a-token-of-some-length-7f3e' } })
    expect([code, stderr]).toEqual([3, expect.stringMatching(/signed by nobody .* set NODE_EXTRA_CA_CERTS=<file>\n$/)])
  })
})

describeWith(REDIS, 'a self-signed certificate that NODE_EXTRA_CA_CERTS names', () => {
  test('is trusted, and the store is read', async () => {
    const client = new Redis(REDIS_URL)
    const prefix = `cli-tls-${process.pid}`
    const store = redisStore({ sendCommand: (command, ...args) => client.call(command, ...args), prefix })
    await keep(store, 'kept')
    const result = await runProcess(['show', 'kept', '--store', `rediss://127.0.0.1:${port}`, '--prefix', prefix], {
      env: { NODE_EXTRA_CA_CERTS: certificate },
    })
    await store.removeQuarantined('kept')
    await client.quit()
    expect(result).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^state +quarantined$/m) })
  })
})
