/** Callbacks that need a person, each with the shop's reaction. */
import type { Trouble } from '../troubles.js'
import type { PaymentView } from '../view.js'
import { Press } from './parts.js'

interface Text {
  readonly label: string
  readonly explanation: string
}

const REVIEW = 'It is handled, and the order goes into review: its page says so, and the operator decides.'
const QUARANTINE = 'It is answered as if it were handled, and waits in quarantine, under Events in the operator’s area.'

const TEXTS: Readonly<Record<Trouble, Text>> = {
  forged: {
    label: 'Send a forged “paid in full”',
    explanation: 'Nothing happens: it does not come from the provider, and the shop refuses it.',
  },
  'other-currency': { label: 'Send “paid”, in another currency', explanation: REVIEW },
  late: {
    label: 'Send “paid”, after the time to pay',
    explanation: `It waits until that time is over, which the log tells. ${REVIEW}`,
  },
  unreadable: { label: 'Send one that the shop cannot read', explanation: QUARANTINE },
  'other-content': {
    label: 'Send the last one with other content',
    explanation: `The id is known, so nothing happens a second time. ${QUARANTINE}`,
  },
}

const UNSIGNED =
  'Nothing else that a callback of CityPay says is believed: the shop reads the order back. For a review, pay a part, and let the rest expire.'

export function Troubles({ payment, to }: { readonly payment: PaymentView; readonly to: string }) {
  const { troubles, provider } = payment
  return (
    <section class="card" aria-labelledby="troubles">
      <h2 id="troubles">What brings a person in</h2>
      <ul class="troubles">
        {troubles.map((trouble) => (
          <li key={trouble}>
            <Press
              to={to}
              fields={{ trouble }}
              kind={trouble === 'forged' ? 'danger' : 'quiet'}
              label={TEXTS[trouble].label}
              describedBy={`about-${trouble}`}
            />
            <p class="hint" id={`about-${trouble}`}>
              {TEXTS[trouble].explanation}
            </p>
          </li>
        ))}
      </ul>
      {provider === 'city-pay' && <p class="hint">{UNSIGNED}</p>}
      <p class="hint">Under Callbacks stands what came of each copy.</p>
    </section>
  )
}
