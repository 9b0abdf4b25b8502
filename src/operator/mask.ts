/** What opens something at a provider is not shown, whoever looks: an order's token, for example. */

/** Of JSON and of forms: fields that are called so. */
const FIELDS = [
  /("[\w-]*(?:token|secret|password|signature)[\w-]*"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}\]]+)/gi,
  /((?:^|&)[\w-]*(?:token|secret|password|signature)[\w-]*=)([^&\s]+)/gi,
]

export function masked(text: string): string {
  return FIELDS.reduce((shown, field) => shown.replace(field, '$1"..."'), text)
}
