/** `doctor` against a shop in this process, with the report for programs. */
import { afterEach, expect } from '@jest/globals'
import type { Express } from 'express'
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runCommand } from './run-command.js'
import { VirtualClock } from './virtual-clock.js'

export const secret = randomBytes(16).toString('hex')
export const clientId = randomUUID()
export const SECRETS = {
  COINS_PH_TOKEN: secret,
  GATEWAY_SECRET: secret,
  COINBAR_SECRET_KEY: secret,
  COINBAR_CLIENT_ID: clientId,
}

interface CheckReport {
  readonly name: string
  readonly state: string
  readonly fault: { readonly name: string; readonly fix: string } | null
  readonly warning: { readonly name: string } | null
  readonly skipped: string | null
  readonly answers: readonly { readonly status: number | null }[]
}

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** Serves an application until the test ends, and answers its address. */
export async function listen(app: Express, clock?: VirtualClock): Promise<string> {
  const server = createServer(app)
  servers.push(server)
  clock?.watch(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Checks a shop that waits by the given clock and reports the number of effects. */
export async function checkShop(
  shop: (clock: VirtualClock) => Express,
  provider: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = SECRETS,
) {
  const clock = new VirtualClock()
  const base = await listen(shop(clock), clock)
  return checkAt(base, provider, ['--effects', `${base}/effects`, ...args], clock, env)
}

/** The exit code, the results, the names of the faults, and those of the checks without a verdict. */
export async function checkAt(
  base: string,
  provider: string,
  args: readonly string[] = [],
  clock?: VirtualClock,
  env: Readonly<Record<string, string>> = SECRETS,
) {
  const all = ['doctor', provider, '--url', `${base}/hook`, '--json', ...args]
  const { code, stdout, stderr } = await runCommand(all, { env, ...(clock && { clock }) })
  expect(stdout + stderr).not.toContain(secret)
  const { checks } = JSON.parse(stdout) as { checks: readonly CheckReport[] }
  return {
    code,
    checks,
    found: [...new Set(checks.flatMap(({ fault }) => fault?.name ?? []))],
    skipped: checks.filter(({ state }) => state === 'skipped').map(({ name }) => name),
  }
}
