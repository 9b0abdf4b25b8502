/** The `fetch` of a lister, which retries a busy API for minutes. It tells the user why nothing comes. */

/**
 * @param say is called once for each problem, until the API answers again
 */
export function patientFetch(say: (text: string) => void): typeof fetch {
  let said: string | undefined
  const sayOnce = (text: string) => {
    if (said !== text) say(text)
    said = text
  }
  return async (input, init) => {
    const { host } = new URL(input instanceof Request ? input.url : input)
    let answer: Response
    try {
      answer = await fetch(input, init)
    } catch (thrown) {
      if (init?.signal?.aborted !== true) sayOnce(`${host} does not answer; it is asked again`)
      throw thrown
    }
    const { status } = answer
    if (status === 429) sayOnce(`${host} asks for a pause (429): too many requests with this key. It is asked again`)
    else if (status >= 500) sayOnce(`${host} answered with status ${status}; it is asked again`)
    else said = undefined
    return answer
  }
}
