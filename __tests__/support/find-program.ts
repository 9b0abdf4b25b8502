/** Finds programs as a shell does, without running them. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of the first of these programs in PATH, or null. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null
}

/** The browser of this machine, or the browser in CHROMIUM_PATH. */
export function findChromium(): string | null {
  return (
    process.env['CHROMIUM_PATH'] ??
    findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome')
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
