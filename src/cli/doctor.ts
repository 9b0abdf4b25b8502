/** `doctor`: examines a running endpoint, and explains what is wrong with it. */
import { didYouMean } from '../lib/did-you-mean.js'
import { checkTimestamped, openAccount, SECRETS_HELP } from './accounts.js'
import { EXIT, usageError, type Command, type Values } from './command.js'
import { examine } from './doctor/examine.js'
import { EXAMINED_PROVIDERS, patientAt, type ExaminedProvider } from './doctor/patient.js'
import { asJson, asText } from './doctor/report.js'
import { endpointOf } from './endpoint.js'
import { printJson, printText } from './output.js'
import { progress } from './progress.js'

export const doctor: Command = {
  summary: 'Send a running endpoint what real senders and forgers send, and explain what goes wrong.',
  usage: '<url> --provider <name> [options]',
  options: ['provider', 'order', 'effects', 'timestamped', 'secret-stdin'],
  notes: { provider: EXAMINED_PROVIDERS.join(', ') },
  details: `${SECRETS_HELP}
It sends genuinely signed payments: let it examine a test deployment, with an order that is made for it. Where an order is
paid once, name three: the two examinations of duplicates each need one that is not paid yet.`,

  check(operands, values) {
    readOptions(operands, values)
  },

  async run({ operands, values }) {
    const { url, provider, effects } = readOptions(operands, values)
    const { order: orders = ['ORDER-1001'], timestamped = false, json = false } = values
    const account = await openAccount(provider, values)
    const patient = patientAt(url, provider, account, { orders, effects, timestamped })
    const bar = progress()
    const examined = await examine(patient, (done, total, name) => bar.update(done, total, name))
    bar.end()
    if (json) printJson({ url: url.href, provider, examinations: asJson(examined) })
    else printText(`${provider} at ${url.href}\n\n${asText(examined)}`)
    return examined.some(({ fault }) => fault !== undefined) ? EXIT.attention : EXIT.ok
  },
}

function readOptions([target, ...more]: readonly string[], values: Values) {
  const { provider, effects } = values
  if (target === undefined || more.length > 0) throw usageError('doctor takes one URL')
  if (provider === undefined)
    throw usageError(`whose webhook? Pass --provider <name>: ${EXAMINED_PROVIDERS.join(', ')}`)
  if (!isExamined(provider)) {
    throw usageError(`doctor cannot play ${JSON.stringify(provider)}.${didYouMean(provider, EXAMINED_PROVIDERS)}`)
  }
  checkTimestamped(provider, values)
  return {
    url: endpointOf(target, 'the URL'),
    provider,
    effects: effects === undefined ? undefined : endpointOf(effects, '--effects'),
  }
}

function isExamined(name: string): name is ExaminedProvider {
  return (EXAMINED_PROVIDERS as readonly string[]).includes(name)
}
