/** Which of several secrets a delivery fitted, on its way from whatever verified it to the report about it. */

const matched = new WeakMap<object, number>()

/** @param index the secret's place in the list of the options */
export function noteSecret(delivery: object, index: number): void {
  matched.set(delivery, index)
}

/** Null where there was no list to choose from. */
export function matchedSecret(delivery: object | null): number | null {
  return delivery === null ? null : (matched.get(delivery) ?? null)
}
