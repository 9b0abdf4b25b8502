/** Runs one check after the other, until the remaining ones would be inconclusive. */
import { isDown, isSuspicious } from './alive.js'
import { GENUINE, type Check, type Finding } from './check.js'
import { CHECKS } from './checks.js'
import { FAULTS } from './faults.js'
import { isUnanswered, type Reply } from './reply.js'
import type { Target } from './target.js'

export interface CheckResult extends Finding {
  readonly name: string
}

/** @param report is called before each check with the number of finished checks, the number of all, and the next one's name */
export async function runChecks(
  target: Target,
  report: (done: number, total: number, name: string) => void,
): Promise<readonly CheckResult[]> {
  const checks = CHECKS.filter(({ applies }) => applies?.(target) ?? true)
  const results: CheckResult[] = []
  const sound = new Set<string>()
  let genuine: readonly Reply[] = []
  let end: string | undefined
  for (const check of checks) {
    const { name, requires } = check
    report(results.length, checks.length, name)
    const missing = requires === undefined || sound.has(requires) ? undefined : requires
    const skipped = end ?? (missing && `inconclusive until this passes: ${missing}`)
    const found = skipped === undefined ? await findingOf(check, target, sound.has(GENUINE)) : { skipped, replies: [] }
    if (name === GENUINE) genuine = found.replies
    const finding = check.isRefused === true && !sound.has(GENUINE) ? besideGenuine(found, genuine) : found
    if (skipped === undefined && finding.fault === undefined) sound.add(name)
    if (finding.isLast === true) end = `nothing is sent after this: ${name}`
    results.push({ name, ...finding })
  }
  report(checks.length, checks.length, 'done')
  return results
}

/** An endpoint that gives every delivery the same answer has not refused a forgery as a forgery. */
function besideGenuine(finding: Finding, genuine: readonly Reply[]): Finding {
  const { fault, skipped, replies } = finding
  const alike = genuine.at(-1)?.status
  if (fault !== undefined || skipped !== undefined || !replies.every(({ status }) => status === alike)) return finding
  return { ...finding, skipped: `answered like every other delivery, so inconclusive until this passes: ${GENUINE}` }
}

/** The finding of a check. If the endpoint is down after it, nothing else matters. */
async function findingOf({ run }: Check, target: Target, wasUp: boolean): Promise<Finding> {
  const finding = await run(target)
  const { replies } = finding
  // If the endpoint has accepted nothing yet, a status alone does not prove that a delivery brought it down.
  const suspicious = replies.filter((reply) => isSuspicious(reply) && (wasUp || isUnanswered(reply)))
  if (suspicious.length === 0 || !(await isDown(target))) return finding
  return { fault: FAULTS.goesDown, isLast: true, replies }
}
