/** `send`: sends a genuinely signed sample to a running endpoint. */
import { indented } from '../testing/body-forms.js'
import { findSample, type NamedSample } from '../testing/sample.js'
import { signedRequest } from '../testing/signed-request.js'
import { checkAccount, needOf, openAccount, secretsHelp, type Account } from './accounts.js'
import { paintFor, type Paint } from './color.js'
import { EXIT, usageError, type Command, type Values } from './command.js'
import { endpointOf, postTo, type Answered } from './endpoint.js'
import { known } from './known.js'
import { note, printJson, printText } from './output.js'
import { readSetting, setField } from './set-field.js'
import { table, WIDTH } from './table.js'
import { wrapped } from './text-width.js'

const HEAD = ['STATUS', 'TIME', 'BODY']
const BODY_COLUMN = 2

export const send: Command = {
  summary: 'Send a genuinely signed sample to a running endpoint, and print the answer.',
  usage: '<provider> <event> --url <url> [options]',
  options: ['url', 'set', 'twice', 'indented', 'timestamped', 'secret-stdin'],
  details: `${secretsHelp()}

For a shop, a sample is a payment like any other. \`samples\` lists providers and events.`,

  check(operands, values) {
    const { provider, sample } = sampleOf(operands)
    endpointOf(values.url)
    payloadOf(sample, values)
    checkAccount(provider, values)
  },

  async run({ operands, values, io }) {
    const { provider, sample } = sampleOf(operands)
    const url = endpointOf(values.url)
    const { own, signer } = await openAccount(provider, values, io)
    const { payload, added } = payloadOf(sample, values, own)
    for (const path of added) note(io, `--set ${path}: the sample has no such field; it was added`)
    const need = needOf(provider)
    if (need !== undefined) note(io, need)
    const sent = values.indented === true ? indented(payload) : payload
    const answers: Answered[] = []
    for (let time = values.twice === true ? 2 : 1; time > 0; time--) {
      // Each attempt is signed anew, because a timestamp belongs to one attempt.
      answers.push(await postTo(url, signedRequest(signer(), sent), io.clock))
    }
    const { name: event, type } = sample
    if (values.json === true) printJson(io, { provider, event, type, url: url.href, answers })
    else {
      const sent = wrapped(`${provider} ${event}, which is ${type}, to ${url.href}`, WIDTH)
      printText(io, `${sent}\n\n${listed(answers, paintFor(io))}`)
    }
    return answers.every(isSuccess) ? EXIT.ok : EXIT.attention
  },
}

function sampleOf([provider, event, ...more]: readonly string[]): { provider: string; sample: NamedSample } {
  if (provider === undefined || event === undefined || more.length > 0) {
    throw usageError('send takes a provider and an event; `samples` lists them, and names with blanks need quotes')
  }
  return { provider, sample: known(() => findSample(provider, event)) }
}

/** A copy of the sample with the fields of the account and those of `--set`, and the paths that are new in it. */
function payloadOf({ payload: original }: NamedSample, { set = [] }: Values, own: Account['own'] = (same) => same) {
  const payload = own(structuredClone(original))
  const settings = set.map(readSetting)
  const added = settings.filter((setting) => !setField(payload, setting)).map(({ path }) => path.join('.'))
  return { payload, added }
}

function isSuccess({ status }: Answered): boolean {
  return status >= 200 && status < 300
}

function listed(answers: readonly Answered[], paint: Paint): string {
  const rows = answers.map((answer) => [
    { value: answer.status, tone: isSuccess(answer) ? 'good' : 'bad' } as const,
    `${answer.milliseconds} ms`,
    answer.body,
  ])
  return table(HEAD, rows, { paint, cutColumn: BODY_COLUMN })
}
