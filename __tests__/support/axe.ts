/** What axe finds on a page: faults for those who do not see it, or see it badly. */
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
  /** What axe could not decide. */
  readonly incomplete: readonly Finding[]
}

interface Axe {
  configure(spec: object): void
  run(options: object): Promise<AxeResults>
}

/**
 * Every text is judged: of one letter, and where something is painted before or behind the box around it. The rest is what
 * axe does anyway, which options replace as a whole.
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
 * Into a page that was just loaded, before `axeIn`: past the policy of the page, which rightly lets no script in. What moves
 * is between two colours, so pages are to be opened with `reducedMotion: 'reduce'`.
 */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(AXE)
  await page.evaluate((spec) => (globalThis as unknown as { axe: Axe }).axe.configure(spec), EVERY_TEXT)
}

/**
 * The number of rules that passed, and one line for each element at fault, or of undecided contrast.
 *
 * @param rules by name. Default: all
 */
export async function axeIn(
  page: Page,
  rules: readonly string[] | null = null,
): Promise<{ readonly passed: number; readonly found: readonly string[] }> {
  // All that passed, with its elements, would take longer on its way here than axe did.
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
