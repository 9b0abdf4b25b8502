/** Counters and timings for Prometheus, for every receiver in this process. */
import diagnosticsChannel from 'node:diagnostics_channel'
import type { OutcomeReport } from 'express-payment-webhooks'
import { Counter, Histogram, type Registry } from 'prom-client'

export function prometheusMetrics(registry: Registry): void {
  const deliveries = new Counter({
    name: 'payment_webhook_deliveries_total',
    help: 'Deliveries by outcome.',
    labelNames: ['provider', 'outcome', 'code'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'payment_webhook_duration_seconds',
    help: 'From the complete body to the answer; for a job in a queue, the duration of its run.',
    labelNames: ['provider', 'outcome'],
    // No sender waits longer than four seconds. The run of a job may take longer.
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 4, 15, 60, 600],
    registers: [registry],
  })
  diagnosticsChannel.subscribe('express-payment-webhooks:outcome', (message) => {
    const { provider, outcome, code, durationMs } = message as OutcomeReport
    deliveries.inc({ provider, outcome, code: code ?? '' })
    durations.observe({ provider, outcome }, durationMs / 1000)
  })
}
