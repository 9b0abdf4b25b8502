/** Any character. The unit 'binary' of fast-check is the same, but makes a table of a million characters in each test file. */
import fc from 'fast-check'

const SURROGATES = { first: 0xd800, count: 0x800 }

export const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
  .map((code) => String.fromCodePoint(code < SURROGATES.first ? code : code + SURROGATES.count))
