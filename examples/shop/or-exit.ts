/** The start of a program: a user needs to know the fault, not the place in the code that found it. */
export async function orExit<T>(start: () => T | Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    console.error(withFix(error))
    process.exit(1)
  }
}

interface SystemError extends Error {
  readonly code?: string
  readonly address?: string
  readonly port?: number
}

/** System errors are codes, so this adds the fix. */
function withFix(error: unknown): string {
  const { code, address, port, message } = error as SystemError
  if (code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is in use. End what listens there, or set PORT (of the sandbox: SANDBOX_PORT) to another one.`
  }
  if (code === 'EACCES' && port !== undefined) {
    return `Port ${port} needs the rights of an administrator. Set PORT (of the sandbox: SANDBOX_PORT) to 1024 or more.`
  }
  return message
}
