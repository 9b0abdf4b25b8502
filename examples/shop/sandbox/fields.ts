/** The fields that calls and forms have in common. */
import { Big } from 'big.js'
import { z } from 'zod'

/** A positive decimal, as text or as a JSON number; read into plain notation. */
export const amount = z
  .union([z.string().trim(), z.number().transform(String)])
  .refine((text) => /^\d{1,12}(\.\d{1,18})?$/.test(text) && new Big(text).gt(0), 'must be a positive amount')
  .transform((text) => new Big(text).toFixed())

/** A reference of the merchant's. */
export const reference = z.union([z.string().min(1).max(100), z.number().int().nonnegative().transform(String)])

/** What is wrong with a body, by field. */
export function problems(error: z.ZodError): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { path, message } of error.issues) (found[String(path[0] ?? 'body')] ??= []).push(message)
  return found
}
