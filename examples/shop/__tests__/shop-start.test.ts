/** `npm start` in a process of its own: its output is true, and it reports a fault in one line. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import request from 'supertest'
import { paths } from '../shop/views/paths.js'

jest.setTimeout(60_000)

let data: string
beforeAll(() => void (data = mkdtempSync(join(tmpdir(), 'shop-start-'))))
afterAll(() => rmSync(data, { recursive: true }))

function start(environment: Readonly<Record<string, string>>) {
  return spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, '../start.ts')], {
    env: { ...process.env, PORT: '0', SANDBOX_PORT: '0', SHOP_DATA: data, DATABASE_URL: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

test('an empty OPERATOR_TOKEN is none: the token that is printed logs in, at an address of IPv6 too', async () => {
  const program = start({ OPERATOR_TOKEN: '', HOST: '::1' })
  let printed = ''
  for await (const chunk of program.stdout) if ((printed += String(chunk)).includes('Ctrl-C')) break
  const [, url] = /^Shop +(http:\/\/\[::1\]:\d+)$/m.exec(printed)!
  const [, token] = /token: (\S+)$/m.exec(printed)!
  const agent = request.agent(url)
  const [, csrf] = /name="_csrf" value="([^"]+)"/.exec((await agent.get(paths.operatorLogin)).text)!
  const answer = await agent.post(paths.operatorLogin).type('form').send({ _csrf: csrf, token })
  expect(answer.headers['location']).toBe(paths.operator)
  program.kill('SIGTERM')
  expect(await once(program, 'close')).toEqual([0, null])
})

test('a port in use is named, and what to do about it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const program = start({ PORT: String(port), HOST: '127.0.0.1' })
  const [printed, [code]] = await Promise.all([text(program.stderr), once(program, 'close')])
  server.close()
  expect(printed).toBe(
    `Port ${port} of 127.0.0.1 is in use. End what listens there, or set PORT (of the sandbox: SANDBOX_PORT) to another one.\n`,
  )
  expect(code).toBe(1)
})

test('a database that does not answer is named, and its password is not', async () => {
  const program = start({ DATABASE_URL: 'postgres://shop:hunter2@127.0.0.1:1/shop' })
  const [printed, [code]] = await Promise.all([text(program.stderr), once(program, 'close')])
  expect(printed).toBe(
    'DATABASE_URL leads to no database that can be used: nobody answers there: start Postgres, or correct host and port\n',
  )
  expect(code).toBe(1)
})

test.each([
  [{ SANDBOX_PORT: 'abc' }, 'SANDBOX_PORT must be a whole number from 0 to 65535'],
  [{ PAYMENT_MINUTES: '1.5' }, 'PAYMENT_MINUTES must be a whole number from 1 to 10080'],
])('with %j it ends, and says in one sentence why', async (environment, problem) => {
  const program = start(environment)
  const [printed, [code]] = await Promise.all([text(program.stderr), once(program, 'close')])
  expect(printed.split('\n')).toEqual([expect.any(String), `  ${problem}`, ''])
  expect(code).toBe(1)
})
