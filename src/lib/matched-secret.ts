/** Passes the index of the secret that a delivery matched from its verification to the report. */

const matched = new WeakMap<object, number>()

/** @param index the secret's place in the list of the options */
export function noteSecret(delivery: object, index: number): void {
  matched.set(delivery, index)
}

/** Null if there was only one secret, or if none matched. */
export function matchedSecret(delivery: object | null): number | null {
  return delivery === null ? null : (matched.get(delivery) ?? null)
}
