/**
 * Ports for servers that are stopped and come back on their own. They lie below those that systems give to outgoing
 * connections, and a file for each holds it against every other test, even while its server is away.
 */
import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const [FIRST, END] = [20_000, 22_000]
const FOLDER = path.join(os.tmpdir(), 'faults_ports')

/** Holds a port, and with it the one 2,000 above, which no other holder is given. */
export function holdPort(): number {
  mkdirSync(FOLDER, { recursive: true })
  for (;;) {
    const port = randomInt(FIRST, END)
    if (isTaken(port)) return port
  }
}

export function letGoOf(port: number): void {
  rmSync(fileOf(port), { force: true })
}

function isTaken(port: number): boolean {
  try {
    writeFileSync(fileOf(port), String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    letGoOfDead(port)
    return false
  }
}

/** The next who draws it may have it: a test that was killed let go of nothing. */
function letGoOfDead(port: number): void {
  try {
    process.kill(Number(readFileSync(fileOf(port), 'utf8')), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') letGoOf(port)
  }
}

function fileOf(port: number): string {
  return path.join(FOLDER, String(port))
}
