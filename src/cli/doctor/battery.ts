/** The examinations, in order. Each sends deliveries of its own and says what is wrong, if anything is. */
import { indented, phpEscaped } from '../../testing/body-forms.js'
import { forgedHeaders } from '../../testing/forged-headers.js'
import { requestWith } from '../../testing/signed-request.js'
import type { Answered } from '../endpoint.js'
import { diagnose, isAccepted, isRefusal } from './diagnose.js'
import { FAULTS, type Fault } from './faults.js'
import type { Patient } from './patient.js'

/** A fault, a reason why nothing can be said, or neither. */
export interface Finding {
  readonly fault?: Fault | undefined
  readonly skipped?: string
  readonly answers: readonly Answered[]
}

export interface Examination {
  readonly name: string
  /** The examination without whose good result this one says nothing. */
  readonly after?: string
  readonly run: (patient: Patient) => Promise<Finding>
}

const NO_EFFECTS = 'whether it took effect twice is not seen: pass --effects <url>'
const GENUINE = 'genuine delivery'
const DUPLICATE = 'duplicate'

const TOGETHER = 8
const LARGE_BYTES = 60_000
const OVERSIZED_BYTES = 5_000_000

/** Beyond ASCII, with a slash: what other languages write differently. */
const NOTE = { note: 'Caf\u00e9 / \u20b11,500 \u{1f4b6}' }

export const BATTERY: readonly Examination[] = [
  {
    name: GENUINE,
    async run(patient) {
      const answer = await patient.post(patient.sign(patient.event()))
      return { fault: await diagnose(patient, answer), answers: [answer] }
    },
  },
  form('other white space', (patient) => indented(patient.event())),
  form('emoji', (patient) => patient.event(NOTE)),
  form('escapes as PHP writes them', (patient) => phpEscaped(patient.event(NOTE))),
  {
    name: DUPLICATE,
    after: GENUINE,
    async run(patient) {
      const { answers, effects } = await repeated(patient, async (post) => [await post(), await post()])
      if (!answers.every(isAccepted)) return { fault: FAULTS.duplicateRefused, answers }
      return { ...judged(effects, FAULTS.noDedupe), answers }
    },
  },
  {
    name: `${TOGETHER} copies at once`,
    after: DUPLICATE,
    async run(patient) {
      const together = await repeated(patient, (post) => Promise.all(Array.from({ length: TOGETHER }, post)))
      return { ...judged(together.effects, FAULTS.racyDedupe), answers: together.answers }
    },
  },
  {
    name: 'failed, then delivered again',
    after: GENUINE,
    async run(patient) {
      const request = patient.sign(patient.event({}, `no-such-order-${process.pid}`))
      const first = await patient.post(request)
      if (isAccepted(first))
        return { skipped: 'the shop accepts events about orders it does not have', answers: [first] }
      const second = await patient.post(request)
      return { fault: isAccepted(second) ? FAULTS.doneTooEarly : undefined, answers: [first, second] }
    },
  },
  refusal('forged', FAULTS.unverified, (patient) => {
    const { body } = patient.sign(patient.event())
    return requestWith(forgedHeaders(patient.genuine, body), body)
  }),
  refusal('signed with another secret', FAULTS.unverified, (patient) =>
    patient.sign(patient.event(), patient.stranger),
  ),
  refusal('signed ten minutes ago', FAULTS.replayable, ({ late, sign, event }) => late && sign(event(), late)),
  {
    name: 'large body',
    after: GENUINE,
    async run(patient) {
      const request = patient.sign(patient.event({ padding: 'x'.repeat(LARGE_BYTES) }))
      // Proxies hang up on what is too large for them.
      const answers = await patient.post(request).then(
        (answer) => [answer],
        () => [],
      )
      return { fault: answers.some(isAccepted) ? undefined : FAULTS.limitTooSmall, answers }
    },
  },
  refusal('oversized body', FAULTS.noLimit, ({ sign, event }) => sign(event({ padding: 'x'.repeat(OVERSIZED_BYTES) }))),
]

/** A genuine delivery written down in another way. */
function form(name: string, write: (patient: Patient) => object | string): Examination {
  return {
    name,
    after: GENUINE,
    async run(patient) {
      const answer = await patient.post(patient.sign(write(patient)))
      if (isAccepted(answer)) return { answers: [answer] }
      return { fault: isRefusal(answer) ? FAULTS.reserialisedBody : FAULTS.notHandled, answers: [answer] }
    },
  }
}

/** A delivery that must not be accepted. Hanging up on it is as good as any other answer. */
function refusal(
  name: string,
  fault: Fault,
  request: (patient: Patient) => ReturnType<Patient['sign']> | undefined,
): Examination {
  return {
    name,
    async run(patient) {
      const sent = request(patient)
      if (sent === undefined) return { skipped: 'only for --timestamped', answers: [] }
      const answer = await patient.post(sent).catch(() => undefined)
      if (answer === undefined) return { answers: [] }
      return { fault: isAccepted(answer) ? fault : undefined, answers: [answer] }
    },
  }
}

/** Delivers one event several times, and counts its effects. */
async function repeated(patient: Patient, deliver: (post: () => Promise<Answered>) => Promise<Answered[]>) {
  const request = patient.sign(patient.event())
  const before = await patient.effects?.()
  const answers = await deliver(() => patient.post(request))
  const after = await patient.effects?.()
  return { answers, effects: before === undefined || after === undefined ? undefined : after - before }
}

function judged(effects: number | undefined, fault: Fault): Pick<Finding, 'fault' | 'skipped'> {
  if (effects === undefined) return { skipped: NO_EFFECTS }
  if (effects === 0) return { skipped: 'the number of effects did not change; does --order name an order of the shop?' }
  return { fault: effects > 1 ? fault : undefined }
}
