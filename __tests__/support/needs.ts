/**
 * Servers, programs and modules that a suite needs and not every machine has. If one is missing, the suite is skipped. Its title
 * says so together with the command that installs the missing one; the summary of the run repeats both. In CI the suite fails
 * instead.
 */
import { describe, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { findChromium, findProgram } from './find-program.js'
import { DATABASE_URL, REDIS_URL } from './services.js'

export interface Need {
  readonly what: string
  readonly broughtBy: string
  readonly isHere: () => boolean
  /** Not every CI machine has it either. */
  readonly optional?: boolean
}

export const REDIS = server('Redis', REDIS_URL, 6379)
export const POSTGRES = server('Postgres', DATABASE_URL, 5432)
export const REDIS_SERVER = program('redis-server')
export const NGINX = program('nginx')
export const CURL = program('curl')
export const OPENSSL = program('openssl')
export const CHROMIUM: Need = {
  what: 'Chromium',
  broughtBy: 'apt-get install chromium, or CHROMIUM_PATH with the path of one',
  isHere: () => findChromium() !== null,
}

/** A module of Node, or a package that is not among the dependencies because its installation builds or downloads a binary. */
export function optionalModule(name: string, broughtBy: string): Need {
  const isHere = () => {
    try {
      createRequire(__filename)(name)
      return true
    } catch {
      return false
    }
  }
  return { what: name, broughtBy, isHere, optional: true }
}

/** Registers a suite that needs all of these. */
export function describeWith(needs: Need | readonly Need[], name: string, suite: () => void): void {
  const missing = [needs].flat().find(({ isHere }) => !isHere())
  if (missing === undefined) return describe(name, suite)
  const inCi = process.env['CI'] !== undefined
  const problem = `${missing.what} is missing: ${missing.broughtBy}`
  if (!inCi) return describe.skip(`${name} [SKIPPED: ${problem}]`, suite)
  // A skipped test would fail the gate.
  if (missing.optional === true) return void process.stderr.write(`SKIPPED: ${name}. ${problem}\n`)
  describe(name, () => {
    test(`needs ${missing.what}`, () => {
      throw new Error(problem)
    })
  })
}

function program(name: string): Need {
  return { what: name, broughtBy: `apt-get install ${name}`, isHere: () => findProgram(name) !== null }
}

function server(name: string, url: string, defaultPort: number): Need {
  const { hostname, port } = new URL(url)
  const at = [hostname.replace(/^\[|\]$/g, ''), port || String(defaultPort)] as const
  return { what: `${name} at ${at.join(':')}`, broughtBy: 'bash .ci/services', isHere: () => isReachable(...at) }
}

const PROBE = `const [host, port] = process.argv.slice(1)
require('net').connect(+port, host).once('connect', () => process.exit(0)).once('error', () => process.exit(1))`

const reachable = new Map<string, boolean>()

/** In a separate process, because tests must be registered synchronously. */
function isReachable(host: string, port: string): boolean {
  const key = `${host} ${port}`
  if (!reachable.has(key)) {
    const { status } = spawnSync(process.execPath, ['-e', PROBE, host, port], { timeout: 3000, stdio: 'ignore' })
    reachable.set(key, status === 0)
  }
  return reachable.get(key)!
}
