/** The last failed runs of an event as one text: newest first, one line each, cut off when the text gets too long. */
import type { ClaimEnding, FailedRun } from '../../store.js'
import { storedText } from './stored-text.js'

const SHOWN = 5

const MAX_ERROR_LENGTH = 300

/** Room for more lines than are shown, so that the line which is cut off is never shown. */
export const MAX_RUNS_LENGTH = 4000

/** The end of a line. The store writes its own time and the attempt in front of it, each followed by a space. */
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
