/** Finds values of the right type that are probably wrong: an amount in another unit, or a string instead of a number. */
import { valueInSample } from './sample-fields.js'

/**
 * @param text the value as it was typed
 * @returns undefined if the value looks right
 */
export function doubtAbout(before: unknown, after: unknown, text: string): string | undefined {
  const sent = `${valueInSample(after)} is sent where the sample has ${valueInSample(before)}`
  if (before === null)
    return isOtherJson(text) ? `${sent}: as a text, where := takes a number or any other JSON` : undefined
  const [was, is] = [numberIn(before), numberIn(text)]
  if (was === undefined) return undefined
  // A string that is a whole number in the sample may be an id.
  if (is === undefined) return typeof before === 'number' || isWhole(was) ? undefined : `${sent}: that is no number`
  return isWhole(was) === isWhole(is) ? undefined : `${sent}: is it an amount in the same unit?`
}

/** The number as written, because its decimals show the unit. */
function numberIn(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) ? text : undefined
}

function isWhole(number: string): boolean {
  return !number.includes('.')
}

function isOtherJson(text: string): boolean {
  return /^(-?\d+(\.\d+)?|true|false|null|[[{].*)$/s.test(text)
}
