/** The progress of the work: a bar on a terminal, otherwise a line every second at most. */
import type { Io } from './io.js'

export interface Progress {
  update(done: number, total: number, text: string): void
  end(): void
}

const BAR_WIDTH = 30
const LINE_EVERY_MS = 1000

export function progress({ stderr, clock }: Pick<Io, 'stderr' | 'clock'>): Progress {
  let last = ''
  let isDrawn = false
  let printedAt = clock.now()
  return {
    update(done, total, text) {
      const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH)
      const line = `${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)} ${done}/${total} ${text}`
      if (line === last) return
      last = line
      if (stderr.isTTY !== true) {
        if (done < total && clock.now() - printedAt < LINE_EVERY_MS) return
        printedAt = clock.now()
        stderr.write(`${done}/${total} ${text}\n`)
        return
      }
      stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns || 80) - 1)}`)
      isDrawn = true
    },
    end() {
      if (isDrawn) stderr.write('\n')
      isDrawn = false
    },
  }
}
