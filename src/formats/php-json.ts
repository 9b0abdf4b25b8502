/** JSON as PHP writes it. */

/**
 * A JSON text as PHP's `json_encode` writes it with `JSON_UNESCAPED_UNICODE`: with its slashes escaped, and the two line
 * separators of Unicode, and everything else plain (php.net, json_encode).
 *
 * @param json as `JSON.stringify` writes it
 */
export function asPhpWrites(json: string): string {
  return json.replaceAll('/', '\\/').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
