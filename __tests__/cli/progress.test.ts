import { describe, expect, test } from '@jest/globals'
import { progress } from '../../src/cli/progress.js'

function terminal(isTTY: boolean, columns = 80) {
  const written: string[] = []
  return { written, stream: { isTTY, columns, write: (text: string) => written.push(text) } }
}

describe('progress', () => {
  test('on a terminal draws a bar over itself, and ends its line once', () => {
    const { written, stream } = terminal(true)
    const bar = progress(stream)
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
    const { written, stream } = terminal(true, columns)
    progress(stream).update(1, 2, 'of a few done')
    expect(written[0]!.replace('\r\u001b[K', '')).toHaveLength(length)
  })

  test('elsewhere prints plain lines: not every step, but always the last', () => {
    const { written, stream } = terminal(false)
    const bar = progress(stream)
    for (let done = 0; done <= 500; done++) bar.update(done, 500, 'done')
    bar.end()
    expect(written.length).toBeLessThan(100)
    expect(written.at(-1)).toBe('500/500 done\n')
  })
})
