/** Small pieces that several pages show. */
import type { PaymentView } from '../view.js'

export function money(amount: string, { currency }: Pick<PaymentView, 'currency'>): string {
  return `${amount} ${currency}`
}

/** The provider's own word, with a colour that says the same less exactly. */
export function Status({ payment: { status } }: { readonly payment: PaymentView }) {
  return <span class={`status ${tone(status)}`}>{status.toLowerCase().replaceAll('_', ' ')}</span>
}

function tone(status: string): 'good' | 'bad' | 'open' {
  if (/^(fully_paid|confirmed|success|succeeded)$/i.test(status)) return 'good'
  if (/^(expired|canceled|failed|underpaid)$/i.test(status)) return 'bad'
  return 'open'
}

/** A button that posts to one of the sandbox's controls. */
export function Press(props: {
  readonly to: string
  readonly fields?: Readonly<Record<string, string>>
  readonly kind?: 'main' | 'quiet' | 'danger'
  readonly label: string
  /** What it is about, where several buttons say the same. */
  readonly about?: string
  /** The id of what explains it. */
  readonly describedBy?: string
}) {
  return (
    <form method="post" action={props.to}>
      {Object.entries(props.fields ?? {}).map(([name, value]) => (
        <input type="hidden" name={name} value={value} key={name} />
      ))}
      <button
        class={props.kind ?? 'plain'}
        aria-describedby={props.describedBy}
        {...(props.about && { 'aria-label': `${props.label}: ${props.about}` })}
      >
        {props.label}
      </button>
    </form>
  )
}
