/** The operator's command as a process of its own, from its sources. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const root = path.join(__dirname, '../..')
const tsx = pathToFileURL(require.resolve('tsx')).href

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly env?: Record<string, string>
  readonly cwd?: string
  readonly input?: string
}

/** Runs it in `cwd`, where it looks for database clients, with `input` on its standard input. */
export async function runCommand(
  args: readonly string[],
  { env = {}, cwd = root, input }: RunOptions = {},
): Promise<CommandResult> {
  const inherited: NodeJS.ProcessEnv = { ...process.env, ...env }
  if (env['PAYMENT_WEBHOOKS_STORE'] === undefined) delete inherited['PAYMENT_WEBHOOKS_STORE']
  const command = spawn(process.execPath, ['--import', tsx, path.join(root, 'src/cli/main.ts'), ...args], {
    cwd,
    env: inherited,
    stdio: 'pipe',
    timeout: 90_000,
  })
  command.stdin.end(input)
  let stdout = ''
  let stderr = ''
  command.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  command.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(command, 'close')) as [number | null]
  return { code, stdout, stderr }
}
