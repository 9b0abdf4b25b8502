/** One examination after the other, for as long as they say something. */
import { isDown, isSuspicious } from './alive.js'
import { BATTERY } from './battery.js'
import { FAULTS } from './faults.js'
import { GENUINE, type Examination, type Finding } from './finding.js'
import type { Patient } from './patient.js'
import { isUnanswered } from './reply.js'

export interface Examined extends Finding {
  readonly name: string
}

/** @param report is told before each one how many are done, of how many, and which is next */
export async function examine(
  patient: Patient,
  report: (done: number, total: number, name: string) => void,
): Promise<readonly Examined[]> {
  const battery = BATTERY.filter(({ applies }) => applies?.(patient) ?? true)
  const examined: Examined[] = []
  const sound = new Set<string>()
  let end: string | undefined
  for (const examination of battery) {
    const { name, after } = examination
    report(examined.length, battery.length, name)
    const precondition = after === undefined || sound.has(after) ? undefined : after
    const skipped = end ?? (precondition && `says nothing before this is well: ${precondition}`)
    const finding =
      skipped === undefined ? await outlived(patient, examination, sound.has(GENUINE)) : { skipped, replies: [] }
    if (skipped === undefined && finding.fault === undefined) sound.add(name)
    if (finding.isLast === true) end = `nothing is sent after this: ${name}`
    examined.push({ name, ...finding })
  }
  report(battery.length, battery.length, 'done')
  return examined
}

/** What is found, unless the endpoint is gone: then nothing else matters. */
async function outlived(patient: Patient, { run }: Examination, wasUp: boolean): Promise<Finding> {
  const finding = await run(patient)
  const { replies } = finding
  // Of one that never accepted anything, a status says nothing about what a delivery did to it.
  const suspicious = replies.filter((reply) => isSuspicious(reply) && (wasUp || isUnanswered(reply)))
  if (suspicious.length === 0 || !(await isDown(patient))) return finding
  return { fault: FAULTS.goesDown, isLast: true, replies }
}
