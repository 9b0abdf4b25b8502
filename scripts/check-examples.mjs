/** Starts every example that has a server, and runs the commands that it prints for the reader. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createChecks, output } from './checks.mjs'

const root = join(import.meta.dirname, '..')
const START_LIMIT_MS = 60_000
const { check, finish } = createChecks('examples')
const data = mkdtempSync(join(tmpdir(), 'examples-'))

const names = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'server.ts')),
)
await check('there is an example to start', () => assert.notEqual(names.length, 0))
for (const name of names) {
  // One process, without npm in between, so that its exit code is visible.
  await withServer([process.execPath, '--import', 'tsx', `examples/${name}/server.ts`], async (server) => {
    const commands = await check(`${name}: prints commands to try it with`, () => server.commands())
    if (commands !== undefined) await tryCommands(name, commands)
    await check(`${name}: ends with exit code 0 on Ctrl-C`, async () => assert.equal(await server.interrupt(), 0))
  })
}
for (const run of ['npm start', 'npm start again']) {
  await withServer(['npm', 'start'], async (server) => {
    await check(`${run}: shop, sandbox and operator's pages answer`, async () => {
      const urls = await server.urls(3)
      for (const url of urls) assert.equal((await fetch(url)).status, 200, url)
    })
    await check(`${run}: ends on Ctrl-C`, () => server.interrupt())
  })
}
await check('npm start: keeps its data', () => assert.ok(existsSync(join(data, 'shop.db'))))
rmSync(data, { recursive: true })
finish()

async function tryCommands(name, [pay, forge]) {
  await check(`${name}: the first command is answered 200`, async () => assert.equal(await status(pay), 200))
  await check(`${name}: the same again is answered 200`, async () => assert.equal(await status(pay), 200))
  await check(`${name}: a spoiled signature is answered 401`, async () => {
    assert.match(pay, /=\$signature"/)
    const spoiled = pay.replace('=$signature"', '=$(printf %s "$signature" | tr 0-9a-f 1-9a-f0)"')
    assert.equal(await status(spoiled), 401)
  })
  await check(`${name}: the second command, a forged body, is answered 401`, async () => {
    assert.equal(await status(`${pay}\n${forge}`), 401)
  })
}

/** The status of the last answer that the commands print. */
async function status(commands) {
  const printed = await output('bash', ['-c', commands])
  const answers = [...printed.matchAll(/^HTTP\/1\.1 (\d{3})/gm)]
  return Number(answers.at(-1)?.[1])
}

async function withServer(commandLine, use) {
  const server = start(commandLine)
  try {
    await use(server)
  } finally {
    server.kill()
  }
}

function start([command, ...args]) {
  const environment = { ...process.env, PORT: '0', SANDBOX_PORT: '0', SHOP_DATA: data }
  // Settings of the developer's machine, such as a database or a secret, must not reach this run.
  for (const name of ['GATEWAY_SECRET', 'DATABASE_URL', 'OPERATOR_TOKEN']) delete environment[name]
  const program = spawn(command, args, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A separate process group, so that a signal reaches both npm and the server, like Ctrl-C.
    detached: true,
  })
  const ended = once(program, 'close')
  let printed = ''
  program.stdout.on('data', (chunk) => (printed += chunk))
  program.stderr.on('data', (chunk) => (printed += chunk))
  const lines = () => printed.split('\n').slice(0, -1)
  const commands = () => lines().filter((line) => line.includes('curl '))
  const urls = () => lines().flatMap((line) => line.match(/http:\/\/127\.0\.0\.1:\d+\S*/g) ?? [])
  const isRunning = () => program.exitCode === null && program.signalCode === null

  async function printedAtLeast(count, find, what) {
    const limit = Date.now() + START_LIMIT_MS
    while (find().length < count && isRunning() && Date.now() < limit) await setTimeout(50)
    assert.ok(find().length >= count, `${count} ${what} were expected in:\n${printed}`)
    return find()
  }

  return {
    commands: () => printedAtLeast(2, commands, 'curl commands'),
    urls: (count) => printedAtLeast(count, urls, 'addresses'),
    /** Returns the exit code, or the signal if there is none. */
    async interrupt() {
      process.kill(-program.pid, 'SIGINT')
      const timer = new AbortController()
      const late = setTimeout(10_000, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`still running 10 s later, after printing:\n${printed}`)
      })
      const [code, signal] = await Promise.race([ended, late]).finally(() => timer.abort())
      return code ?? signal
    },
    kill() {
      if (isRunning()) process.kill(-program.pid, 'SIGKILL')
    },
  }
}
