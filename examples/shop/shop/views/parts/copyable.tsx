/** A value that is copied whole. The button needs payment.js, and appears with it without moving anything. */
interface CopyableProps {
  /** The value's name, for the name of the button. */
  readonly name: string
  readonly value: string
  /** The text shown, if it differs from the value. */
  readonly shown?: string
}

export function Copyable({ name, value, shown = value }: CopyableProps) {
  return (
    <span class="copyable">
      <span class="copyable-value">{shown}</span>
      <button class="button small copy" type="button" data-copy={value} id={`copy-${name}`}>
        <span data-copy-text>Copy</span>
        <span class="visually-hidden"> the {name}</span>
      </button>
    </span>
  )
}
