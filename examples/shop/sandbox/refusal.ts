/** A call or click that is refused, with the answer. */
export class Refusal extends Error {
  readonly status: number
  /** The wrong input; null for none. */
  readonly field: string | null

  constructor(status: number, message: string, field: string | null = null) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.field = field
  }
}
