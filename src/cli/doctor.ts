/** `doctor`: examines a running endpoint, and explains what is wrong with it. */
import { didYouMean } from '../did-you-mean.js'
import { checkTimestamped, openAccount, SECRETS_HELP } from './accounts.js'
import { EXIT, usageError, type Command, type Values } from './command.js'
import { BATTERY, type Finding } from './doctor/battery.js'
import { EXAMINED_PROVIDERS, patientAt, type ExaminedProvider } from './doctor/patient.js'
import { endpointOf } from './endpoint.js'
import { printJson, printText } from './output.js'
import { progress } from './progress.js'

interface Examined extends Finding {
  readonly name: string
}

export const doctor: Command = {
  summary: 'Send a running endpoint what real senders and forgers send, and explain what goes wrong.',
  usage: '<url> --provider <name> [options]',
  options: ['provider', 'order', 'effects', 'timestamped', 'secret-stdin'],
  notes: { provider: EXAMINED_PROVIDERS.join(', ') },
  details: `${SECRETS_HELP}
It sends genuinely signed payments: let it examine a test deployment, with an order that is made for it.`,

  check(operands, values) {
    readOptions(operands, values)
  },

  async run({ operands, values }) {
    const { url, provider, effects } = readOptions(operands, values)
    const { order = 'ORDER-1001', timestamped = false, json = false } = values
    const account = await openAccount(provider, values)
    const patient = patientAt(url, provider, account, { order, effects, timestamped })
    const examined: Examined[] = []
    const sound = new Set<string>()
    const bar = progress()
    for (const { name, after, run } of BATTERY) {
      bar.update(examined.length, BATTERY.length, name)
      const says = after === undefined || sound.has(after)
      const finding = says ? await run(patient) : { skipped: `says nothing before this is well: ${after}`, answers: [] }
      if (says && finding.fault === undefined) sound.add(name)
      examined.push({ name, ...finding })
    }
    bar.update(BATTERY.length, BATTERY.length, 'done')
    bar.end()
    if (json) printJson({ url: url.href, provider, examinations: examined.map(asJson) })
    else printText(`${provider} at ${url.href}\n\n${examined.map(asText).join('\n')}\n\n${summary(examined)}`)
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

function stateOf({ fault, skipped }: Finding): 'ok' | 'FAULT' | 'skipped' {
  if (fault !== undefined) return 'FAULT'
  return skipped === undefined ? 'ok' : 'skipped'
}

function asText(examined: Examined): string {
  const { name, fault, skipped, answers } = examined
  const said = answers.map(({ status }) => status).join(' ')
  const line = `${stateOf(examined).padEnd(8)}${name}${said === '' ? '' : `: ${said}`}`
  if (fault !== undefined) return `${line}\n        ${fault.name}: ${fault.explanation}\n        fix: ${fault.fix}`
  return skipped === undefined ? line : `${line}\n        ${skipped}`
}

function asJson(examined: Examined): object {
  const { name, fault = null, skipped = null, answers } = examined
  return { name, state: stateOf(examined).toLowerCase(), fault, skipped, answers }
}

function summary(examined: readonly Examined[]): string {
  const names = [...new Set(examined.flatMap(({ fault }) => fault?.name ?? []))]
  return names.length === 0 ? 'no fault found' : `found: ${names.join('; ')}`
}
