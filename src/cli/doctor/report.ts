/** What was found, for people and for programs. */
import type { Examined } from './examine.js'
import type { Fault } from './faults.js'
import type { Finding } from './finding.js'
import type { Reply } from './reply.js'

const INDENT = ' '.repeat(8)

export function asText(examined: readonly Examined[]): string {
  return `${withoutRepetition(examined).map(lines).join('\n')}\n\n${summary(examined)}`
}

/** Neighbours for which nothing was sent, for one reason, make one line. */
function withoutRepetition(examined: readonly Examined[]): readonly Examined[] {
  const kept: Examined[] = []
  for (const one of examined) {
    const last = kept.at(-1)
    const isRepetition = one.skipped !== undefined && one.skipped === last?.skipped
    if (isRepetition && one.replies.length + last.replies.length === 0)
      kept.splice(-1, 1, { ...last, name: `${last.name}, ${one.name}` })
    else kept.push(one)
  }
  return kept
}

export function asJson(examined: readonly Examined[]): readonly object[] {
  return examined.map((one) => {
    const { name, fault = null, warning = null, skipped = null, replies } = one
    return { name, state: stateOf(one).toLowerCase(), fault, warning, skipped, answers: replies.map(answer) }
  })
}

function stateOf({ fault, warning, skipped }: Finding): 'ok' | 'FAULT' | 'warning' | 'skipped' {
  if (fault !== undefined) return 'FAULT'
  if (warning !== undefined) return 'warning'
  return skipped === undefined ? 'ok' : 'skipped'
}

function lines(examined: Examined): string {
  const { name, fault, warning, skipped, replies } = examined
  const said = replies.map(({ status }) => status ?? 'no answer').join(' ')
  const line = `${stateOf(examined).padEnd(INDENT.length)}${name}${said === '' ? '' : `: ${said}`}`
  const more = explained(fault ?? warning) ?? skipped
  return more === undefined ? line : `${line}\n${INDENT}${more}`
}

function explained(found: Fault | undefined): string | undefined {
  return found && `${found.name}: ${found.explanation}\n${INDENT}fix: ${found.fix}`
}

function answer(reply: Reply): object {
  return reply.status === null ? { status: null, reason: reply.error.message } : reply
}

function summary(examined: readonly Examined[]): string {
  const names = [...new Set(examined.flatMap(({ fault }) => fault?.name ?? []))]
  const count = (state: string) => examined.filter((one) => stateOf(one) === state).length
  const [warnings, skipped] = [count('warning'), count('skipped')]
  const parts = [names.length === 0 ? 'no fault found' : `found: ${names.join('; ')}`]
  if (warnings > 0) parts.push(warnings === 1 ? '1 warning' : `${warnings} warnings`)
  if (skipped > 0) parts.push(`${skipped} not examined`)
  return parts.join('; ')
}
