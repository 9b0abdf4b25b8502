/** `forward`: delivers the events of a provider's test account to the shop on this machine, as the provider itself would. */
import { ConfigurationError } from '../errors.js'
import { clock } from '../lib/clock.js'
import { checkAccount } from './accounts.js'
import { paintFor } from './color.js'
import { CommandError, EXIT, usageError, type Command, type Values } from './command.js'
import { connectionProblem, messageOf, sentence } from './connection-error.js'
import { namingSource, readOptions, uncheckedHint } from './credentials.js'
import { isOnThisMachine, endpointOf } from './endpoint.js'
import { Forwarder, type Totals } from './forward/forwarder.js'
import { attemptJson, attemptLine, HEAD_LINE, refusalNote } from './forward/lines.js'
import { patientFetch } from './forward/patient-fetch.js'
import type { OpenSource, Source } from './forward/source.js'
import { SOURCES, sourceOf } from './forward/sources.js'
import type { Io } from './io.js'
import { asDelivery, deliveryLine, looksLikeUrl } from './misplaced.js'
import { note, printText } from './output.js'
import { sinceOption } from './since.js'
import { time } from './table.js'

/** Keeps the process running: pauses while an API is busy do not, so Node would exit. */
const KEEP_ALIVE_MS = 60_000

export const forward: Command = {
  summary: "Deliver the events of a provider's test account to the shop on this machine, without a tunnel.",
  usage: '<provider> --url <url> [options]',
  options: ['url', 'since', 'payment', 'timestamped', 'secret-stdin', 'unchecked'],
  notes: {
    url: 'where the webhook is mounted, on this machine',
    since: 'also events since this time: ISO 8601, or 10m, 24h or 7d ago (default: from now on)',
    payment: `the payment to follow, once for each: ${paymentsHelp()}`,
  },
  misplaced: asDelivery('forward'),
  details: `API credentials and secrets are read from these environment variables. Those in brackets have a default:
${variablesHelp()}
It asks the API every few seconds, signs each new event with the shop's secret, and delivers it until the shop acknowledges it.
Ctrl-C ends it. It is for test accounts: keys for real payments are refused.`,

  check(operands, values) {
    const { name } = readCommandLine(operands, values)
    checkAccount(name, values)
  },

  async run({ operands, values, io }) {
    const { name, source, url, since } = readCommandLine(operands, values)
    const say = (text: string) => note(io, text)
    const open = await openSource(source, values, io, say)
    const now = new Date(clock.now())
    if (since !== undefined) checkAge(name, open, since, now)
    const stop = io.interrupted()
    const { json = false } = values
    if (source.shopNeeds !== undefined) say(`the shop accepts these if it has ${source.shopNeeds}`)
    say(`${name} to ${url.href}, from ${time((since ?? now).toISOString())} on; Ctrl-C ends it`)
    if (!json) printText(io, paintFor(io)('heading', HEAD_LINE))
    const forwarder = new Forwarder({
      name,
      source,
      open,
      url,
      since: since ?? now,
      isBacklogWanted: since !== undefined,
      io,
      stop,
      say,
      onAttempt(attempt) {
        printText(io, json ? attemptJson(attempt) : attemptLine(attempt, paintFor(io)))
        const told = refusalNote(attempt, open.provider, source)
        if (told !== null && !json) say(told)
      },
    })
    const alive = clock.setInterval(() => {}, KEEP_ALIVE_MS)
    try {
      await forwarder.run()
      return forwarder.totals.goOnFrom === null ? EXIT.ok : EXIT.attention
    } catch (thrown) {
      throw thrown instanceof CommandError ? thrown : refused(thrown, source)
    } finally {
      clock.clear(alive)
      say(`\n${summaryOf(forwarder.totals)}`)
    }
  },
}

function readCommandLine(operands: readonly string[], values: Values) {
  const [name, ...more] = operands
  if (name === undefined || more.length > 0) {
    if (operands.some(looksLikeUrl))
      throw usageError(`forward takes the URL as an option. Write: ${deliveryLine('forward', operands)}`)
    throw usageError(`forward takes one provider: ${Object.keys(SOURCES).join(', ')}`)
  }
  const source = sourceOf(name)
  const url = endpointOf(values.url, '--url', name)
  if (!isOnThisMachine(url)) {
    throw usageError(
      '--url must be on this machine, such as http://127.0.0.1:3000/: forward is for the shop that you develop',
    )
  }
  const { payment: payments = [] } = values
  const { asksAbout } = source
  if (asksAbout === undefined && payments.length > 0) throw usageError(`--payment is not for ${name}, which lists all`)
  if (asksAbout !== undefined && payments.length === 0) {
    throw usageError(`${name} lists nothing without a payment's id. Pass --payment <id of ${asksAbout}>`)
  }
  return { name, source, url, payments, since: sinceOption(values) }
}

/** @throws CommandError for a variable that is not set or unusable, and for a key of real payments */
async function openSource(source: Source, values: Values, io: Io, say: (text: string) => void): Promise<OpenSource> {
  const options = await readOptions(source, values, io)
  const { liveKey } = source
  if (liveKey?.pattern.test(options[liveKey.option] ?? '') === true) {
    const variable = source.options[liveKey.option]!
    throw usageError(
      `${variable} is a key for real payments: forward is for those of tests. Give the key of the test mode`,
    )
  }
  if (source.liveHost?.test(hostOf(options['apiUrl'])) === true) {
    throw usageError(`${source.optional['apiUrl']!} is the API for real payments: forward is for those of the sandbox`)
  }
  const { payment: payments = [], timestamped = false } = values
  try {
    return await source.open({ options, payments, timestamped, fetch: patientFetch(say) })
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    throw usageError(uncheckedHint(namingSource(error.message, source, values)))
  }
}

/** The host, however the address is written: with a port, in capitals, or with the dot that ends a full name. */
function hostOf(url = ''): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : ''
}

function checkAge(name: string, { list }: OpenSource, since: Date, now: Date): void {
  const oldest = now.getTime() - (list.maxAgeMs ?? Infinity)
  if (since.getTime() >= oldest) return
  throw usageError(`--since: ${name} lists nothing from before ${time(new Date(oldest).toISOString())}`)
}

/** The API's first answer decides: if it is a refusal, later answers will not be better. */
function refused(thrown: unknown, { options }: Source): CommandError {
  const { cause } = Object(thrown) as { readonly cause?: unknown }
  const why = connectionProblem((Object(cause) as { readonly cause?: unknown }).cause ?? cause)
  const message = `${messageOf(thrown)}${why === undefined ? '' : `: ${why}`}`
  return new CommandError(
    EXIT.unreachable,
    `${sentence(message)} It was asked with ${Object.values(options).join(', ')}`,
  )
}

function summaryOf({ events, taken, isListed, goOnFrom }: Totals): string {
  const missing = [...(events > taken ? [`${events - taken} not taken`] : []), ...(isListed ? [] : ['not all listed'])]
  const figures = [`${events} events`, `${taken} taken`, ...missing].join(', ')
  return goOnFrom === null ? figures : `${figures}: --since ${goOnFrom} ${isListed ? 'sends them again' : 'goes on'}`
}

function paymentsHelp(): string {
  const asked = Object.entries(SOURCES).filter(([, { asksAbout }]) => asksAbout !== undefined)
  return asked.map(([name, { asksAbout }]) => `${asksAbout} of ${name}`).join(', ')
}

function variablesHelp(): string {
  return Object.entries(SOURCES)
    .map(([name, { options, optional }]) => {
      const variables = [...Object.values(options), ...Object.values(optional).map((variable) => `[${variable}]`)]
      return `  ${name.padEnd(16)} ${variables.join(', ')}`
    })
    .join('\n')
}
