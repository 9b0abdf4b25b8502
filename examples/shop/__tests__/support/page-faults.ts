/** Checks a page for people who cannot see it, or who use a phone. It returns one sentence for each fault. */
import type { Page } from 'playwright-core'
import { axeIn, bringAxe } from '../../../../__tests__/support/axe.js'

/** Contrast depends on the colour scheme, structure on the width. Two of these screens serve for both. */
const SCREENS = [
  { width: 390, colorScheme: 'light', rules: null },
  { width: 390, colorScheme: 'dark', rules: ['color-contrast'] },
  { width: 1280, colorScheme: 'dark', rules: null },
  { width: 1280, colorScheme: 'light', rules: ['color-contrast'] },
] as const
const NARROWEST = 320
/** At least this many rules of axe apply to even the smallest page. */
const FEWEST_RULES = 15

/** @param page opened with `reducedMotion: 'reduce'` */
export async function faultsOf(page: Page, url: string): Promise<string[]> {
  await page.goto(url)
  for (const summary of await page.locator('summary').all()) await summary.click()
  const faults = await missingIn(page)
  await bringAxe(page)
  for (const { width, colorScheme, rules } of SCREENS) {
    await page.setViewportSize({ width, height: 844 })
    await page.emulateMedia({ colorScheme })
    const { passed, found } = await axeIn(page, rules)
    if (rules === null && passed < FEWEST_RULES) faults.push(`axe found only ${passed} rules to look at`)
    const screen = `${width} pixels, ${colorScheme}`
    faults.push(...[...found, ...(await tooWideIn(page))].map((fault) => `${screen}: ${fault}`))
  }
  await page.setViewportSize({ width: NARROWEST, height: 844 })
  return [...faults, ...(await tooWideIn(page)).map((fault) => `${NARROWEST} pixels: ${fault}`)]
}

/** Faults that axe does not look for. */
function missingIn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll(selector)]
    const ids = all('[id]').map(({ id }) => id)
    return [
      ...all('h1')
        .slice(1)
        .map(() => 'there is more than one main heading'),
      ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `two elements are called ${id}`),
      ...all('[style], script:not([src])').map((element) => `inline: ${element.outerHTML}`),
    ]
  })
}

function tooWideIn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll('.card, .notice')]
    const sticking = boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    return [
      ...(document.documentElement.scrollWidth > innerWidth ? ['it is wider than the screen'] : []),
      ...sticking.map(({ className }) => `something sticks out of ${className}`),
    ]
  })
}
