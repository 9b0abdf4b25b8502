/**
 * Prints "passed failed" for a jest report. Its arguments are the report's path and jest's exit code. A test that did not run
 * counts as failed, and so does a failed run without a failed test.
 */
import { readFileSync } from 'node:fs'

const [path, exitCode] = process.argv.slice(2)
let passed = 0
let failed = 0
try {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  passed = report.numPassedTests
  failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + report.numRuntimeErrorTestSuites
} catch {
  console.error('jest wrote no report')
}
if (failed === 0 && (exitCode !== '0' || passed === 0)) failed = 1
console.log(passed, failed)
