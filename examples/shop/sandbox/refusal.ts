/** A call or a click that cannot be granted, and what to answer. */
export class Refusal extends Error {
  readonly status: number
  /** The input at fault; null where none is. */
  readonly field: string | null

  constructor(status: number, message: string, field: string | null = null) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.field = field
  }
}
