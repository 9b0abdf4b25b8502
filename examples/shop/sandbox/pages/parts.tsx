/** Small parts that several pages share. */
import type { PaymentView } from '../view.js'

export function money(amount: string, { currency }: Pick<PaymentView, 'currency'>): string {
  return `${amount} ${currency}`
}

/** The provider's own word, with a colour that gives a rougher meaning. */
export function Status({ payment: { status } }: { readonly payment: PaymentView }) {
  return <span class={`status ${tone(status)}`}>{status.toLowerCase().replaceAll('_', ' ')}</span>
}

function tone(status: string): 'good' | 'bad' | 'open' {
  if (/^(fully_paid|confirmed|success|succeeded)$/i.test(status)) return 'good'
  if (/^(expired|canceled|failed|underpaid)$/i.test(status)) return 'bad'
  return 'open'
}

/** The reason why the last form did nothing. */
export interface Problem {
  readonly text: string
  /** The name of the wrong field; null for none. */
  readonly field: string | null
  /** The text that was entered there. */
  readonly entered: string
}

const PROBLEM_ID = 'problem'

export function ProblemNotice({ problem }: { readonly problem: Problem | null }) {
  if (problem === null) return null
  return (
    <p class="problem" role="alert" id={PROBLEM_ID} tabIndex={-1} autofocus={problem.field === null}>
      {problem.text}
    </p>
  )
}

/** The value of a field, with the attributes of an error if this field is wrong. */
export function valueOf(field: string, value: string | number, problem: Problem | null) {
  if (problem?.field !== field) return { value }
  return { value: problem.entered, 'aria-invalid': true, 'aria-describedby': PROBLEM_ID, autofocus: true } as const
}

/** A button that posts to one of the sandbox's controls. */
export function Press(props: {
  readonly to: string
  readonly fields?: Readonly<Record<string, string>>
  readonly kind?: 'main' | 'quiet' | 'danger'
  readonly label: string
  /** The subject, if several buttons have the same text. */
  readonly about?: string
  /** The id of the element that explains the button. */
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
