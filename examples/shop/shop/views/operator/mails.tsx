/** The mails to the buyer: sent ones, and those that still wait. */
import { plural } from '../format.js'
import { Time } from '../parts/time.js'
import type { MailView } from './props.js'

export function Mails({ mails }: { readonly mails: readonly MailView[] }) {
  if (mails.length === 0) return <p class="muted">None so far.</p>
  return (
    <ul class="plain-list">
      {mails.map((mail, index) => (
        <li key={index}>
          {mail.subject}
          <br />
          <span class="muted">
            {mail.sentAt === null ? (
              `waiting, after ${plural(mail.attempts, 'attempt')}`
            ) : (
              <>
                sent <Time at={mail.sentAt} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
