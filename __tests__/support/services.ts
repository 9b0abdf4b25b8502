/** The servers that some tests need. On a developer's machine their tests are skipped aloud; in CI they fail. */
import { describe } from '@jest/globals'
import { execFileSync } from 'node:child_process'

export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
export const DATABASE_URL = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test'

const PROBE = `require('net').connect(+process.argv[2], process.argv[1]).once('connect', () => process.exit(0)).once('error', () => process.exit(1))`

/** Registers a suite against a server that has to be running. */
export function describeWith(url: string, name: string, suite: () => void): void {
  if (process.env['CI'] !== undefined || isReachable(url)) return describe(name, suite)
  console.warn(`SKIPPED: ${name}. Nothing answers at ${new URL(url).host}.`)
  describe.skip(name, suite)
}

/** In another process, because tests have to be registered synchronously. */
function isReachable(url: string): boolean {
  const { hostname, port, protocol } = new URL(url)
  try {
    execFileSync(process.execPath, ['-e', PROBE, hostname, port || (protocol === 'redis:' ? '6379' : '5432')], {
      timeout: 3000,
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
