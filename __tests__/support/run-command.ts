/** The command, from its sources: within the test, or in a separate process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { Readable } from 'node:stream'
import { systemClock } from '../../src/cli/clock.js'
import { run } from '../../src/cli/run.js'
import { compiledProgram } from './compiled-program.js'
import type { VirtualClock } from './virtual-clock.js'

const root = path.join(__dirname, '../..')

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  /** The whole environment: nothing is inherited. */
  readonly env?: Record<string, string>
  /** The folder in which it looks for database clients. */
  readonly cwd?: string
  /** On its standard input. */
  readonly input?: string
}

interface WithinOptions extends RunOptions {
  /** The clock of the command. Default: the system's clock */
  readonly clock?: VirtualClock
  /** Makes standard input a terminal. */
  readonly isTyped?: boolean
  /** Makes standard output a terminal. */
  readonly isTTY?: boolean
  /** Makes standard error a terminal. */
  readonly isWatched?: boolean
  /** The width of standard output. */
  readonly columns?: number | undefined
}

interface ProcessOptions extends RunOptions {
  /** Kills the process, which then has no exit code. */
  readonly killed?: AbortSignal
}

/** Runs the command within the test, which is fast. */
export async function runCommand(
  args: readonly string[],
  {
    env = {},
    cwd = root,
    input = '',
    clock,
    isTyped = false,
    isTTY = false,
    isWatched = false,
    columns,
  }: WithinOptions = {},
): Promise<CommandResult> {
  let stdout = ''
  let stderr = ''
  const running = run(args, {
    env,
    cwd,
    stdin: Object.assign(Readable.from([input]), { isTTY: isTyped }),
    stdout: { isTTY, ...(columns !== undefined && { columns }), write: (text) => void (stdout += text) },
    stderr: { isTTY: isWatched, write: (text) => void (stderr += text) },
    clock: clock ?? systemClock,
    interrupted: () => new AbortController().signal,
  })
  const code = await (clock === undefined ? running : clock.until(running))
  return { code, stdout, stderr }
}

/** Runs the command as a process, as its users do. */
export async function runProcess(
  args: readonly string[],
  { env = {}, cwd = root, input = '', killed }: ProcessOptions = {},
): Promise<CommandResult> {
  const command = spawn(process.execPath, [compiledProgram(path.join(root, 'src/cli/main.ts')), ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
    timeout: 90_000,
  })
  killed?.addEventListener('abort', () => command.kill('SIGKILL'))
  command.stdin.end(input)
  let stdout = ''
  let stderr = ''
  command.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  command.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(command, 'close')) as [number | null]
  return { code, stdout, stderr }
}
