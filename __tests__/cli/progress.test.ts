import { describe, expect, test } from '@jest/globals'
import { progress } from '../../src/cli/progress.js'
import { VirtualClock } from '../support/virtual-clock.js'

function terminal(isTTY: boolean, columns = 80) {
  const written: string[] = []
  const clock = new VirtualClock()
  return { written, clock, io: { clock, stderr: { isTTY, columns, write: (text: string) => written.push(text) } } }
}

describe('progress', () => {
  test('on a terminal draws a bar over itself, and ends its line once', () => {
    const { written, io } = terminal(true)
    const bar = progress(io)
    bar.update(0, 4, 'done')
    bar.update(3, 4, 'done')
    bar.update(3, 4, 'done')
    bar.end()
    bar.end()
    expect(written).toEqual([
      `\r\u001b[K${'.'.repeat(30)} 0/4 done`,
      `\r\u001b[K${'#'.repeat(22)}${'.'.repeat(8)} 3/4 done`,
      '\n',
    ])
  })

  test.each([
    [40, 39],
    [0, 48],
  ])('on a terminal of %d columns draws %d characters', (columns, length) => {
    const { written, io } = terminal(true, columns)
    progress(io).update(1, 2, 'of a few done')
    expect(written[0]!.replace('\r\u001b[K', '')).toHaveLength(length)
  })

  test('elsewhere prints plain lines: one a second, and always the last', async () => {
    const { written, clock, io } = terminal(false)
    const bar = progress(io)
    for (let done = 0; done < 25; done++) {
      bar.update(done, 25, 'done')
      await clock.until(clock.sleep(100))
    }
    bar.update(25, 25, 'done')
    bar.end()
    expect(written).toEqual(['10/25 done\n', '20/25 done\n', '25/25 done\n'])
  })
})
