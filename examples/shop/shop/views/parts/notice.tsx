/** One sentence that the user must notice: the result of a form, or the reason why it did nothing. */
interface NoticeProps {
  /** Null for none. */
  readonly text: string | null
  readonly tone?: 'problem' | 'info'
  /** False if the wrong field gets the focus instead. @default true, for a problem */
  readonly takesFocus?: boolean
}

export function Notice({ text, tone = 'problem', takesFocus = true }: NoticeProps) {
  if (text === null) return null
  if (tone === 'info') {
    return (
      <p class="notice info" role="status">
        {text}
      </p>
    )
  }
  return (
    <p class="notice problem" role="alert" id={PROBLEM_ID} tabIndex={-1} autofocus={takesFocus}>
      {text}
    </p>
  )
}

const PROBLEM_ID = 'problem'

/** A field that the notice is about. */
export const FIELD_AT_FAULT = { 'aria-invalid': true, 'aria-describedby': PROBLEM_ID, autofocus: true } as const
