/** The fields that calls and forms share. */
import { Big } from 'big.js'
import { z } from 'zod'

/** A positive decimal, as a string or a JSON number, converted to plain notation. */
export const amount = z
  .union([z.string().trim(), z.number().transform(String)])
  .refine((text) => /^\d{1,12}(\.\d{1,18})?$/.test(text) && new Big(text).gt(0), 'must be a positive amount')
  .transform((text) => new Big(text).toFixed())

/** The merchant's reference. */
export const reference = z.union([z.string().min(1).max(100), z.number().int().nonnegative().transform(String)])

/** The faults of a body, by field. */
export function problems(error: z.ZodError): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { path, message } of error.issues) (found[String(path[0] ?? 'body')] ??= []).push(message)
  return found
}
