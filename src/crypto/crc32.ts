/** CRC-32, where a provider signs it in place of the body. Anybody can make another body fit it: it proves no body. */
import { crc32 } from 'node:zlib'

/** The unsigned checksum in decimal digits (IEEE 802.3). */
export function crc32Text(body: Buffer): string {
  return String(crc32(body))
}
