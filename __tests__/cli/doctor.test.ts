/** `doctor`: its command line, and its report for people. */
import { describe, expect, jest, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { FAULTS } from '../../src/cli/doctor/faults.js'
import { listen, SECRETS, secret } from '../support/check-endpoint.js'
import { freePort } from '../support/free-port.js'
import { handwrittenShop } from '../support/handwritten-shop.js'
import { runCommand, runProcess } from '../support/run-command.js'

jest.setTimeout(60_000)

const env = SECRETS
const AT = ['--url', 'http://127.0.0.1:1/']
const PROVIDER = ['crypto-gateway', '--url']

describe('doctor', () => {
  test('finds what docs/operations.md lists, and nothing else', () => {
    const page = readFileSync(path.join(__dirname, '../../docs/operations.md'), 'utf8')
    const [, table = ''] = /^\| it finds.*\n.*\n((?:\|.*\n)+)/m.exec(page) ?? []
    const listed = [...table.matchAll(/^\| (.*?) +\|/gm)].map((match) => match[1])
    expect(listed.sort()).toEqual(
      Object.values(FAULTS)
        .map(({ name }) => name)
        .sort(),
    )
  })

  test('explains a fault and its repair to people', async () => {
    const base = await listen(handwrittenShop(secret, { reserialise: true }))
    const { code, stdout } = await runProcess(['doctor', ...PROVIDER, `${base}/hook`], { env })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ok {6}genuine delivery: 200$/m)
    expect(stdout).toMatch(
      /^FAULT {3}other white space: 401\n {8}signature over a re-serialised body: [^]*?\n {8}fix: check/m,
    )
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
    expect(stdout).toMatch(/^skipped duplicate: 200 200\n {8}to see the number of effects, pass --effects/m)
    expect(stdout).toMatch(/\n\nfound: signature over a re-serialised body; 2 not checked\n$/)
  })

  test('shows on a terminal in colours what is well and what is not', async () => {
    const base = await listen(handwrittenShop(secret, { reserialise: true }))
    const { stdout } = await runCommand(['doctor', ...PROVIDER, `${base}/hook`], { env, isTTY: true })
    expect(stdout).toContain('\u001b[32mok\u001b[39m      genuine delivery')
    expect(stdout).toContain('\u001b[31mFAULT\u001b[39m   other white space')
  })

  test('ends with 3 when nobody answers, and says what to do', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`
    const { code, stderr } = await runCommand(['doctor', ...PROVIDER, url], { env })
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/does not answer: nothing listens there \(ECONNREFUSED .*\)\. To fix it, start the server/),
    ])
  })

  test('ends with 3 when the effects are no number', async () => {
    const base = await listen(handwrittenShop(secret))
    const args = ['doctor', ...PROVIDER, `${base}/hook`, '--effects', `${base}/page`]
    const { code, stderr } = await runCommand(args, { env })
    expect([code, stderr]).toEqual([3, expect.stringContaining('must answer one whole number')])
  })

  test.each([
    [[], /takes one provider: adyen, /],
    [['coins-ph'], /^where to\? Pass --url <url>, such as \S+coins-ph$/m],
    [['coin-ph', ...AT], /Did you mean "coins-ph"\?/],
    [['city-pay', ...AT], /cannot play "city-pay"\. Its callbacks are read back/],
    [['coins-ph', '--url', 'http://shop.example/'], /must be https/],
    [['coins-ph', '--url', '127.0.0.1:3000/hook'], /^--url must be an http or https URL, such as http:/],
    [['coins-ph', ...AT, '--effects', '127.0.0.1:3000/effects'], /^--effects must be an http or https URL/],
    [['coins-ph', ...AT, '--timestamped'], /--timestamped is for crypto-gateway/],
    [['coinbar-pay', ...AT, '--timestamped'], /--timestamped is for crypto-gateway/],
    [
      ['coins-ph', '--url', 'https://me:word@shop.example/'],
      /must not hold a user name or password: .* environment, see --help/,
    ],
  ])('%j ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(['doctor', ...args], { env })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})
