/** The examinations, in order. Each sends deliveries of its own and says what is wrong, if anything is. */
import { indented, phpEscaped } from '../../testing/body-forms.js'
import { diagnose } from './diagnose.js'
import { FAULTS, type Fault } from './faults.js'
import { GENUINE, type Examination } from './finding.js'
import type { Patient } from './patient.js'
import { isRefusal } from './refusal-status.js'
import { OVERSIZED, REFUSALS } from './refusals.js'
import { REPEATS } from './repeats.js'
import { isAccepted, isUnanswered, type Reply } from './reply.js'

const LARGE_BYTES = 60_000

/** Beyond ASCII, with a slash: what other languages write differently. */
const NOTE = { note: 'Caf\u00e9 / \u20b11,500 \u{1f4b6}' }

export const BATTERY: readonly Examination[] = [
  {
    name: GENUINE,
    async run(patient) {
      const deliver = async () => {
        const first = await patient.post(patient.sign(patient.event()))
        if (isUnanswered(first) && first.silence === 'no connection') throw first.error
        return diagnose(patient, first)
      }
      return patient.effects?.learn(deliver, ({ fault }) => fault === undefined) ?? deliver()
    },
  },
  form('other white space', (patient) => indented(patient.event())),
  form('emoji', (patient) => patient.event(NOTE)),
  form('escapes as PHP writes them', (patient) => phpEscaped(patient.event(NOTE))),
  ...REPEATS,
  ...REFUSALS,
  {
    name: 'large body',
    after: GENUINE,
    async run(patient) {
      const reply = await patient.post(patient.sign(patient.event({ padding: 'x'.repeat(LARGE_BYTES) })))
      return { fault: isAccepted(reply) ? undefined : FAULTS.limitTooSmall, replies: [reply] }
    },
  },
  OVERSIZED,
]

/** A genuine delivery written down in another way. */
function form(name: string, write: (patient: Patient) => object | string): Examination {
  return {
    name,
    after: GENUINE,
    async run(patient) {
      const reply = await patient.post(patient.sign(write(patient)))
      return { fault: isAccepted(reply) ? undefined : await formFault(patient, reply), replies: [reply] }
    },
  }
}

async function formFault(patient: Patient, reply: Reply): Promise<Fault> {
  if (isUnanswered(reply)) return FAULTS.noAnswer
  return patient.isBodySigned && (await isRefusal(patient, reply)) ? FAULTS.reserialisedBody : FAULTS.notHandled
}
