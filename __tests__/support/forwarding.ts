/** The command `forward` within a test: it runs until the test has seen enough, and its waits are a hundredth as long. */
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/cli/clock.js'
import { run } from '../../src/cli/run.js'

const SPEED = 100

const clock = {
  ...systemClock,
  now: () => systemClock.now() * SPEED,
  sleep: (ms: number) => systemClock.sleep(ms / SPEED),
}

export interface Forwarding {
  readonly stdout: string
  readonly stderr: string
  /** The lines about events, without their times. */
  readonly lines: readonly string[]
  /** Waits for a condition. */
  until(isSo: () => boolean): Promise<void>
  /** Ctrl-C; answers the exit code. */
  stop(): Promise<number>
  readonly ended: Promise<number>
}

export function forwarding(args: readonly string[], env: Record<string, string>, input = ''): Forwarding {
  const ctrlC = new AbortController()
  let stdout = ''
  let stderr = ''
  const ended = run(['forward', ...args], {
    env,
    cwd: process.cwd(),
    stdin: Readable.from([input]),
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    clock,
    interrupted: () => ctrlC.signal,
  })
  return {
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    get lines() {
      const [, ...lines] = stdout.trimEnd().split('\n')
      return lines.map((line) => line.slice('00:00:00Z  '.length).replace(/ {2,}/g, ' | '))
    },
    ended,
    async until(isSo) {
      let isOver = false
      ended.then(
        () => (isOver = true),
        () => (isOver = true),
      )
      while (!isSo()) {
        if (isOver) throw new Error(`the command has ended:\n${stdout}\n${stderr}`)
        await pause(5)
      }
    },
    stop() {
      ctrlC.abort()
      return ended
    },
  }
}
