#!/usr/bin/env node
/** The command as a process: lists events, replays deliveries, sends samples, forwards events, and checks a running shop. */
import { systemClock } from './clock.js'
import { run } from './run.js'

/** How long a client may take to close its connection after everything is printed. */
const LINGER_MS = 2000

// A reader of the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit())
process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  // Opened only on demand, because an open pipe has to be closed.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  interrupted() {
    const stop = new AbortController()
    // Only once: a second signal ends the process, whatever is in progress.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    return stop.signal
  },
})
setTimeout(() => process.exit(), LINGER_MS).unref()
