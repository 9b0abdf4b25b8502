/** The command line: commands, options, and the messages about wrong ones. */
import { describe, expect, jest, test } from '@jest/globals'
import { runCommand, runProcess } from '../support/run-command.js'

jest.setTimeout(60_000)

const { version } = jest.requireActual<{ version: string }>('../../package.json')
const env = { PAYMENT_WEBHOOKS_STORE: 'sqlite:missing.db' }

describe('the command line', () => {
  test('--version prints the version of the package', async () => {
    expect(await runProcess(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.each([[['--help']], [['-h']]])('%j prints every command', async (args) => {
    const { code, stdout } = await runCommand(args)
    expect(code).toBe(0)
    for (const command of ['events', 'show', 'replay', 'reconcile', 'send', 'samples', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  })

  test.each(['events', 'show', 'replay', 'reconcile', 'send', 'samples', 'doctor'])(
    '%s --help prints its usage without a store',
    async (command) => {
      const { code, stdout } = await runCommand([command, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain(`Usage: express-payment-webhooks ${command} `)
    },
  )

  test('help is --help, of all commands and of one', async () => {
    for (const [command, ...flags] of [['help'], ['help', 'send']] as const) {
      const help = await runCommand([command, ...flags])
      expect(help).toEqual(await runCommand([...flags, '--help']))
      expect(help.code).toBe(0)
    }
  })

  test.each([[undefined, 80] as const, [60, 60] as const, [300, 100] as const])(
    'on a terminal of %p columns no line of help is longer than %p',
    async (columns, width) => {
      for (const command of ['', 'events', 'show', 'replay', 'reconcile', 'send', 'samples', 'doctor', 'forward']) {
        const { stdout } = await runCommand(['help', ...(command === '' ? [] : [command])], { columns })
        const longest = Math.max(...stdout.split('\n').map((line) => line.length))
        expect({ command, longest, isFit: longest <= width }).toEqual({ command, longest, isFit: true })
        expect(longest).toBeGreaterThan(width - 15)
      }
    },
  )

  test.each([
    [[], /Usage:/],
    [['evnts'], /no command "evnts"\. Did you mean "events"\?/],
    [['constructor'], /no command "constructor"/],
    [['events', '--sate', 'done'], /^there is no option "--sate" here\. Did you mean "--state"\?$/m],
    [['events', '--state'], /^--state takes a value: --state <state>/],
    [['events', '--all=1'], /^there is no option "--all" here\. Known: --order, .*--help\.$/m],
    [['events', '--json=1'], /^--json takes no value$/m],
    [
      ['events', '--limit', '-5'],
      /^--limit takes a value: --limit <n>\. One that begins with a dash is written --limit=/,
    ],
    [['--foo'], /^a command comes first, and then its options: events, /],
    [['help', 'sned'], /no command "sned"\. Did you mean "send"\?/],
    [['events', '--state', 'doen'], /Did you mean "done"\?/],
    [['events', '--limit', '0'], /--limit must be a whole number/],
    [['events', 'acme:1'], /takes no ids; show does\. Write: show acme:1, or events --order acme:1$/m],
    [['events', '--key', 'k'], /"--key" here\. Write: show k$/m],
    [['show', '--order', 'ORDER-7'], /^there is no option "--order" here\. Write: show ORDER-7$/m],
    [['show', '--payment=it is $1'], /Write: show 'it is \$1'$/m],
    [['show', '--order'], /Write: show \.\.\.$/m],
    [['show', '--ordr', 'ORDER-7'], /^there is no option "--ordr" here\. (?!Write)/m],
    [['replay', '--event', 'acme:1'], /Write: replay acme:1$/m],
    [['replay', '--order', 'ORDER-7'], /Write: replay ORDER-7$/m],
    [['replay', '--payment', 'pi_7'], /Write: replay pi_7$/m],
    [['reconcile', '--provider', 'stripe'], /Write: reconcile stripe$/m],
    [['samples', '--provider', 'stripe'], /Write: samples stripe$/m],
    [['send', '--provider', 'stripe'], /Write: send stripe <event> --url <url>$/m],
    [
      ['send', 'stripe', 'payment.confirmed', 'http://127.0.0.1:1/'],
      /Write: send stripe payment\.confirmed --url http:\/\/127\.0\.0\.1:1\/$/m,
    ],
    [
      ['send', '--provider=stripe', '--event=it is', '--order', 'A-1', '--to', 'http://127.0.0.1:1/'],
      /Write: send stripe 'it is' --url http:\/\/127\.0\.0\.1:1\/$/m,
    ],
    [['forward', 'stripe', '--to', 'http://127.0.0.1:1/'], /Write: forward stripe --url http:\/\/127\.0\.0\.1:1\/$/m],
    [['forward', 'stripe', 'http://127.0.0.1:1/'], /Write: forward stripe --url http:\/\/127\.0\.0\.1:1\/$/m],
    [
      ['doctor', 'http://127.0.0.1:1/', '--provider', 'stripe'],
      /Write: doctor stripe --url http:\/\/127\.0\.0\.1:1\/$/m,
    ],
    [['doctor', 'stripe', 'http://127.0.0.1:1/'], /Write: doctor stripe --url http:\/\/127\.0\.0\.1:1\/$/m],
    [['doctor', 'http://127.0.0.1:1/'], /Write: doctor <provider> --url http:\/\/127\.0\.0\.1:1\/$/m],
    [['show'], /show takes one id/],
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
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^which store\? .* --store <url>, such as sqlite:payments\.db, postgres:\/\/.* or redis:\/\//,
      ),
    ])
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
