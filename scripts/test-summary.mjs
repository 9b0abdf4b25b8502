/**
 * The end of a test run, on one screen: failed tests, skipped tests with the way to run them, and the numbers of each project.
 * Jest's own reporter shows the progress before it.
 */
import { relative } from 'node:path'

const SKIPPED = / \[SKIPPED: (.*)\]$/

export default class TestSummary {
  #projects = new Map()
  #skipped = new Map()
  #failed = []
  #isFiltered

  constructor({ testNamePattern }) {
    this.#isFiltered = Boolean(testNamePattern)
  }

  onTestFileResult({ context, path }, { testResults, testExecError, perfStats }) {
    const name = context.config.displayName?.name ?? 'tests'
    const file = relative(context.config.rootDir, path)
    const counts = this.#projects.get(name) ?? { files: 0, passed: 0, failed: 0, skipped: 0, ms: 0 }
    this.#projects.set(name, counts)
    counts.files++
    counts.ms += perfStats.end - perfStats.start
    if (testExecError !== undefined && testExecError !== null) {
      counts.failed++
      this.#failed.push(`${file}: did not run`)
    }
    for (const { status, ancestorTitles, fullName } of testResults) {
      if (status === 'passed') counts.passed++
      else if (status === 'failed') {
        counts.failed++
        this.#failed.push(`${file}: ${fullName}`)
      } else {
        counts.skipped++
        const title = ancestorTitles.find((one) => SKIPPED.test(one))
        if (title === undefined && !this.#isFiltered) this.#note(`${file}: ${fullName}`, '')
        if (title !== undefined) this.#note(`${file}: ${title.replace(SKIPPED, '')}`, SKIPPED.exec(title)[1])
      }
    }
  }

  onRunComplete() {
    const lines = [...this.#projects].map(
      ([name, { files, passed, failed, skipped, ms }]) =>
        `${name.padEnd(9)} ${passed} passed, ${failed} failed, ${skipped} skipped, in ${files} files and ${seconds(ms)} of tests`,
    )
    const skipped = [...this.#skipped].map(
      ([name, { count, reason }]) => `SKIPPED   ${name} (${count})${reason && `. ${reason}`}`,
    )
    const failed = this.#failed.map((name) => `FAILED    ${name}`)
    console.error(['', ...skipped, ...failed, ...lines].join('\n'))
  }

  #note(name, reason) {
    const { count = 0 } = this.#skipped.get(name) ?? {}
    this.#skipped.set(name, { count: count + 1, reason })
  }
}

function seconds(ms) {
  return `${Math.round(ms / 1000)} s`
}
