/**
 * CRC-32, for providers that sign it instead of the body. It does not prove the body: anyone can make another body with
 * the same checksum.
 */
import { crc32 } from 'node:zlib'

/** The unsigned checksum in decimal digits (IEEE 802.3). */
export function crc32Text(body: Buffer): string {
  return String(crc32(body))
}
