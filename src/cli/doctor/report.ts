/** The results of the checks, for people and for programs. */
import type { Paint, Tone } from '../color.js'
import { fold } from '../fold.js'
import { WIDTH } from '../table.js'
import type { Finding } from './check.js'
import type { Fault } from './faults.js'
import type { Reply } from './reply.js'
import type { CheckResult } from './run-checks.js'

const INDENT = ' '.repeat(8)

const TONES = { ok: 'good', FAULT: 'bad', warning: 'notice', skipped: 'minor' } as const satisfies Record<string, Tone>

type State = keyof typeof TONES

/** @param notExamined the provider's other deliveries: last, so that a reader who sees "wrong secret" finds it */
export function asText(results: readonly CheckResult[], paint: Paint, notExamined?: string): string {
  const lines = withoutRepetition(results).map((result) => described(result, paint))
  const report = `${lines.join('\n')}\n\n${summary(results, paint)}`
  return notExamined === undefined ? report : `${report}\n\n${fold(notExamined, WIDTH)}`
}

export function asJson(results: readonly CheckResult[]): readonly object[] {
  return results.map((result) => {
    const { name, fault = null, warning = null, skipped = null, replies } = result
    return { name, state: stateOf(result).toLowerCase(), fault, warning, skipped, answers: replies.map(answer) }
  })
}

/** Neighbouring checks that were skipped for the same reason become one line. */
function withoutRepetition(results: readonly CheckResult[]): readonly CheckResult[] {
  const kept: CheckResult[] = []
  for (const result of results) {
    const last = kept.at(-1)
    const isRepetition = result.skipped !== undefined && result.skipped === last?.skipped
    if (isRepetition && result.replies.length + last.replies.length === 0)
      kept.splice(-1, 1, { ...last, name: `${last.name}, ${result.name}` })
    else kept.push(result)
  }
  return kept
}

function stateOf({ fault, warning, skipped }: Finding): State {
  if (fault !== undefined) return 'FAULT'
  if (warning !== undefined) return 'warning'
  return skipped === undefined ? 'ok' : 'skipped'
}

function described(result: CheckResult, paint: Paint): string {
  const { name, fault, warning, skipped, replies } = result
  const state = stateOf(result)
  const answers = replies.map(({ status }) => status ?? 'no answer').join(' ')
  const padding = ' '.repeat(INDENT.length - state.length)
  const line = `${paint(TONES[state], state)}${padding}${name}${answers === '' ? '' : `: ${answers}`}`
  const more = explained(fault ?? warning) ?? skipped
  return more === undefined ? line : `${line}\n${below(more)}`
}

function explained(found: Fault | undefined): string | undefined {
  return found && `${found.name}: ${found.explanation}\nfix: ${found.fix}`
}

function below(text: string): string {
  const lines = text.split('\n').flatMap((line) => fold(line, WIDTH - INDENT.length).split('\n'))
  return lines.map((line) => INDENT + line).join('\n')
}

function answer(reply: Reply): object {
  return reply.status === null ? { status: null, reason: reply.error.message } : reply
}

function summary(results: readonly CheckResult[], paint: Paint): string {
  const names = [...new Set(results.flatMap(({ fault }) => fault?.name ?? []))]
  const count = (state: State) => results.filter((result) => stateOf(result) === state).length
  const [warnings, skipped] = [count('warning'), count('skipped')]
  const verdict = names.length === 0 ? paint('good', 'no fault found') : paint('bad', `found: ${names.join('; ')}`)
  const parts = [verdict]
  if (warnings > 0) parts.push(warnings === 1 ? '1 warning' : `${warnings} warnings`)
  if (skipped > 0) parts.push(`${skipped} not checked`)
  return parts.join('; ')
}
