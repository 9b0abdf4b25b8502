/** Tests in a browser. On a developer's machine they are skipped aloud without one; in CI they fail. */
import { describe } from '@jest/globals'
import { findChromium } from './chromium.js'

/** Registers a suite that needs a browser. */
export function describeWithBrowser(name: string, suite: () => void): void {
  if (process.env['CI'] !== undefined || findChromium() !== null) return describe(name, suite)
  console.warn(`SKIPPED: ${name}. No Chromium was found; CHROMIUM_PATH can name one.`)
  describe.skip(name, suite)
}
