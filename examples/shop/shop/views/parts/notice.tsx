/** One sentence that has to be noticed: what a form did, or why it did nothing. */
interface NoticeProps {
  /** Null for nothing. */
  readonly text: string | null
  readonly tone?: 'problem' | 'info'
}

export function Notice({ text, tone = 'problem' }: NoticeProps) {
  if (text === null) return null
  return (
    <p class={`notice ${tone}`} role={tone === 'problem' ? 'alert' : 'status'}>
      {text}
    </p>
  )
}
