/** A map with a limit, for names that anybody may send. */
export class BoundedMap<Value> {
  readonly #max: number
  readonly #values = new Map<string, Value>()

  constructor(max: number) {
    this.#max = max
  }

  get(name: string): Value | undefined {
    return this.#values.get(name)
  }

  /** The oldest entry makes room. */
  set(name: string, value: Value): void {
    this.#values.delete(name)
    this.#values.set(name, value)
    if (this.#values.size > this.#max) this.#values.delete(this.#values.keys().next().value!)
  }

  delete(name: string): void {
    this.#values.delete(name)
  }
}
