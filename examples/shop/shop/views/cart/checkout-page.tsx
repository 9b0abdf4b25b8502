/** The choice of the provider and of the e-mail address. */
import { formatMoney } from '../format.js'
import { CsrfForm } from '../parts/csrf-form.js'
import { Layout } from '../parts/layout.js'
import { Notice } from '../parts/notice.js'
import { OrderLines } from '../parts/order-lines.js'
import { paths } from '../paths.js'
import type { CheckoutPageProps, ProviderChoice } from '../props.js'
import { PROVIDERS } from '../providers.js'

export function CheckoutPage({ context, lines, choices, entered, problems }: CheckoutPageProps) {
  return (
    <Layout context={context} title="Checkout" isError={Object.values(problems).some((text) => text !== null)}>
      <h1>Checkout</h1>
      <Notice text={problems.form} takesFocus={problems.provider === null && problems.email === null} />
      <div class="columns">
        {/* The server checks and explains, the same for every browser. */}
        <CsrfForm context={context} action={paths.checkout} class="card form" noValidate>
          <fieldset
            role="radiogroup"
            aria-invalid={problems.provider !== null}
            aria-describedby={problems.provider === null ? undefined : 'provider-problem'}
          >
            <legend>How would you like to pay?</legend>
            <FieldProblem id="provider-problem" text={problems.provider} />
            <div class="choices">
              {choices.map((choice, index) => (
                <Choice
                  key={choice.name}
                  choice={choice}
                  checked={choice.name === entered.provider}
                  autofocus={problems.provider !== null && index === 0}
                />
              ))}
            </div>
          </fieldset>
          <div class="field">
            <label for="email">Your e-mail address</label>
            <p class="hint" id="email-hint">
              We write to it when your payment arrives, and for nothing else.
            </p>
            <FieldProblem id="email-problem" text={problems.email} />
            <input
              id="email"
              name="email"
              type="email"
              autocomplete="email"
              required
              maxLength={254}
              value={entered.email}
              autofocus={problems.provider === null && problems.email !== null}
              aria-invalid={problems.email !== null}
              aria-describedby={problems.email === null ? 'email-hint' : 'email-hint email-problem'}
            />
          </div>
          <button class="button primary wide" type="submit">
            Place the order
          </button>
        </CsrfForm>
        <section class="card summary" aria-labelledby="your-order">
          <h2 id="your-order">Your order</h2>
          <OrderLines lines={lines} total={null} />
          <a href={paths.cart}>Change it</a>
        </section>
      </div>
    </Layout>
  )
}

interface ChoiceProps {
  readonly choice: ProviderChoice
  readonly checked: boolean
  /** The first wrong field gets the focus. */
  readonly autofocus: boolean
}

function Choice({ choice: { name, total }, checked, autofocus }: ChoiceProps) {
  const { label, summary } = PROVIDERS[name]
  return (
    <label class="choice">
      <input type="radio" name="provider" value={name} required checked={checked} autofocus={autofocus} />
      <span class="choice-label">{label}</span>
      <strong class="amount">{formatMoney(total)}</strong>
      <span class="choice-summary muted">{summary}</span>
    </label>
  )
}

function FieldProblem({ id, text }: { readonly id: string; readonly text: string | null }) {
  if (text === null) return null
  return (
    <p class="field-problem" id={id}>
      {text}
    </p>
  )
}
