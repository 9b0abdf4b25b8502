/** `send`: sends a genuinely signed sample to a running endpoint. */
import { randomBytes } from 'node:crypto'
import { indented } from '../testing/body-forms.js'
import { accountOf, findSample, freshSample, isRefund, SAMPLE_PROVIDERS, type NamedSample } from '../testing/sample.js'
import { signedRequest } from '../testing/signed-request.js'
import { checkAccount, modeNote, needsOf, openAccount, type Account } from './accounts.js'
import { paintFor } from './color.js'
import { EXIT, usageError, type Command, type Values } from './command.js'
import { endpointOf, postTo, type Answered } from './endpoint.js'
import { fold } from './fold.js'
import { known } from './known.js'
import { asDelivery, deliveryLine, looksLikeUrl, quoted } from './misplaced.js'
import { oneOf } from './one-of.js'
import { note, printJson, printText } from './output.js'
import { checkForgeable, forgedRequest, judged } from './send/forged.js'
import { notAccepted } from './send/not-accepted.js'
import { timesOf } from './send/times.js'
import { readSetting, setField } from './set-field.js'
import { table, WIDTH, type Row } from './table.js'

const HEAD = ['STATUS', 'TIME', 'BODY']
const BODY_COLUMN = 2

export const send: Command = {
  summary: 'Send a genuinely signed sample to a running endpoint, and print the answer.',
  usage: '<provider> <event> --url <url> [options]',
  options: [
    'url',
    'order',
    'payment',
    'refund',
    'set',
    'times',
    'twice',
    'forged',
    'indented',
    'test',
    'timestamped',
    'secret-stdin',
    'unchecked',
  ],
  notes: {
    order: 'send a new event, with ids of its own, about this order',
    payment: "the payment's name, as an earlier send printed it; the same command then sends the same event",
  },
  misplaced: asDelivery('send'),
  secrets: SAMPLE_PROVIDERS,
  details: `A shop treats a sample like a real payment. \`samples\` lists all providers and events. Without --order, --payment and --refund, a
sample has the same ids each time, so a shop treats every one after the first as a duplicate. A command that repeats the printed
--payment (and --refund) sends the same event again.

Mollie: \`mollie classic\` is the callback to the webhookUrl of a payment, and needs no secret. All other samples are signed
(next-gen) webhooks.

PayPal: PAYPAL_MODE is the shop's \`mode\`, live (the default) or sandbox.`,

  check(operands, values) {
    const { provider, sample } = sampleOf(operands)
    oneOf('order', values, 'send')
    oneOf('payment', values, 'send')
    checkRefund(provider, sample, values)
    endpointOf(values.url, '--url', provider)
    payloadOf(sample, values)
    timesOf(values)
    if (values.forged === true) checkForgeable(provider, sample.name)
    checkAccount(provider, values)
  },

  async run({ operands, values, io }) {
    const { provider, sample: listed } = sampleOf(operands)
    const url = endpointOf(values.url, '--url', provider)
    const { credentials, own, signer } = await openAccount(provider, values, io, listed.name)
    const { sample, payment, refund, hintOf } = chosen(provider, listed, values)
    const { payload, doubts } = payloadOf(sample, values, own)
    for (const doubt of doubts) note(io, doubt)
    const isForged = values.forged === true
    if (!isForged) for (const need of needsOf(provider, listed.name)) note(io, need)
    const sent = values.indented === true ? indented(payload) : payload
    const answers: Answered[] = []
    for (let time = timesOf(values); time > 0; time--) {
      // Each attempt is signed anew, because a timestamp belongs to one attempt.
      const request = isForged ? forgedRequest(signer(), sent) : signedRequest(signer(), sent)
      answers.push(await postTo(url, request, io.clock))
    }
    const { name: event, type } = sample
    if (values.json === true)
      printJson(io, { provider, event, type, forged: isForged, payment, refund, url: url.href, answers })
    else {
      const what = `${isForged ? 'a forgery of ' : ''}${provider} ${event}, which is ${type}, to ${url.href}`
      const rows = rowsOf(answers, isForged)
      printText(io, `${fold(what, WIDTH)}\n\n${table(HEAD, rows, { paint: paintFor(io), cutColumn: BODY_COLUMN })}`)
    }
    if (isForged) {
      const verdict = judged(answers, signer().answers.notAuthentic)
      note(io, verdict.note)
      return verdict.exitCode
    }
    note(io, hintOf(payload))
    const last = answers.at(-1)!
    if (!isSuccess(last)) {
      note(io, notAccepted({ provider, event: listed.name, url, status: last.status, credentials }, values))
      return EXIT.attention
    }
    const ofMode = isFirstOfPayment(values) && io.stderr.isTTY === true && modeNote(provider, values, listed.name)
    if (typeof ofMode === 'string') note(io, ofMode)
    return EXIT.ok
  },
}

function sampleOf([provider, event, ...more]: readonly string[]): { provider: string; sample: NamedSample } {
  if (provider === undefined || event === undefined || more.length > 0) {
    const typed = [provider, event, ...more].filter((word) => word !== undefined)
    if (typed.some(looksLikeUrl))
      throw usageError(`send takes the URL as an option. Write: ${deliveryLine('send', typed)}`)
    throw usageError('send takes a provider and an event; `samples` lists them, and names with blanks need quotes')
  }
  return { provider, sample: known(() => findSample(provider, event)) }
}

/** @throws CommandError when a refund is named and the sample contains no refund name */
function checkRefund(provider: string, { name, type }: NamedSample, values: Values): void {
  if (oneOf('refund', values, 'send') === undefined || freshSample(provider, name, {}).namesRefund) return
  throw usageError(
    isRefund(type)
      ? `${provider} ${name} does not name its refund: leave --refund out`
      : `--refund is for samples about a refund, and ${provider} ${name} is ${type}`,
  )
}

interface Chosen {
  readonly sample: NamedSample
  /** The generated name of the payment; null if the sample keeps its own. */
  readonly payment: string | null
  /** The generated name of the refund; null if the sample names no refund. */
  readonly refund: string | null
  /** Describes how the shop will understand the payload after --set has changed it. */
  readonly hintOf: (payload: object) => string
}

/** The sample as listed, or a copy with new ids. */
function chosen(provider: string, listed: NamedSample, values: Values): Chosen {
  const [orderId, about] = [oneOf('order', values, 'send'), oneOf('payment', values, 'send')]
  const ofRefund = oneOf('refund', values, 'send')
  if (orderId === undefined && about === undefined && ofRefund === undefined) {
    const change = values.set === undefined ? '' : ', except for the fields that --set changed'
    const hint = `its ids are those of every such sample${change}: ${DUPLICATE}; --order makes new ones`
    return { sample: listed, payment: null, refund: null, hintOf: () => hint }
  }
  const payment = about ?? newName()
  const refund = ofRefund ?? newName()
  const ofOrder = orderId === undefined ? {} : { orderId }
  const { namesRefund } = freshSample(provider, listed.name, {})
  // An event is the same if everything in it is. So the same command can deliver it again, also much later.
  const event = JSON.stringify([orderId, payment, namesRefund && refund, listed.name, values.set, values.test])
  const sample = freshSample(provider, listed.name, { payment, refund, event, ...ofOrder })
  const isNew = about === undefined || (namesRefund && ofRefund === undefined)
  const sameSet = values.set === undefined ? '' : ' with the same --set'
  const again = isNew ? sameSet : null
  const ids = isNew ? 'its ids are new' : idsOf(about, listed.type, ofRefund, sameSet)
  const further = namesRefund ? `; ${aboutRefund(payment, refund, again)}` : isRefund(listed.type) ? `; ${NO_NAME}` : ''
  const isOfSample = about !== undefined && orderId === undefined
  const hintOf = (payload: object) => {
    const isNamed = sample.namesOrder || (orderId !== undefined && hasText(payload, orderId))
    return `${ids}${isNamed ? more(payment, orderId, isOfSample, namesRefund ? null : again) : withoutOrder(provider, listed, payment)}${further}`
  }
  return { sample, payment, refund: namesRefund ? refund : null, hintOf }
}

const DUPLICATE = 'a shop that had it takes it for a duplicate'

/** Many providers identify a transfer by its payment's id, so a second transfer of that payment would be a duplicate. */
function idsOf(payment: string, type: string, refund: string | undefined, sameSet: string): string {
  const named = `--payment ${payment}${refund === undefined ? '' : ` --refund ${refund}`}`
  if (!type.startsWith('transaction.'))
    return `its ids are those of every such send with ${named}${sameSet}: ${DUPLICATE}`
  return `its payment, and a transfer in it, have the ids of every send with --payment ${payment}: another transfer needs an id of its own, with --set`
}

/** True if --set wrote the text somewhere. */
function hasText(payload: object, text: string): boolean {
  return JSON.stringify(payload).includes(JSON.stringify(text))
}

/** A further event about the payment has to name the order again. Otherwise it is about the sample's own order. */
function more(payment: string, orderId: string | undefined, isOfSample: boolean, again: string | null): string {
  if (isOfSample)
    return "; it is about the sample's order: if the payment belongs to another order, pass its --order too"
  const names = `${orderId === undefined ? '' : `--order ${quoted(orderId)} `}--payment ${payment}`
  return `; ${names} sends ${either('it again', again, 'more about this payment')}`
}

/** Explains how a shop finds the order of an event that does not name it. */
function withoutOrder(provider: string, { name, type }: NamedSample, payment: string): string {
  const isRead = accountOf(provider, name).readBack !== undefined && !isRefund(type)
  return isRead
    ? ', and it names no order: readBack has to answer a payment of the id that it is asked for, and of the order'
    : `, and it names no order: a shop knows it by a payment that was sent before, as \`payment.confirmed\` with --order and --payment ${payment}`
}

function newName(): string {
  return randomBytes(4).toString('hex')
}

function aboutRefund(payment: string, refund: string, again: string | null): string {
  return `with --payment ${payment} --refund ${refund}, ${either('the same again', again, 'more about this refund')}`
}

/** @param again the condition of the first, such as " with the same --set"; null for the second alone */
function either(first: string, again: string | null, second: string): string {
  if (again === null) return second
  return again === '' ? `${first}, or ${second}` : `${first}${again}, or else ${second}`
}

/** For samples that do not name their refund, so that two refunds cannot be told apart by name. */
const NO_NAME = 'it does not name its refund, so a further one of the payment has another amount, with --set'

/** A copy of the sample with the fields of the account and of `--set`, and doubts about the latter. */
function payloadOf({ payload: original }: NamedSample, { set = [] }: Values, own: Account['own'] = (same) => same) {
  const payload = own(structuredClone(original))
  const doubts = set.flatMap((argument) => setField(payload, readSetting(argument)) ?? [])
  return { payload, doubts }
}

/** A sender of a second event about the payment has already been told about the mode. Programs know it from the manual. */
function isFirstOfPayment({ payment, refund }: Values): boolean {
  return payment === undefined && refund === undefined
}

function isSuccess({ status }: Answered): boolean {
  return status >= 200 && status < 300
}

/** A forgery that is accepted is bad news. */
function rowsOf(answers: readonly Answered[], isForged: boolean): readonly Row[] {
  return answers.map((answer) => [
    { value: answer.status, tone: isSuccess(answer) === isForged ? 'bad' : 'good' },
    `${answer.milliseconds} ms`,
    answer.body,
  ])
}
