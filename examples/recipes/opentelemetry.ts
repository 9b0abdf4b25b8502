/** The same metrics for OpenTelemetry, through the meter provider that the application has set up. */
import { metrics } from '@opentelemetry/api'
import type { OutcomeReport } from 'express-payment-webhooks'

export function openTelemetryMetrics(): (report: OutcomeReport) => void {
  const meter = metrics.getMeter('express-payment-webhooks')
  const deliveries = meter.createCounter('payment_webhook.deliveries', {
    description: 'Deliveries by outcome.',
  })
  const durations = meter.createHistogram('payment_webhook.duration', {
    description: 'From the complete body to the answer; for a job in a queue, the duration of its run.',
    unit: 's',
  })
  return ({ provider, outcome, code, durationMs }) => {
    deliveries.add(1, { provider, outcome, ...(code !== null && { code }) })
    durations.record(durationMs / 1000, { provider, outcome })
  }
}
