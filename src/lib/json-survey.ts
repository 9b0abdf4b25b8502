/** One pass over the bytes of a JSON text, for what the built-in parser does not tell. */

/** Every decimal of this many digits survives a round trip through a float (IEEE 754 binary64). */
const EXACT_DIGITS = 15

/** Beyond this exponent, or this many characters, a float may overflow or vanish into zero. */
const EXACT_EXPONENT = 200
const EXACT_LENGTH = 40

/** Open-addressed set of key fingerprints, reused: this is on the hot path. Room for the keys of any body of 100 KB. */
const SLOTS = 16_384
const fingerprints = new Int32Array(SLOTS)

/** Of this process, so that nobody can write keys that all end up in one slot. */
const SEED = Math.trunc(Math.random() * 2 ** 32)

export interface Survey {
  readonly depth: number
  /** Members of all objects together. */
  readonly keys: number
  /** False when no object certainly has a key twice; true when that takes a closer look. */
  readonly maybeDuplicateKey: boolean
  /** Start and end offsets, alternating, of numbers that a float would change. */
  readonly inexact: readonly number[]
}

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
const MINUS = 45
const DOT = 46
const PLUS = 43
const ZERO = 48
const NINE = 57
const LOWER_E = 101
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/**
 * Surveys bytes that are already known to be JSON. One loop, because it runs for every delivery and a regular
 * expression takes four to five times as long.
 */
export function survey(json: Uint8Array): Survey {
  const inexact: number[] = []
  /** Where the objects and arrays begin that are open, and the innermost of them. */
  const open: number[] = []
  let innermost = 0
  const end = json.length
  let depth = 0
  let keys = 0
  let maybeDuplicateKey = false
  let stringStart = 0
  let stringEnd = 0
  const mask = clearedMask(end)
  for (let at = 0; at < end; at++) {
    const byte = json[at]!
    if (byte === QUOTE) {
      stringStart = at + 1
      for (at = stringStart; json[at] !== QUOTE; at++) if (json[at] === BACKSLASH) at++
      stringEnd = at
    } else if (byte === COLON) {
      if (++keys > mask / 2 || seenBefore(json, stringStart, stringEnd, innermost, mask)) maybeDuplicateKey = true
    } else if ((byte >= ZERO && byte <= NINE) || byte === MINUS) {
      const start = at
      let exponent = false
      for (at++; isNumberByte(json[at]!); at++) if ((json[at]! | 32) === LOWER_E) exponent = true
      if ((exponent || at - start > EXACT_DIGITS) && !isExact(json, start, at)) inexact.push(start, at)
      at--
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      innermost = at
      if (open.push(at) > depth) depth++
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      open.pop()
      innermost = open[open.length - 1] ?? 0
    }
  }
  return { depth, keys, maybeDuplicateKey, inexact }
}

/**
 * Clears as much of the set as the keys of a text of this length can usually fill by half, and answers the mask of its
 * slots. A member is seldom shorter than 16 bytes; where many are, they are counted instead.
 */
function clearedMask(length: number): number {
  const slots = Math.min(SLOTS, 64 << (32 - Math.clz32(length >> 9)))
  fingerprints.fill(0, 0, slots)
  return slots - 1
}

function isNumberByte(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === DOT || byte === PLUS || byte === MINUS || (byte | 32) === LOWER_E
}

/**
 * Remembers a key of the object that opened at `object`. Equal keys have equal fingerprints; escapes can spell one
 * key in two ways, so a key with an escape always counts as seen.
 */
function seenBefore(json: Uint8Array, start: number, end: number, object: number, mask: number): boolean {
  let hash = Math.imul(object + 1, 0x9e3779b1) ^ SEED
  for (let at = start; at < end; at++) {
    if (json[at] === BACKSLASH) return true
    hash = Math.imul(hash ^ json[at]!, 0x01000193)
  }
  // The low bits choose the slot; zero marks an empty one.
  hash = hash ^ (hash >>> 15) || 1
  let slot = hash & mask
  while (fingerprints[slot] !== 0) {
    if (fingerprints[slot] === hash) return true
    slot = (slot + 1) & mask
  }
  fingerprints[slot] = hash
  return false
}

function isExact(json: Uint8Array, start: number, end: number): boolean {
  if (end - start > EXACT_LENGTH) return false
  const [mantissa = '', exponent = '0'] = String.fromCharCode(...json.subarray(start, end))
    .toLowerCase()
    .split('e')
  // Zeros at the end count in a whole number: nothing tells one that was rounded to them from one that was not.
  const digits = mantissa
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
  return digits.length <= EXACT_DIGITS && Math.abs(Number(exponent)) <= EXACT_EXPONENT
}
