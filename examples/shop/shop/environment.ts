/** Environment variables, read completely or not at all. Every fault is named at once, and no value is shown. */
import { z } from 'zod'

export type Variables = Readonly<Record<string, string | undefined>>

/** The variables with a value: `NAME=` in a shell or an .env file means "not set". */
export function setVariables(variables: Variables): Readonly<Record<string, string>> {
  const isSet = (entry: [string, string | undefined]): entry is [string, string] => !['', undefined].includes(entry[1])
  return Object.fromEntries(Object.entries(variables).filter(isSet))
}

export function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((number) => number >= least && number <= most, message)
}

/** @throws Error that names every variable that is missing or wrong, and its expected form */
export function readVariables<Schema extends z.ZodType>(schema: Schema, variables: Variables): z.output<Schema> {
  const set = setVariables(variables)
  const { success, data, error } = schema.safeParse(set)
  if (success) return data
  const problems = error.issues.map(({ path, message }) => {
    const name = path.join('.')
    return `  ${name} ${Object.hasOwn(set, name) ? message : 'is missing'}`
  })
  throw new Error(`This environment is not one to start with:\n${problems.join('\n')}`)
}
