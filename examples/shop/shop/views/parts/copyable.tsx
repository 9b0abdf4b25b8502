/** A value to be copied whole. The button is of use only with payment.js, and appears with it without moving anything. */
interface CopyableProps {
  /** What it is, for the button's name. */
  readonly name: string
  readonly value: string
  /** How it is shown, where that differs. */
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
