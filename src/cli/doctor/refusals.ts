/** Deliveries that must not be accepted. Hanging up on them is as good as any other answer. */
import { requestWith, type SignedRequest } from '../../testing/signed-request.js'
import { FAULTS, type Fault } from './faults.js'
import type { Examination } from './finding.js'
import type { Patient } from './patient.js'
import { isAccepted } from './reply.js'

const OVERSIZED_BYTES = 5_000_000

export const REFUSALS: readonly Examination[] = [
  refusal('forged', FAULTS.unverified, (patient) => patient.forge(genuineBody(patient))),
  refusal('without a signature or token', FAULTS.unverified, (patient) => requestWith({}, genuineBody(patient))),
  refusal('signed with another secret', FAULTS.unverified, (patient) =>
    patient.sign(patient.event(), patient.stranger),
  ),
  {
    ...refusal('signed ten minutes ago', FAULTS.replayable, ({ late, sign, event }) => sign(event(), late)),
    applies: ({ late }) => late !== undefined,
  },
]

export const OVERSIZED = refusal('oversized body', FAULTS.noLimit, ({ sign, event }) =>
  sign(event({ padding: 'x'.repeat(OVERSIZED_BYTES) })),
)

function refusal(name: string, fault: Fault, request: (patient: Patient) => SignedRequest): Examination {
  return {
    name,
    async run(patient) {
      const reply = await patient.post(request(patient))
      return { fault: isAccepted(reply) ? fault : undefined, replies: [reply] }
    },
  }
}

function genuineBody({ sign, event }: Patient): string {
  return sign(event()).body
}
