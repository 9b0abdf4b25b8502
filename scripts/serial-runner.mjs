/** Jest's own runner, but for one file at a time, never in parallel with others. */
import TestRunner from 'jest-runner'

export default class SerialRunner extends (TestRunner.default ?? TestRunner) {
  isSerial = true
}
