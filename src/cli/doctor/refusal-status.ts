/** Whether an answer says that a delivery is not authentic: shops do not agree on a status for that. */
import type { Patient } from './patient.js'
import type { Reply } from './reply.js'

/** Say something else, whatever they are answered to. */
const NO_REFUSALS: readonly number[] = [404, 405, 413, 429]

export async function isRefusal(patient: Patient, { status }: Reply): Promise<boolean> {
  if (status === 401 || status === 403) return true
  if (status === null || status < 400 || status >= 500 || NO_REFUSALS.includes(status)) return false
  const forged = await patient.post(patient.forge(patient.sign(patient.event()).body))
  return forged.status === status
}
