/** The command line: commands, options, and what is said about wrong ones. */
import { describe, expect, jest, test } from '@jest/globals'
import { textWidth } from '../../src/cli/text-width.js'
import { runCommand, runProcess } from '../support/run-command.js'

jest.setTimeout(60_000)

const { version } = jest.requireActual<{ version: string }>('../../package.json')
const COMMANDS = ['events', 'show', 'replay', 'reconcile', 'send', 'samples', 'doctor', 'forward'] as const
const env = { PAYMENT_WEBHOOKS_STORE: 'sqlite:missing.db' }

describe('the command line', () => {
  test('--version prints the version of the package', async () => {
    expect(await runProcess(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.each([[['--help']], [['-h']]])('%j prints every command', async (args) => {
    const { code, stdout } = await runCommand(args)
    expect(code).toBe(0)
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  })

  test.each(COMMANDS)('%s --help prints its usage without a store', async (command) => {
    const { code, stdout } = await runCommand([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Usage: express-payment-webhooks ${command} `)
  })

  test.each(COMMANDS)('%s --help fits into 100 columns, the same in colour', async (command) => {
    const { stdout } = await runCommand([command, '--help'])
    expect(stdout.split('\n').filter((line) => textWidth(line) > 100)).toEqual([])
    expect((await runCommand([command, '--help'], { env: { FORCE_COLOR: '1' } })).stdout).toBe(stdout)
  })

  test('and so does --help', async () => {
    const { stdout } = await runCommand(['--help'])
    expect(stdout.split('\n').filter((line) => textWidth(line) > 100)).toEqual([])
  })

  test.each([
    [[], /Usage:/],
    [['evnts'], /no command "evnts"\. Did you mean "events"\?/],
    [['constructor'], /no command "constructor"/],
    [['events', '--sate', 'done'], /--sate/],
    [['events', '--state', 'doen'], /Did you mean "done"\?/],
    [['events', '--limit', '0'], /--limit must be a whole number/],
    [['events', 'acme:1'], /takes no ids/],
    [['show'], /takes one event id or key/],
    [['replay'], /takes ids, or --all/],
    [['replay', 'acme:1', '--all'], /not both/],
    [['replay', 'acme:1', '--code', 'ID_CONFLICT'], /among --all/],
    [['replay', '--all', '--state', 'done'], /no state "done" here/],
  ])('%j ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args, { env })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })

  test('without a store ends with 2 and names the variable', async () => {
    const { code, stderr } = await runCommand(['events'])
    expect([code, stderr]).toEqual([2, 'which store? Set PAYMENT_WEBHOOKS_STORE, or pass --store <url>\n'])
  })

  test('an error of the program itself is printed without the password of the store', async () => {
    const url = 'redis://shop:Pa-s7f3e1@127.0.0.1/0'
    const failing = {
      env: {
        get PAYMENT_WEBHOOKS_STORE() {
          return url
        },
        get COINS_PH_TOKEN(): string {
          throw new Error(`broken at ${url}`)
        },
      },
    }
    const args = ['send', 'coins-ph', 'payment.confirmed', '--url', 'http://127.0.0.1:1/']
    expect(await runCommand(args, failing)).toEqual({ code: 1, stdout: '', stderr: 'broken at ***\n' })
  })
})
