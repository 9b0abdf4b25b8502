/** zod 3 takes the fields of this package, which are zod 4, for something else, and fails at the first delivery. */

/** As far as zod 3 lets its schemas be looked through. */
interface Zod3Definition {
  readonly typeName?: unknown
  readonly shape?: unknown
  readonly innerType?: unknown
  readonly schema?: unknown
  readonly type?: unknown
  readonly options?: unknown
}

const MAX_DEPTH = 16

/** True for a zod 3 schema that has a zod 4 one anywhere inside. */
export function mixesZodVersions(schema: unknown, depth = 0): boolean {
  if (typeof schema !== 'object' || schema === null || depth > MAX_DEPTH) return false
  if ('_zod' in schema) return depth > 0
  const definition = (schema as { readonly _def?: Zod3Definition })._def
  if (!String(definition?.typeName).startsWith('Zod')) return false
  const { shape, innerType, schema: inner, type, options } = definition!
  const members: unknown = typeof shape === 'function' ? (shape as () => unknown)() : shape
  const parts = [innerType, inner, type, ...listOf(options), ...listOf(members)]
  return parts.some((part) => mixesZodVersions(part, depth + 1))
}

function listOf(parts: unknown): readonly unknown[] {
  return typeof parts === 'object' && parts !== null ? Object.values(parts) : []
}
