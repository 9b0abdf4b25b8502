/** `doctor`: checks a running endpoint, and explains its faults. */
import { didYouMean } from '../lib/did-you-mean.js'
import { accountOf, SAMPLE_PROVIDERS } from '../testing/sample.js'
import { checkAccount, openAccount, otherModeOf } from './accounts.js'
import { paintFor } from './color.js'
import { EXIT, usageError, type Command, type Values } from './command.js'
import { asJson, asText } from './doctor/report.js'
import { runChecks } from './doctor/run-checks.js'
import { CHECKED_PROVIDERS, targetAt } from './doctor/target.js'
import { endpointOf } from './endpoint.js'
import { asDelivery, deliveryLine, looksLikeUrl } from './misplaced.js'
import { printJson, printText } from './output.js'
import { progress } from './progress.js'

export const doctor: Command = {
  summary: 'Send genuine and forged deliveries to a running endpoint, and explain its faults.',
  usage: '<provider> --url <url> [options]',
  options: ['url', 'order', 'effects', 'test', 'timestamped', 'secret-stdin', 'unchecked'],
  misplaced: asDelivery('doctor'),
  secrets: CHECKED_PROVIDERS,
  details: `The doctor sends genuinely signed payments, so use a test deployment and a test order. If an order of your shop can be paid
only once, name three: each of the two checks of duplicates needs an unpaid one. Open them with paymentId: null, because the
payments are new.`,

  check(operands, values) {
    readOptions(operands, values)
  },

  async run({ operands, values, io }) {
    const { url, provider, effects } = readOptions(operands, values)
    const { order: orders = ['ORDER-1001'], timestamped = false, json = false } = values
    const { otherKind } = accountOf(provider)
    const account = await openAccount(provider, values, io)
    const otherMode = otherModeOf(provider, values)
    const target = targetAt(url, provider, account, { orders, effects, timestamped, otherMode, clock: io.clock })
    const bar = progress(io)
    const results = await runChecks(target, (done, total, name) => bar.update(done, total, name))
    bar.end()
    if (json) printJson(io, { url: url.href, provider, checks: asJson(results), notExamined: otherKind ?? null })
    else printText(io, `${provider} at ${url.href}\n\n${asText(results, paintFor(io), otherKind)}`)
    return results.some(({ fault }) => fault !== undefined) ? EXIT.attention : EXIT.ok
  },
}

function readOptions(operands: readonly string[], values: Values) {
  const [provider, ...more] = operands
  if (operands.some(looksLikeUrl))
    throw usageError(`doctor takes the URL as an option. Write: ${deliveryLine('doctor', operands)}`)
  if (provider === undefined || more.length > 0)
    throw usageError(`doctor takes one provider: ${CHECKED_PROVIDERS.join(', ')}`)
  if (!CHECKED_PROVIDERS.includes(provider)) {
    throw usageError(`doctor cannot play ${JSON.stringify(provider)}.${whyNot(provider)}`)
  }
  checkAccount(provider, values)
  const { url, effects } = values
  return {
    url: endpointOf(url, '--url', provider),
    provider,
    effects: effects === undefined ? undefined : endpointOf(effects, '--effects'),
  }
}

/** The reason why the doctor does not check a provider, even one that has samples. */
function whyNot(provider: string): string {
  if (!SAMPLE_PROVIDERS.some((name) => name === provider)) return didYouMean(provider, CHECKED_PROVIDERS)
  const { readBack, testKeys } = accountOf(provider)
  const reason =
    readBack === undefined
      ? `its signatures are made with keys that nobody else has, and a test deployment takes those of testKeys: ${testKeys ?? ''}`
      : `its callbacks are read back: the shop asks ${readBack.asks}, which the doctor cannot play`
  return ` ${reason[0]!.toUpperCase()}${reason.slice(1)}. Try it with \`send ${provider}\``
}
