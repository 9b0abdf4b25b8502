/** The login to the operator's pages. */
import { CsrfForm } from '../parts/csrf-form.js'
import { Layout } from '../parts/layout.js'
import { FIELD_AT_FAULT, Notice } from '../parts/notice.js'
import { paths } from '../paths.js'
import type { OperatorLoginPageProps } from './props.js'

export function OperatorLoginPage({ context, problem }: OperatorLoginPageProps) {
  return (
    <Layout context={context} title="Operator" isError={problem !== null}>
      <div class="card narrow">
        <h1>Operator</h1>
        <Notice text={problem} takesFocus={false} />
        <CsrfForm context={context} action={paths.operatorLogin} class="form">
          <div class="field">
            <label for="token">Operator token</label>
            <p class="hint" id="token-hint">
              The shop’s configuration has it, or its start printed one.
            </p>
            <input
              id="token"
              name="token"
              type="password"
              autocomplete="current-password"
              required
              {...(problem !== null && FIELD_AT_FAULT)}
              aria-describedby={problem === null ? 'token-hint' : `token-hint ${FIELD_AT_FAULT['aria-describedby']}`}
            />
          </div>
          <button class="button primary wide" type="submit">
            Log in
          </button>
        </CsrfForm>
      </div>
    </Layout>
  )
}
