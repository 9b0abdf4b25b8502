/** Starts the Chromium of this machine. */
import { chromium, type Browser } from 'playwright-core'
import { findChromium } from '../../../../__tests__/support/find-program.js'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('There is no Chromium: install one, or name it in CHROMIUM_PATH.')
  return chromium.launch({ executablePath, args: FLAGS })
}
