/** The nginx recipe of docs/recipes.md, with a real nginx in front of a real shop. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { memoryStore } from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import { shopBehindProxy } from '../../examples/recipes/behind-a-proxy.js'
import { freePort } from '../support/free-port.js'
import { describeWith, NGINX } from '../support/needs.js'
import { startServer, type RunningServer } from '../support/start-server.js'
import { root } from './snippets.js'

describeWith(NGINX, 'the nginx recipe', () => {
  const deposits: string[] = []
  let folder: string
  let log: string
  let shop: RunningServer
  let nginx: ChildProcess
  let url: string

  beforeAll(async () => {
    // The recipe's shop logs refusals, and some tests are about refusals.
    jest.spyOn(console, 'error').mockImplementation(() => {})
    folder = mkdtempSync(path.join(os.tmpdir(), 'nginx_recipe_'))
    log = path.join(folder, 'access.log')
    const app = shopBehindProxy({
      proxies: ['127.0.0.1'],
      // The address of this machine from the view of nginx.
      senders: ['127.0.0.1'],
      orderToken: () => null,
      store: memoryStore(),
      onDeposit: async ({ id }) => void deposits.push(id),
    })
    shop = await startServer(app)
    const port = await freePort()
    url = `http://127.0.0.1:${port}/webhooks/city-pay`
    const recipe = readFileSync(path.join(root, 'examples/recipes/nginx.conf'), 'utf8')
      .replace('listen 8080', `listen 127.0.0.1:${port}`)
      .replace('127.0.0.1:3000', `127.0.0.1:${shop.port}`)
      .replace('/var/log/nginx/webhooks.log', log)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (what) => `${what}_temp_path ${folder}/${what};`,
    )
    const file = path.join(folder, 'nginx.conf')
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit; events {} http { access_log off; ${temporary.join(' ')}\n${recipe}\n}\n`,
    )
    nginx = spawn('nginx', ['-c', file, '-p', folder, '-e', 'stderr'], { stdio: 'inherit' })
    while (
      nginx.exitCode === null &&
      !(await fetch(url).then(
        () => true,
        () => false,
      ))
    )
      await setTimeout(50)
  })

  afterAll(async () => {
    if (nginx.exitCode === null) {
      nginx.kill('SIGTERM')
      await once(nginx, 'exit')
    }
    await shop.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const deposit = JSON.stringify(sample('city-pay', 'transaction.confirmed'))
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body: body as BodyInit, headers: { connection: 'close', ...headers } })

  test('a sender who claims another address is known by its own', async () => {
    expect((await post(deposit, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(200)
    expect(deposits).toHaveLength(1)
  })

  test('a body above the limit is refused before Node sees it', async () => {
    expect((await post(Buffer.alloc(100 * 1024 + 1, ' '))).status).toBe(413)
    expect((await post(Buffer.alloc(100 * 1024, ' '))).status).toBe(400)
  })

  test('what the shop answers arrives as it is, other methods included', async () => {
    const answer = await fetch(url)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('a flood is turned away before it reaches Node', async () => {
    const statuses = await Promise.all(Array.from({ length: 300 }, async () => (await post(deposit)).status))
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })

  test('the log has no header in it', async () => {
    await post(deposit, { authorization: 'Token not-for-the-log' })
    const lines = readFileSync(log, 'utf8')
    expect(lines).toContain('POST /webhooks/city-pay')
    expect(lines).not.toContain('not-for-the-log')
  })
})
