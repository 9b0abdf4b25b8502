/** Starts the real server, and runs its own commands as a user pastes them. */
import { afterEach, expect, test } from '@jest/globals'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { CURL, describeWith, OPENSSL } from '../../../__tests__/support/needs.js'

const SLOW = 60_000
const root = `${__dirname}/../../..`
let server: ChildProcess | undefined

afterEach(() => void server?.kill('SIGKILL'))

/** Starts the server, and returns its output so far. */
async function start(env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/minimal/server.ts'], {
    cwd: root,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  server = child
  let output = ''
  const waits: { text: string; resolve: () => void }[] = []
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    for (const { text, resolve } of waits) if (output.includes(text)) resolve()
  })
  const printed = (text: string) =>
    new Promise<void>((resolve) => (output.includes(text) ? resolve() : waits.push({ text, resolve })))
  await printed('-d "$body "; echo')
  const [pay = '', forge = ''] = output.split('\n').filter((line) => line.includes('curl -i'))
  return { child, printed, pay, forge, output: () => output }
}

/** Runs lines as if they were pasted into one shell. */
async function paste(lines: string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout } = await promisify(execFile)('sh', ['-c', lines.join('\n')], {
    env: { ...process.env, no_proxy: '127.0.0.1', ...env },
  })
  return stdout.match(/^HTTP\/1\.1 \d+/gm)
}

describeWith([CURL, OPENSSL], 'what the server prints', () => {
  test(
    'pays once, answers the duplicate 200 and refuses the forged body',
    async () => {
      const { pay, forge, printed, output } = await start({ GATEWAY_SECRET: undefined })
      expect(await paste([pay, pay, forge])).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 401'])
      await printed('ORDER-1001 is paid: 100.5 USDT')
      expect(output().split('is paid')).toHaveLength(2)
    },
    SLOW,
  )

  test(
    'names a configured secret without showing it',
    async () => {
      const secret = 'b0a7d8d47f1f4c3e9a52'
      const { pay, output } = await start({ GATEWAY_SECRET: secret })
      expect(output()).not.toContain(secret)
      expect(await paste([pay], { GATEWAY_SECRET: secret })).toEqual(['HTTP/1.1 200'])
    },
    SLOW,
  )

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with exit code 0',
    async (signal) => {
      const { child } = await start()
      child.kill(signal)
      expect(await once(child, 'exit')).toEqual([0, null])
    },
    SLOW,
  )
})
