/** Jest's own runner, but for one file at a time, after or before all others and never beside them. */
import TestRunner from 'jest-runner'

export default class SerialRunner extends (TestRunner.default ?? TestRunner) {
  isSerial = true
}
