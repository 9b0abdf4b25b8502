/**
 * Ports for servers that are stopped and restarted on the same port. They are below the range for outgoing connections. A file
 * for each port reserves it against every other test, even while its server is stopped.
 */
import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const [FIRST, END] = [20_000, 22_000]
const FOLDER = path.join(os.tmpdir(), 'faults_ports')

/** Reserves a port, and with it the port 2,000 above, which no other holder gets. */
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

/** The next holder who draws it may take it: a killed test released nothing. */
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
