/** The number of deliveries that `--times` or `--twice` requests. */
import { usageError, wholeNumber, type Values } from '../command.js'

/** No provider retries more often in a row, and a larger number would be a load test. */
const MOST_TIMES = 20

/** @throws CommandError when the number is out of range, or the two options contradict each other */
export function timesOf({ times, twice = false }: Values): number {
  if (times === undefined) return twice ? 2 : 1
  const number = wholeNumber('times', times, 1, MOST_TIMES)
  if (twice && number !== 2) throw usageError(`--twice is --times 2: leave it out, or --times ${number}`)
  return number
}
