/** The last failed runs of an event, as one text: newest first, a line each, cut off where it gets too long. */
import type { ClaimEnding, FailedRun } from '../../store.js'
import { storedText } from './stored-text.js'

const SHOWN = 5

const MAX_ERROR_LENGTH = 300

/** Room for more lines than are shown, so that a line that was cut off is never one of those. */
export const MAX_RUNS_LENGTH = 4000

/** The end of a line: the store writes its own time and the attempt, each with a space, in front of it. */
export function runLine(ending: ClaimEnding, error: string): string {
  return `${ending} ${storedText(error.replace(/\s+/g, ' ').slice(0, MAX_ERROR_LENGTH))}\n`
}

export function failedRuns(text: string | null | undefined): readonly FailedRun[] {
  const lines = (text ?? '').split('\n').slice(0, -1)
  return lines.slice(0, SHOWN).flatMap((line) => {
    const [, at, attempt, ending, error] = /^(\d+) (\d+) (failed|deferred) (.*)$/.exec(line) ?? []
    if (error === undefined) return []
    const run = { at: new Date(Number(at)).toISOString(), attempt: Number(attempt), error }
    return [{ ...run, ending: ending as FailedRun['ending'] }]
  })
}
