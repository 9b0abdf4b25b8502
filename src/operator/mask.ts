/** Hides values that open something at a provider, such as an order's token, from every operator. */

/** Fields of JSON and of forms with such names. */
const FIELDS = [
  /("[\w-]*(?:token|secret|password|signature)[\w-]*"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}\]]+)/gi,
  /((?:^|&)[\w-]*(?:token|secret|password|signature)[\w-]*=)([^&\s]+)/gi,
]

export function masked(text: string): string {
  return FIELDS.reduce((shown, field) => shown.replace(field, '$1"..."'), text)
}
