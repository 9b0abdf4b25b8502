/** The beginning of a program: whoever starts it needs to know what is wrong, and not where in the code that was seen. */
export async function orExit<T>(start: () => T | Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
