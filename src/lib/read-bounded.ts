/** Reads an answer from another server, which may be of any length. */

/** Reads a body to its end. Returns null for a body that is too long, and stops reading it. */
export async function readBounded({ body }: Response, maxBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
