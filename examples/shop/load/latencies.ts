/** Collects times in milliseconds, and summarizes them. */
export class Latencies {
  readonly #times: number[] = []

  async measure<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    const result = await work()
    this.#times.push(performance.now() - startedAt)
    return result
  }

  get count(): number {
    return this.#times.length
  }

  /** The time below which this share of all times is. */
  quantile(share: number): number {
    const sorted = [...this.#times].sort((a, b) => a - b)
    return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  }

  summary(): string {
    return `p50 ${this.quantile(0.5)} ms, p99 ${this.quantile(0.99)} ms, longest ${this.quantile(1)} ms`
  }
}
