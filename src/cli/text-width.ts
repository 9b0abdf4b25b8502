/** The number of terminal columns that a text takes. */

/** East Asian letters, their full-width forms, and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

/** Combining marks take no column: they are drawn on the letter before them. */
const COMBINING = /\p{Mn}|\p{Me}/u

export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** Cuts a text to fit, with three dots instead of its end. */
export function fitted(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let left = width - 3
  for (const character of text) {
    left -= characterWidth(character)
    if (left < 0) break
    kept += character
  }
  return `${kept}...`
}

function characterWidth(character: string): number {
  if (WIDE.test(character)) return 2
  return COMBINING.test(character) ? 0 : 1
}
