/** zod 3 misreads the fields of this package, which are zod 4 schemas, and fails at the first delivery. */

/** True for a zod 3 schema with a zod 4 schema anywhere inside. */
export function mixesZodVersions(schema: unknown): boolean {
  return isZod3(schema) && hasZod4(schema, new Set())
}

/** The part of a zod 3 schema that shows its inner schemas: they are in its definition, in many places. */
interface Zod3 {
  readonly _def: Readonly<Record<string, unknown>>
}

function isZod3(value: unknown): value is Zod3 {
  const definition = (value as Partial<Zod3> | null | undefined)?._def
  return !isZod4(value) && String(definition?.['typeName']).startsWith('Zod')
}

function isZod4(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '_zod' in value
}

/** @param seen schemas already visited, because schemas may refer to themselves */
function hasZod4(schema: Zod3, seen: Set<unknown>): boolean {
  if (seen.has(schema)) return false
  seen.add(schema)
  return Object.entries(schema._def)
    .flatMap(([name, part]) => partsOf(name, part))
    .some((part) => isZod4(part) || (isZod3(part) && hasZod4(part, seen)))
}

/** The members of an object and the schema of a lazy one are returned by functions. Any other function is the shop's. */
function partsOf(name: string, part: unknown): readonly unknown[] {
  const found: unknown =
    typeof part === 'function' && (name === 'shape' || name === 'getter') ? (part as () => unknown)() : part
  if (typeof found !== 'object' || found === null || isZod4(found) || isZod3(found)) return [found]
  return Object.values(found)
}
