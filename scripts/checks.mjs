/** Runs named checks, prints one line for each, and counts them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export function createChecks(title) {
  let passed = 0
  let failed = 0
  return {
    /** Returns the result of `run`, or undefined if it threw. */
    async check(name, run) {
      try {
        const result = await run()
        passed++
        console.log(`ok      ${name}`)
        return result
      } catch (error) {
        failed++
        console.log(`FAILED  ${name}\n${indent(error.message)}`)
        return undefined
      }
    },
    finish() {
      console.log(`${title}: ${passed} passed, ${failed} failed`)
      if (failed > 0) process.exitCode = 1
    },
  }
}

const TIME_LIMIT_MS = 180_000

/** Returns a program's output. It throws the whole output if the program fails or does not end. */
export async function output(command, args, options = {}) {
  const program = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIME_LIMIT_MS, ...options })
  let stdout = ''
  let stderr = ''
  program.stdout.on('data', (chunk) => (stdout += chunk))
  program.stderr.on('data', (chunk) => (stderr += chunk))
  const [code, signal] = await once(program, 'close')
  if (code === 0) return stdout
  throw new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}\n${stdout}${stderr}`)
}

function indent(text) {
  return text.trimEnd().replaceAll(/^/gm, '        ')
}
