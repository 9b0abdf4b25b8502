/** A Next.js application as deployed: built, started, and sent callbacks. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { cryptoGateway } from 'express-payment-webhooks'
import { sample, signedRequest } from 'express-payment-webhooks/testing'
import next from 'next'

process.env.GATEWAY_SECRET = randomBytes(24).toString('hex')
process.env.NEXT_TELEMETRY_DISABLED = '1'
execFileSync(process.execPath, ['node_modules/next/dist/bin/next', 'build'], { stdio: 'inherit' })

const app = next({ dev: false, dir: import.meta.dirname })
await app.prepare()
const server = createServer(app.getRequestHandler()).listen(0, '127.0.0.1')
await once(server, 'listening')

const send = async (request, path) => {
  const url = `http://127.0.0.1:${server.address().port}${path}`
  const response = await fetch(url, { method: 'POST', ...request })
  return { status: response.status, body: await response.text(), allow: response.headers.get('allow') }
}

const provider = cryptoGateway({ secret: process.env.GATEWAY_SECRET })
const stranger = cryptoGateway({ secret: randomBytes(24).toString('hex') })
const payload = sample('crypto-gateway', 'transaction.confirmed')
const genuine = signedRequest(provider, payload)

/** A route handler of the app folder, and an API route of the pages folder, which is called without `next`. */
for (const [path, handled] of [
  ['/webhooks/gateway', () => globalThis.handled],
  ['/api/gateway?tenant=7', () => globalThis.handledByApi],
]) {
  assert.equal((await send(signedRequest(stranger, payload), path)).status, 401)
  assert.equal((await send({ ...genuine, body: `${genuine.body} ` }, path)).status, 401)
  assert.equal((await send({ ...genuine, body: 'x'.repeat(65 * 1024) }, path)).status, 413)
  assert.deepEqual(handled(), [])
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(await send(genuine, path), { status: 200, body: '{"success":true}', allow: null })
  }
  assert.equal(handled().length, 1)
  assert.deepEqual(await send({ method: 'GET' }, path), { status: 405, body: '', allow: 'POST' })
}

// Next.js keeps the process alive.
process.exit(0)
