/** Sends what is in the outbox: over SMTP where it is configured, else into the log. */
import { createTransport } from 'nodemailer'
import type { ShopConfig } from '../config.js'
import type { Log } from '../web/log.js'
import type { Outbox } from './outbox.js'

export interface Mailer {
  /** Sends what is due, and says how many that were. A mail may go out twice when the process dies in between. */
  sendDue(now?: Date): Promise<number>
  close(): void
}

export function createMailer({ mail, publicUrl }: ShopConfig, outbox: Outbox, log: Log): Mailer {
  const transport =
    mail.smtpUrl === null
      ? createTransport({ jsonTransport: true })
      : createTransport({
          url: mail.smtpUrl,
          connectionTimeout: 10_000,
          greetingTimeout: 10_000,
          socketTimeout: 20_000,
        })
  const { hostname } = new URL(publicUrl)

  return {
    async sendDue(now = new Date()) {
      let count = 0
      for (const queued of await outbox.due(now)) {
        if (!(await outbox.take(queued, now))) continue
        const { id, recipient, subject, body } = queued
        try {
          await transport.sendMail({
            from: mail.from,
            // As an object it is one address, whatever characters are in it.
            to: { name: '', address: recipient },
            subject,
            text: body,
            // The same at every attempt, so that a mail program shows a repeated mail once.
            messageId: `<outbox-${id}@${hostname}>`,
          })
          await outbox.sent(queued)
          log('info', mail.smtpUrl === null ? 'mail written, and not sent without SMTP_URL' : 'mail sent', { subject })
          count++
        } catch (error) {
          await outbox.failed(queued, now)
          log('warn', 'mail not sent', { subject, reason: (error as { code?: string }).code ?? 'unknown' })
        }
      }
      return count
    },
    close: () => transport.close(),
  }
}
