/**
 * The callbacks that were already listed. The oldest marks are forgotten, so that a command that runs for weeks does not grow.
 */
export class Seen {
  readonly #marks = new Set<string>()
  readonly #most: number

  constructor(most = 10_000) {
    this.#most = most
  }

  has(mark: string): boolean {
    return this.#marks.has(mark)
  }

  /** A mark that is listed again and again stays, however many others come. */
  add(mark: string): void {
    this.#marks.delete(mark)
    this.#marks.add(mark)
    if (this.#marks.size <= this.#most) return
    for (const oldest of this.#marks) {
      this.#marks.delete(oldest)
      return
    }
  }
}
