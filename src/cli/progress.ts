/** How far a replay is: a bar on a terminal, now and then a line elsewhere. */
export interface Progress {
  update(done: number, total: number, text: string): void
  end(): void
}

const BAR_WIDTH = 30
const LINE_EVERY_MS = 1000

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown }

export function progress(stream: Terminal = process.stderr): Progress {
  let last = ''
  let drawn = false
  let printedAt = performance.now()
  return {
    update(done, total, text) {
      const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH)
      const line = `${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)} ${done}/${total} ${text}`
      if (line === last) return
      last = line
      if (!stream.isTTY) {
        if (done < total && performance.now() - printedAt < LINE_EVERY_MS) return
        printedAt = performance.now()
        stream.write(`${done}/${total} ${text}\n`)
        return
      }
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns || 80) - 1)}`)
      drawn = true
    },
    end() {
      if (drawn) stream.write('\n')
      drawn = false
    },
  }
}
