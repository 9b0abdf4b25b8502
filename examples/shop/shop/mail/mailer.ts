/** Sends the mails in the outbox: over SMTP if it is configured, otherwise to the log. */
import { createTransport } from 'nodemailer'
import type { ShopConfig } from '../config.js'
import type { Log } from '../web/log.js'
import type { Outbox } from './outbox.js'

export interface Mailer {
  /** Sends the mails that are due, and returns their number. If the process dies in between, a mail may be sent twice. */
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
            // An object is one address, whatever characters it contains.
            to: { name: '', address: recipient },
            subject,
            text: body,
            // The same at every attempt, so that a mail program shows a repeated mail only once.
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
