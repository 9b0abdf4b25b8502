/** Photographs every view of shop and sandbox, wide and narrow, light and dark: `npx tsx examples/shop/screenshots.ts <folder> [part of a name]`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser } from './__tests__/support/chromium.js'
import { openSandboxViews } from './__tests__/support/sandbox-views.js'
import { serveViews } from './__tests__/support/serve-views.js'
import { viewSamples } from './__tests__/support/view-samples.js'

const [folder = 'screenshots', part = ''] = process.argv.slice(2)
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } }

mkdirSync(folder, { recursive: true })
const shop = await serveViews(viewSamples)
const sandbox = await openSandboxViews()
const views = {
  ...Object.fromEntries(Object.keys(viewSamples).map((name) => [name, `${shop.url}/views/${name}`])),
  ...sandbox.views,
}
const browser = await launchBrowser()
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport, colorScheme })
    for (const [name, url] of Object.entries(views).filter(([one]) => one.includes(part))) {
      await page.goto(url)
      await page.screenshot({ path: join(folder, `${name}.${size}.${colorScheme}.png`), fullPage: true })
    }
    await page.close()
  }
}
await browser.close()
await shop.close()
await sandbox.close()
