/** Findings of axe on a page: faults for people who see the page badly or not at all. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

interface AxeResults {
  readonly passes: readonly unknown[]
  readonly violations: readonly Finding[]
  /** Elements that axe could not judge. */
  readonly incomplete: readonly Finding[]
}

interface Axe {
  configure(spec: object): void
  run(options: object): Promise<AxeResults>
}

/**
 * Judges every text: also of one letter, and if something is painted before or behind its box. The other settings are the
 * defaults of axe, which options replace as a whole.
 */
const EVERY_TEXT = {
  checks: [
    {
      id: 'color-contrast',
      options: {
        ignorePseudo: true,
        ignoreLength: true,
        ignoreUnicode: true,
        ...{ boldValue: 700, boldTextPt: 14, largeTextPt: 18 },
        contrastRatio: { normal: { expected: 4.5 }, large: { expected: 3 } },
        ...{ pseudoSizeThreshold: 0.25, shadowOutlineEmMax: 0.2, textStrokeEmMin: 0.03 },
      },
    },
  ],
}

/**
 * For a page that was just loaded, before `axeIn`. It bypasses the page's policy, which rightly blocks scripts. Moving elements
 * are between two colours, so open pages with `reducedMotion: 'reduce'`.
 */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(AXE)
  await page.evaluate((spec) => (globalThis as unknown as { axe: Axe }).axe.configure(spec), EVERY_TEXT)
}

/** The number of passed rules, and one line for each faulty element or undecided contrast. */
export async function axeIn(
  page: Page,
  rules: readonly string[] | null = null,
): Promise<{ readonly passed: number; readonly found: readonly string[] }> {
  // A list of all passed rules with their elements would take longer to transfer than the run of axe.
  return page.evaluate(
    async (options) => {
      const { passes, violations, incomplete } = await (globalThis as unknown as { axe: Axe }).axe.run(options)
      const undecided = incomplete.filter(({ id }) => id === 'color-contrast')
      const found = [...violations, ...undecided].flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
      return { passed: passes.length, found }
    },
    rules === null ? {} : { runOnly: { type: 'rule', values: rules } },
  )
}
